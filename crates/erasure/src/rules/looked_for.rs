//! What a scan looks for: the person's former identifiers, in every form in which a column may hold them.

use serde::{Deserialize, Serialize};

/// Something by which the person was known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Identifier {
    /// `email`, `phone`, `name`, `line`, `postcode`.
    pub kind: String,
    pub text: String,
}

/// For LIKE, in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Patterns {
    /// Everything: for the person's own rows.
    pub all: Vec<String>,
    /// What points to one person by itself: for rows of nobody.
    pub strong: Vec<String>,
    /// E-mail addresses and phone numbers: for rows of others, who may share them.
    pub shared: Vec<String>,
    pub identifiers: i64,
}

const ENOUGH_DIGITS: usize = 8;

impl Patterns {
    pub fn of(identifiers: &[Identifier]) -> Self {
        let mut patterns =
            Self { identifiers: i64::try_from(identifiers.len()).unwrap_or(0), ..Self::default() };
        for one in identifiers {
            let text = one.text.trim().to_lowercase();
            let long = |least: usize| text.chars().count() >= least;
            match one.kind.as_str() {
                "email" if long(5) => patterns.add(&text, true, true),
                "phone" => {
                    for form in phone_forms(&text) {
                        patterns.add(&form, true, true);
                    }
                }
                "name" if long(4) => patterns.add(&text, text.contains(' ') && long(7), false),
                "line" if long(5) => patterns.add(&text, false, false),
                "postcode" if long(5) => {
                    patterns.add(&text, false, false);
                    patterns.add(&text.replace(' ', ""), false, false);
                }
                _ => {}
            }
        }
        for list in [&mut patterns.all, &mut patterns.strong, &mut patterns.shared] {
            list.sort();
            list.dedup();
        }
        patterns
    }

    fn add(&mut self, text: &str, strong: bool, shared: bool) {
        for form in forms(text) {
            let pattern = format!("%{}%", escaped(&form));
            if strong {
                self.strong.push(pattern.clone());
            }
            if shared {
                self.shared.push(pattern.clone());
            }
            self.all.push(pattern);
        }
    }
}

/// As it was typed, and its digits: international, national, and without either's beginning.
fn phone_forms(typed: &str) -> Vec<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let mut forms = vec![typed.to_owned()];
    let national = digits.strip_prefix("44").or_else(|| digits.strip_prefix('0')).unwrap_or(&digits);
    forms.extend([digits.clone(), national.to_owned()]);
    forms.retain(|form| form.chars().filter(char::is_ascii_digit).count() >= ENOUGH_DIGITS);
    forms
}

/// As text, as inside JSON, and as PostgreSQL writes bytes in its escape format.
fn forms(text: &str) -> Vec<String> {
    let json = serde_json::Value::from(text).to_string();
    let bytes = text.bytes().fold(String::new(), |mut made, byte| {
        match byte {
            b'\\' => made.push_str("\\\\"),
            0 | 128..=255 => made.push_str(&format!("\\{byte:03o}")),
            _ => made.push(char::from(byte)),
        }
        made
    });
    let mut forms = vec![text.to_owned(), json[1..json.len() - 1].to_owned(), bytes];
    forms.dedup();
    forms
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, text: &str) -> Patterns {
        Patterns::of(&[Identifier { kind: kind.into(), text: text.into() }])
    }

    #[test]
    fn a_phone_number_is_looked_for_in_every_spelling() {
        let patterns = of("phone", "+44 7700 900-123");
        assert_eq!(patterns.all, ["%+44 7700 900-123%", "%447700900123%", "%7700900123%"]);
        assert_eq!(patterns.shared, patterns.all);
        assert_eq!(of("phone", "1234").all, [""; 0], "four digits point to nobody");
    }

    #[test]
    fn signs_of_patterns_are_only_signs() {
        assert_eq!(of("email", "A_B%@Example.com").strong, ["%a\\_b\\%@example.com%"]);
        let name = of("name", "Zoë \"Z\" Bär");
        assert!(name.all.contains(&"%zoë \\\\\"z\\\\\" bär%".to_owned()), "as JSON has it: {name:?}");
        assert!(
            name.all.contains(&"%zo\\\\303\\\\253 \"z\" b\\\\303\\\\244r%".to_owned()),
            "as bytes: {name:?}"
        );
    }

    #[test]
    fn what_many_share_does_not_point_to_one() {
        assert!(of("name", "Emma").strong.is_empty() && !of("name", "Emma").all.is_empty());
        assert!(!of("name", "Emma Davis").strong.is_empty() && of("name", "Emma Davis").shared.is_empty());
        assert!(of("postcode", "LS1 4AP").strong.is_empty());
        assert_eq!(of("postcode", "LS1 4AP").all, ["%ls1 4ap%", "%ls14ap%"]);
        assert_eq!(of("name", "Al").all, [""; 0]);
    }
}
