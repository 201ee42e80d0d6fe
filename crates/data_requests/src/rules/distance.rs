//! When somebody is reminded.

/// How near the due date is, for those who are reminded of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distance {
    Days14,
    Days7,
    Days2,
    Overdue,
}

impl Distance {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Days14 => "14_days",
            Self::Days7 => "7_days",
            Self::Days2 => "2_days",
            Self::Overdue => "overdue",
        }
    }
}

/// Of so many days before the due date; who was away hears only of the nearest.
pub(crate) const fn distance(days_left: i32) -> Option<Distance> {
    match days_left {
        ..0 => Some(Distance::Overdue),
        0..=2 => Some(Distance::Days2),
        3..=7 => Some(Distance::Days7),
        8..=14 => Some(Distance::Days14),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_before_the_due_date_has_one_reminder_at_most() {
        for (days, expected) in [
            (15, None),
            (14, Some(Distance::Days14)),
            (8, Some(Distance::Days14)),
            (7, Some(Distance::Days7)),
            (3, Some(Distance::Days7)),
            (2, Some(Distance::Days2)),
            (0, Some(Distance::Days2)),
            (-1, Some(Distance::Overdue)),
            (i32::MIN, Some(Distance::Overdue)),
        ] {
            assert_eq!(distance(days), expected, "{days}");
        }
    }
}
