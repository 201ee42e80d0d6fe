//! Writes down where each function of the program begins, so that a statement is named by the one that asks (crate `queries`).

#[path = "../queries/src/functions.rs"]
mod functions;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let crates = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for entry in fs::read_dir(&crates)? {
        let source = entry?.path().join("src");
        println!("cargo::rerun-if-changed={}", source.display());
        gather(&source, &mut files)?;
    }
    // As texts, which paths are not compared as: they are looked up so.
    files.sort_by_cached_key(|path| path.to_string_lossy().into_owned());
    let mut list = String::from("const FUNCTIONS: &[queries::File] = &[\n");
    for path in files {
        let text = fs::read_to_string(&path)?;
        let inside = path.strip_prefix(&crates).expect("a file of a crate");
        let named = Path::new("crates").join(inside);
        list.push_str(&format!("({named:?}, &{:?}),\n", functions::functions_in(&text)));
    }
    list.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR").expect("OUT_DIR")).join("functions.rs"), list)
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
