use unicode_normalization::UnicodeNormalization;

/// Why a text was refused; the message is for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    #[error("must not be empty")]
    Empty,
    #[error("is {length} characters long; at most {max} are allowed")]
    TooLong { length: usize, max: usize },
    #[error("contains a character that is not allowed (U+{:04X}): control and text-direction characters are refused", u32::from(*.0))]
    Forbidden(char),
    #[error("{0}")]
    Malformed(&'static str),
}

/// One line of text: NFC, outer space trimmed, no control or bidirectional override characters, 1 to `max` characters.
pub fn clean_line(text: &str, max: usize) -> Result<String, TextFault> {
    clean(text, max, |_| false)
}

/// As [`clean_line`], line breaks and tabs allowed.
pub fn clean_text(text: &str, max: usize) -> Result<String, TextFault> {
    clean(&text.replace("\r\n", "\n"), max, |c| c == '\n' || c == '\t')
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV injection).
pub fn harmless_cell(cell: &str) -> String {
    let first = cell.trim_start_matches(['"', '\'', ' ']).chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n') => {
            format!("'{cell}")
        }
        _ => cell.to_owned(),
    }
}

fn clean(text: &str, max: usize, allowed: impl Fn(char) -> bool) -> Result<String, TextFault> {
    if let Some(bad) = text.chars().find(|c| is_forbidden(*c) && !allowed(*c)) {
        return Err(TextFault::Forbidden(bad));
    }
    let clean: String = text.trim().nfc().collect();
    let length = clean.chars().count();
    if length == 0 {
        Err(TextFault::Empty)
    } else if length > max {
        Err(TextFault::TooLong { length, max })
    } else {
        Ok(clean)
    }
}

/// Control characters, and the marks that reorder what a reader sees (Unicode TR 36, "bidirectional text spoofing").
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_trimmed_and_composed() {
        assert_eq!(clean_line("  Zoe\u{308} ", 10), Ok("Zoë".to_owned()));
    }

    #[test]
    fn names_of_any_script_pass() {
        for name in ["Ng", "محمد علی", "Żółć O’Brien-Smith", "李小龍", "😀"] {
            assert_eq!(clean_line(name, 200).as_deref(), Ok(name));
        }
    }

    #[test]
    fn control_and_direction_characters_are_refused() {
        for bad in ["a\0b", "a\nb", "a\u{202E}b", "\u{2066}x", "\u{FEFF}x"] {
            assert!(matches!(clean_line(bad, 200), Err(TextFault::Forbidden(_))), "{bad:?}");
        }
        assert_eq!(clean_text("one\r\ntwo", 200), Ok("one\ntwo".to_owned()));
    }

    #[test]
    fn lengths_count_characters() {
        assert_eq!(clean_line("éé", 1), Err(TextFault::TooLong { length: 2, max: 1 }));
        assert_eq!(clean_line("   ", 1), Err(TextFault::Empty));
    }

    #[test]
    fn formulas_are_neutralised() {
        for (cell, safe) in [
            ("=1+1", "'=1+1"),
            ("+447700900123", "'+447700900123"),
            ("-2", "'-2"),
            ("@sum", "'@sum"),
            ("＝1", "'＝1"),
            ("\t=1", "'\t=1"),
            ("\"=1", "'\"=1"),
            ("'=1", "''=1"),
            ("Emma =1", "Emma =1"),
            ("cl9x", "cl9x"),
            ("", ""),
        ] {
            assert_eq!(harmless_cell(cell), safe);
        }
    }
    proptest! {
        #[test]
        fn fuzz_lines(text in ".{0,60}|\\PC{0,60}") {
            if let Ok(line) = clean_line(&text, 50) {
                prop_assert!((1..=50).contains(&line.chars().count()) && line.trim() == line && !line.contains(char::is_control));
                prop_assert_eq!(clean_line(&line, 50), Ok(line.clone()));
            }
        }

        #[test]
        fn fuzz_cells(cell in ".{0,20}|[\"' ]{0,3}[=+@-].{0,10}") {
            let safe = harmless_cell(&cell);
            prop_assert!(safe == cell || safe.strip_prefix('\'') == Some(cell.as_str()));
            prop_assert!(!safe.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
        }
    }
}
