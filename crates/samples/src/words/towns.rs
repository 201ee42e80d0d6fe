use std::sync::LazyLock;

use super::{content, words};
use crate::dice::Dice;

pub(crate) struct Town {
    pub name: &'static str,
    pub latitude: f64,
    pub longitude: f64,
    /// Area code without its zero, and the first digits of local numbers.
    pub number_starts: Vec<(&'static str, &'static str)>,
    /// First halves of postcodes.
    pub outwards: Vec<String>,
}

/// Towns in the order of the file, with the sum of the weights up to and including each.
pub(crate) struct Towns {
    towns: Vec<Town>,
    ends: Vec<u64>,
}

impl Towns {
    /// A town, by how many people live there.
    pub(crate) fn draw(&self, dice: &mut Dice) -> &Town {
        let ticket = dice.below(self.ends.last().copied().unwrap_or(1));
        &self.towns[self.ends.partition_point(|end| *end <= ticket)]
    }
}

pub(crate) struct Streets {
    pub names: Vec<String>,
    pub kinds: Vec<String>,
}

static TOWNS: LazyLock<Towns> = LazyLock::new(|| {
    let mut towns = Towns { towns: Vec::new(), ends: Vec::new() };
    let mut end = 0;
    for line in content(include_str!("../../data/towns.txt")) {
        let (town, weight) = parse(line).unwrap_or_else(|| panic!("not a town: {line}"));
        end += weight;
        towns.towns.push(town);
        towns.ends.push(end);
    }
    towns
});

static STREETS: LazyLock<Streets> = LazyLock::new(|| {
    let mut lines = content(include_str!("../../data/streets.txt")).map(|line| words(line).collect());
    Streets { names: lines.next().unwrap_or_default(), kinds: lines.next().unwrap_or_default() }
});

pub(crate) fn towns() -> &'static Towns {
    &TOWNS
}

pub(crate) fn streets() -> &'static Streets {
    &STREETS
}

fn parse(line: &'static str) -> Option<(Town, u64)> {
    let mut fields = line.split(';');
    let name = fields.next()?;
    let latitude = fields.next()?.parse().ok()?;
    let longitude = fields.next()?.parse().ok()?;
    let weight = fields.next()?.parse().ok()?;
    let number_starts = fields.next()?.split(',').map(|start| start.split_once(' ').unwrap_or((start, "")));
    let town = Town {
        name,
        latitude,
        longitude,
        number_starts: number_starts.collect(),
        outwards: fields.next()?.split(' ').flat_map(expand).collect(),
    };
    Some((town, weight))
}

/// `LS1-3` is LS1, LS2 and LS3.
fn expand(range: &str) -> Vec<String> {
    let Some((start, last)) = range.split_once('-') else {
        return vec![range.to_owned()];
    };
    let area = start.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let numbers = start[area.len()..].parse::<u32>().ok().zip(last.parse().ok());
    let (first, last) = numbers.unwrap_or_else(|| panic!("not a range of postcodes: {range}"));
    (first..=last).map(|number| format!("{area}{number}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_postcodes_are_written_out() {
        assert_eq!(expand("LS9-11"), ["LS9", "LS10", "LS11"]);
        assert_eq!(expand("SW1V"), ["SW1V"]);
    }

    #[test]
    fn big_towns_are_drawn_more_often() {
        let mut dice = Dice::for_customer(1, 1);
        let drawn: Vec<&str> = (0..10_000).map(|_| towns().draw(&mut dice).name).collect();
        let of = |name| drawn.iter().filter(|town| **town == name).count();
        assert!(of("London") > 2000 && of("Leeds") > of("Truro"), "{} {}", of("London"), of("Leeds"));
        assert!(towns().towns.len() >= 120);
    }
}
