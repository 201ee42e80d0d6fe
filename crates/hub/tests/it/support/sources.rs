//! The source text of the project, for the tests that read it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::project;

pub struct Source {
    /// From the project's folder.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn krate(&self) -> &str {
        self.path.split('/').nth(1).unwrap_or_default()
    }

    /// Without what only tests see.
    pub fn production(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }

    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("tests.rs") || self.path.contains("/examples/")
    }

    pub fn is_listed(&self, list: &[(&str, &str)]) -> bool {
        list.iter().any(|(start, _)| self.path.starts_with(start))
    }
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|given| given == extension) {
            found.push(path);
        }
    }
}

fn with_extension(extension: &str) -> Vec<Source> {
    let mut found = Vec::new();
    files(&project().join("crates"), extension, &mut found);
    found.sort();
    let root = project();
    found
        .into_iter()
        .map(|path| Source {
            text: fs::read_to_string(&path).unwrap(),
            path: path.strip_prefix(&root).unwrap().display().to_string(),
        })
        .collect()
}

/// Every Rust file of our crates.
pub fn sources() -> Vec<Source> {
    with_extension("rs")
}

/// Every file of SQL in our crates.
pub fn sql_files() -> Vec<Source> {
    with_extension("sql")
}
