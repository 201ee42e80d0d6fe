use std::sync::LazyLock;

use super::{content, words};

/// First and last names that go together.
pub(crate) struct Origin {
    pub first: Vec<String>,
    /// A single dash where people have one name only.
    pub last: Vec<String>,
    weight: u32,
}

static ORIGINS: LazyLock<Vec<(&'static Origin, u32)>> = LazyLock::new(|| {
    let parsed: &'static [Origin] = parse(include_str!("../../data/names.txt")).leak();
    parsed.iter().map(|origin| (origin, origin.weight)).collect()
});

/// All origins with their weights; one of weight 0 is drawn on purpose only and stands last.
pub(crate) fn origins() -> &'static [(&'static Origin, u32)] {
    &ORIGINS
}

fn parse(file: &'static str) -> Vec<Origin> {
    let mut origins: Vec<Origin> = Vec::new();
    for line in content(file) {
        let (word, rest) = line.split_once(' ').expect("a line of names has a key");
        if word.starts_with('[') {
            let weight = rest.trim_end_matches(']').parse().expect("an origin has a weight");
            origins.push(Origin { first: Vec::new(), last: Vec::new(), weight });
            continue;
        }
        let origin = origins.last_mut().expect("names stand below an origin");
        match word {
            "first" => origin.first.extend(words(rest)),
            _ => origin.last.extend(words(rest)),
        }
    }
    origins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_several_hundred_of_each() {
        let first: usize = origins().iter().map(|(origin, _)| origin.first.len()).sum();
        let last: usize = origins().iter().map(|(origin, _)| origin.last.len()).sum();
        assert!(first > 400 && last > 400, "{first} first and {last} last names");
        assert!(origins().iter().all(|(origin, _)| !origin.first.is_empty() && !origin.last.is_empty()));
        assert_eq!(origins().last().map(|(origin, _)| origin.weight), Some(0));
    }
}
