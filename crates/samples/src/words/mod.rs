//! The words test data is made of: names, towns and streets from the files in `data`, sentences from `texts`.

mod names;
pub(crate) mod texts;
mod towns;

pub(crate) use names::origins;
pub(crate) use towns::{Town, streets, towns};

/// Words between blanks; an underscore stands for a blank inside one.
fn words(line: &str) -> impl Iterator<Item = String> {
    line.split_whitespace().map(|word| word.replace('_', " "))
}

fn content(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}
