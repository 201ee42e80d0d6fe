use postgres_types::{FromSql, ToSql};
use serde::{Deserialize, Serialize};

/// An amount in pence. Never a floating-point number.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    ToSql,
    FromSql,
    utoipa::ToSchema,
)]
#[serde(transparent)]
#[postgres(transparent)]
pub struct Pence(pub i64);

impl Pence {
    /// `1234.50`: a plain number, for spreadsheets.
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100)
    }
}

/// `£1,234.56`, minus as `-£5.00`.
impl std::fmt::Display for Pence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pounds = (self.0.unsigned_abs() / 100).to_string();
        let mut grouped = String::with_capacity(pounds.len() + pounds.len() / 3);
        for (index, digit) in pounds.chars().enumerate() {
            if index > 0 && (pounds.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}£{grouped}.{:02}", self.0.unsigned_abs() % 100)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Pence;

    #[test]
    fn amounts_are_written_in_pounds() {
        for (pence, text) in [
            (0, "£0.00"),
            (5, "£0.05"),
            (-500, "-£5.00"),
            (123_456, "£1,234.56"),
            (100_000_000, "£1,000,000.00"),
            (i64::MIN, "-£92,233,720,368,547,758.08"),
        ] {
            assert_eq!(Pence(pence).to_string(), text);
        }
    }

    #[test]
    fn spreadsheets_get_plain_numbers() {
        assert_eq!(Pence(123_456).plain(), "1234.56");
        assert_eq!(Pence(-5).plain(), "-0.05");
    }
    proptest! {
        #[test]
        fn fuzz_amounts(pence in any::<i64>()) {
            let written = Pence(pence).to_string();
            prop_assert_eq!(written.replace(['£', ','], ""), Pence(pence).plain());
            prop_assert_eq!(Pence(pence).plain().replace('.', "").parse::<i64>(), Ok(pence));
        }

        #[test]
        fn fuzz_amounts_as_they_arrive(text in "[-+]?[0-9]{0,25}([.][0-9]{0,3})?([eE][0-9]{0,3})?|null|\\PC{0,20}") {
            let read = serde_json::from_str::<Pence>(&text);
            let exact = text.trim_ascii().parse::<i64>().is_ok_and(|_| !text.contains('+'));
            if let Ok(pence) = read {
                prop_assert!(exact && pence.0.to_string() == text.trim_ascii().replace("-0", "0"), "{text} was taken for {pence}");
            }
        }
    }
}
