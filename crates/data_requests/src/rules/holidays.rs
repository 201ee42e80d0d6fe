//! The bank holidays of the three nations, from a table that comes with the program.

use std::sync::LazyLock;

use jiff::civil::{Date, Weekday, date};

use crate::Nation;

struct Holiday {
    day: Date,
    nations: Vec<Nation>,
    name: &'static str,
}

static TABLE: LazyLock<Vec<Holiday>> = LazyLock::new(|| {
    include_str!("../../bank-holidays.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| parse(line).expect("a line of the table of bank holidays can be read"))
        .collect()
});

/// `2026-01-02 sc 2nd January`
fn parse(line: &'static str) -> Option<Holiday> {
    let (day, mut name) = line.split_once(' ')?;
    let mut nations = Vec::new();
    while let Some((word, rest)) = name.split_once(' ')
        && let Some(nation) = nation_of(word)
    {
        nations.push(nation);
        name = rest;
    }
    (!nations.is_empty()).then_some(Holiday { day: day.parse().ok()?, nations, name })
}

fn nation_of(word: &str) -> Option<Nation> {
    match word {
        "ew" => Some(Nation::EnglandAndWales),
        "sc" => Some(Nation::Scotland),
        "ni" => Some(Nation::NorthernIreland),
        _ => None,
    }
}

/// Up to here every bank holiday is known: the end of the table's last year.
pub(crate) fn known_until() -> Date {
    TABLE.last().map_or(Date::MIN, |last| date(last.day.year(), 12, 31))
}

/// Less than a year ahead, due dates might miss a holiday before long.
pub(crate) fn end_soon(today: Date) -> bool {
    known_until() < today.saturating_add(jiff::Span::new().years(1))
}

/// Why nobody works on this day, in words; nothing on a working day.
pub(crate) fn day_off(day: Date, nation: Nation) -> Option<&'static str> {
    match day.weekday() {
        Weekday::Saturday => Some("a Saturday"),
        Weekday::Sunday => Some("a Sunday"),
        _ => TABLE
            .iter()
            .find(|holiday| holiday.day == day && holiday.nations.contains(&nation))
            .map(|holiday| holiday.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NATIONS: &[Nation] = Nation::ALL;

    /// The Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
    fn easter(year: i16) -> Date {
        let (a, b, c) = (year % 19, year / 100, year % 100);
        let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
        let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
        let m = (a + 11 * h + 22 * l) / 451;
        let n = h + l - 7 * m + 114;
        date(year, i8::try_from(n / 31).unwrap(), i8::try_from(n % 31 + 1).unwrap())
    }

    /// The first Monday of a month from this day on.
    fn monday_from(day: Date) -> Date {
        (0..7).map(|n| plus(day, n)).find(|day| day.weekday() == Weekday::Monday).unwrap()
    }

    fn plus(day: Date, days: i64) -> Date {
        day.saturating_add(jiff::Span::new().days(days))
    }

    fn is_weekend(day: Date) -> bool {
        matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// What the Banking and Financial Dealings Act 1971 makes of a year, without what is proclaimed for one year alone.
    fn by_law(year: i16, nation: Nation) -> Vec<Date> {
        let scotland = nation == Nation::Scotland;
        let substitute = |days: &[Date]| {
            let mut taken: Vec<Date> = days.iter().copied().filter(|day| !is_weekend(*day)).collect();
            for day in days.iter().copied().filter(|day| is_weekend(*day)) {
                let free = (1..7).map(|n| plus(day, n)).find(|day| !is_weekend(*day) && !taken.contains(day));
                taken.push(free.unwrap());
            }
            taken
        };
        let mut days = substitute(&[date(year, 12, 25), date(year, 12, 26)]);
        let new_year = [date(year, 1, 1), date(year, 1, 2)];
        days.extend(substitute(if scotland { &new_year } else { &new_year[..1] }));
        days.push(plus(easter(year), -2));
        days.push(monday_from(date(year, 5, 1)));
        days.push(monday_from(date(year, 5, 25)));
        if scotland {
            days.push(monday_from(date(year, 8, 1)));
            days.extend(substitute(&[date(year, 11, 30)]));
        } else {
            days.push(plus(easter(year), 1));
            days.push(monday_from(date(year, 8, 25)));
        }
        if nation == Nation::NorthernIreland {
            days.extend(substitute(&[date(year, 3, 17)]));
            days.extend(substitute(&[date(year, 7, 12)]));
        }
        days.sort_unstable();
        days
    }

    fn differences(table: &[(Date, Nation)]) -> Vec<(Date, Nation)> {
        let known: Vec<(Date, Nation)> = (2024..=known_until().year())
            .flat_map(|year| NATIONS.iter().map(move |nation| (year, *nation)))
            .flat_map(|(year, nation)| by_law(year, nation).into_iter().map(move |day| (day, nation)))
            .collect();
        let missing = known.iter().filter(|one| !table.contains(one)).copied();
        missing.chain(table.iter().filter(|one| !known.contains(one)).copied()).collect()
    }

    #[test]
    fn the_table_is_what_the_law_makes_of_each_year_and_what_was_proclaimed() {
        let mut table: Vec<(Date, Nation)> = TABLE
            .iter()
            .flat_map(|holiday| holiday.nations.iter().map(|nation| (holiday.day, *nation)))
            .collect();
        let proclaimed = (date(2026, 6, 15), Nation::Scotland);
        assert_eq!(differences(&table), [proclaimed]);
        table.retain(|one| one.0 != date(2027, 12, 28));
        assert_eq!(differences(&table).len(), 4, "a holiday that is left out is noticed");
    }

    #[test]
    fn each_nation_has_its_own_days() {
        let off = |day: Date| -> Vec<bool> {
            NATIONS.iter().map(|nation| day_off(day, *nation).is_some()).collect()
        };
        assert_eq!(off(date(2026, 12, 25)), [true, true, true]);
        assert_eq!(off(date(2026, 4, 6)), [true, false, true], "Easter Monday");
        assert_eq!(off(date(2026, 11, 30)), [false, true, false], "St Andrew's Day");
        assert_eq!(off(date(2026, 7, 13)), [false, false, true], "Battle of the Boyne");
        assert_eq!(off(date(2026, 11, 28)), [true, true, true], "a Saturday");
        assert_eq!(off(date(2026, 11, 24)), [false, false, false]);
        assert_eq!(day_off(date(2026, 12, 28), Nation::Scotland), Some("Boxing Day (substitute day)"));
    }

    #[test]
    fn the_end_of_the_table_is_noticed_a_year_ahead() {
        assert_eq!(known_until(), date(2027, 12, 31));
        assert!(!end_soon(date(2026, 12, 31)));
        assert!(end_soon(date(2027, 1, 1)));
    }
}
