use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Span, Timestamp, civil::Date, tz::TimeZone};

/// Where the time comes from: the machine, or a test's hand.
#[derive(Clone, Default)]
pub enum Clock {
    #[default]
    System,
    Held(Arc<Mutex<Timestamp>>),
}

impl Clock {
    pub fn held(at: Timestamp) -> Self {
        Self::Held(Arc::new(Mutex::new(at)))
    }

    /// The present instant, cut to the microsecond that PostgreSQL keeps.
    pub fn now(&self) -> Timestamp {
        let now = match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place where the machine is asked for the time"
            )]
            Self::System => Timestamp::now(),
            Self::Held(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        };
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Moves a held clock; the machine's clock is left alone.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Held(at) = self {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at = at.saturating_add(by).unwrap_or(*at);
        }
    }
}

/// The calendar day in London, where the company works.
pub fn london_day(at: Timestamp) -> Date {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).date()
}

/// The same day `months` months earlier; the last day of a shorter month.
pub fn months_before(day: Date, months: i32) -> Date {
    day.saturating_sub(Span::new().months(months))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summer_evening_in_utc_is_the_next_day_in_london() {
        let at: Timestamp = "2026-06-30T23:30:00Z".parse().unwrap();
        assert_eq!(london_day(at).to_string(), "2026-07-01");
    }

    #[test]
    fn a_shorter_month_ends_on_its_last_day() {
        assert_eq!(months_before(jiff::civil::date(2024, 2, 29), 12).to_string(), "2023-02-28");
    }

    #[test]
    fn a_held_clock_moves_only_by_hand() {
        let clock = Clock::held("2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(clock.now(), clock.now());
        clock.advance(SignedDuration::from_secs(60));
        assert_eq!(clock.now().to_string(), "2026-01-01T00:01:00Z");
    }
}
