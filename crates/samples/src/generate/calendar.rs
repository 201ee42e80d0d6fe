//! The six years that a data set covers. Everything counts from the start of one London day, never from the clock.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Error, Timestamp};

use crate::dice::Dice;

pub(crate) const HOUR: i64 = 3600;
pub(crate) const DAY: i64 = 24 * HOUR;
const YEARS: i64 = 6;

/// How busy each twelfth of a year is, per mille of the busiest: people move in summer.
const SEASONS: [u64; 12] = [430, 460, 590, 640, 720, 880, 960, 1000, 850, 680, 560, 470];

pub(crate) struct Calendar {
    /// The day on which the data set was begun.
    pub day: Date,
    /// Its first second; nothing was created later.
    pub end: i64,
    /// The first second of the six years.
    pub begin: i64,
    london: TimeZone,
    /// For each day how much of all joining was over by its end, in no particular unit.
    joined: Vec<u64>,
}

impl Calendar {
    pub(crate) fn of(day: Date) -> Result<Self, Error> {
        let london = TimeZone::get("Europe/London")?;
        let end = day.to_zoned(london.clone())?.timestamp().as_second();
        let begin = end - YEARS * 365 * DAY;
        Ok(Self { day, end, begin, london, joined: joined_by_day(begin) })
    }

    /// When somebody joined who stands at `position`, from 0 to 1, in the order of joining: more in summer than in winter,
    /// more every year.
    pub(crate) fn joined(&self, position: f64) -> i64 {
        let share = position * self.joined.last().copied().unwrap_or(0) as f64;
        let day = self.joined.partition_point(|end| *end as f64 <= share).min(self.joined.len() - 1);
        let before = if day == 0 { 0 } else { self.joined[day - 1] };
        let of_day = (share - before as f64) / (self.joined[day] - before) as f64;
        awake(self.begin + day as i64 * DAY, (of_day * DAY as f64) as i64)
    }

    /// A moment in `from..=to` on which business is likely.
    pub(crate) fn busy_moment(&self, dice: &mut Dice, from: i64, to: i64) -> i64 {
        let mut moment = dice.between(from, to);
        for _ in 0..5 {
            if dice.chance(season(moment)) {
                break;
            }
            moment = dice.between(from, to);
        }
        let midnight = moment - (moment - self.end).rem_euclid(DAY);
        awake(midnight, moment - midnight).clamp(from, to)
    }

    /// The time of a move on the day of `moment`: between 7:00 and 18:00 in London, on the half hour.
    pub(crate) fn slot_on_day(&self, dice: &mut Dice, moment: i64) -> Timestamp {
        let half_hours =
            dice.weighted(&[(14, 10), (16, 22), (18, 20), (20, 14), (24, 12), (28, 9), (32, 8), (36, 5)]);
        let midday = instant(moment).to_zoned(self.london.clone());
        let at = midday.date().at((half_hours / 2) as i8, (half_hours % 2 * 30) as i8, 0, 0);
        at.to_zoned(self.london.clone()).map_or_else(|_| instant(moment), |zoned| zoned.timestamp())
    }

    /// The hour of an instant in London.
    pub(crate) fn hour(&self, at: Timestamp) -> i8 {
        at.to_zoned(self.london.clone()).hour()
    }
}

/// Seconds since 1970 as an instant.
pub(crate) fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Moves a second of the day to between six in the morning and eleven at night.
fn awake(midnight: i64, second: i64) -> i64 {
    midnight + 6 * HOUR + second * 17 / 24
}

fn joined_by_day(begin: i64) -> Vec<u64> {
    let days = YEARS * 365;
    let growing = |day: i64| 600 + 1000 * day as u64 / days as u64;
    (0..days)
        .scan(0, |sum, day| {
            *sum += season(begin + day * DAY) * growing(day);
            Some(*sum)
        })
        .collect()
}

fn season(moment: i64) -> u64 {
    let day_of_year = moment.div_euclid(DAY).rem_euclid(1461) % 365;
    SEASONS[(day_of_year * 12 / 366) as usize]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_begin_when_they_do_in_london() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let summer = Calendar::of(date(2026, 7, 1)).unwrap();
        assert_eq!(instant(summer.end), at("2026-06-30T23:00:00Z"));
    }

    #[test]
    fn people_join_in_order_and_ever_more_of_them() {
        let calendar = Calendar::of(date(2026, 7, 1)).unwrap();
        let moments: Vec<i64> = (0..10_000).map(|n| calendar.joined(f64::from(n) / 10_000.0)).collect();
        assert!(moments.is_sorted());
        assert_eq!(moments[0], calendar.begin + 6 * HOUR);
        assert!(moments[9_999] < calendar.end && moments[9_999] > calendar.end - 3 * DAY);
        assert!(moments[5_000] > (calendar.begin + calendar.end) / 2 + 100 * DAY);
    }

    #[test]
    fn summers_are_busier() {
        let calendar = Calendar::of(date(2026, 7, 1)).unwrap();
        let mut dice = Dice::for_customer(1, 1);
        let mut months = [0; 13];
        for _ in 0..20_000 {
            let moment = calendar.busy_moment(&mut dice, calendar.begin, calendar.end);
            months[instant(moment).to_zoned(TimeZone::UTC).month() as usize] += 1;
        }
        assert!(months[7] + months[8] > (months[1] + months[2]) * 3 / 2, "{months:?}");
    }
}
