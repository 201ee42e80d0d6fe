use super::*;

fn noted<T>(read: impl FnOnce(&mut Notes) -> T) -> (T, Vec<String>) {
    let mut notes = Notes::default();
    let value = read(&mut notes);
    (value, notes.0)
}

#[test]
fn good_text_passes_without_a_note() {
    for text in ["Ng", "محمد علی", "李小龍", "Zoë 🚚 O’Brien"] {
        assert_eq!(noted(|n| line(n, "name", Some(text), 200)), (Some(text.to_owned()), vec![]));
    }
    assert_eq!(noted(|n| line(n, "name", None, 200)).0, None);
    assert_eq!(noted(|n| line(n, "name", Some(" \u{a0} "), 200)).0, None);
}

#[test]
fn control_and_direction_characters_go_with_a_note() {
    let (text, notes) = noted(|n| line(n, "name", Some("A\u{1}\u{1}da\u{202e} Lovelace\u{7f}"), 200));
    assert_eq!(text.as_deref(), Some("Ada Lovelace"));
    assert_eq!(notes, ["name: 4 control or direction character(s) removed"]);
    assert_eq!(
        noted(|n| line(n, "line1", Some("1 High St\nFlat 2"), 200)).0.as_deref(),
        Some("1 High St Flat 2")
    );
    assert_eq!(noted(|n| block(n, "notes", Some("one\r\ntwo"), 200)), (Some("one\ntwo".to_owned()), vec![]));
    assert_eq!(noted(|n| line(n, "name", Some("\u{1}\u{2}"), 200)).0, None);
}

#[test]
fn long_text_is_cut_by_characters_and_composed_first() {
    let (text, notes) = noted(|n| line(n, "name", Some(&"é".repeat(5000)), 200));
    assert_eq!(text.unwrap().chars().count(), 200);
    assert_eq!(notes, ["name: cut to 200 characters"]);
    // Composition may lengthen (U+0958 is two characters in NFC); the cut still ends.
    assert_eq!(noted(|n| line(n, "name", Some(&"\u{958}".repeat(300)), 200)).0.unwrap().chars().count(), 200);
}

#[test]
fn emails_and_phones_are_read_leniently() {
    assert_eq!(noted(|n| email(n, "email", Some(" Ann@Example.com "))).0.as_deref(), Some("Ann@Example.com"));
    let (none, notes) = noted(|n| email(n, "email", Some("ann at example")));
    assert_eq!((none, notes.len()), (None, 1));
    assert_eq!(noted(|n| email(n, "email", Some(""))), (None, vec![]));
    let (number, _) = noted(|n| phone(n, "phone", Some("07700 900123")));
    assert_eq!(number, Some(("07700 900123".to_owned(), Some("+447700900123".to_owned()))));
    let (number, _) = noted(|n| phone(n, "phone", Some("ask reception")));
    assert_eq!(number, Some(("ask reception".to_owned(), None)));
}

#[test]
fn postcodes_are_written_one_way_or_kept_in_capitals() {
    assert_eq!(noted(|n| postcode(n, "postcode", Some("sw1a1aa"))), (Some("SW1A 1AA".to_owned()), vec![]));
    let (kept, notes) = noted(|n| postcode(n, "postcode", Some("bt-99 x")));
    assert_eq!((kept.as_deref(), notes.len()), (Some("BT-99 X"), 1));
    assert_eq!(noted(|n| postcode(n, "postcode", Some(&"ß".repeat(20)))).0.unwrap().chars().count(), 20);
    assert_eq!(noted(|n| postcode(n, "postcode", None)).0, None);
}

#[test]
fn times_without_zone_are_utc() {
    let at = |text| instant("createdAt", Some(text));
    assert_eq!(at("2025-03-30 01:30:00.123").unwrap().to_string(), "2025-03-30T01:30:00.123Z");
    assert_eq!(at("2025-03-30 01:30:00+00").unwrap().to_string(), "2025-03-30T01:30:00Z");
    for bad in ["infinity", "0044-03-15 00:00:00 BC", "294276-01-01 00:00:00", ""] {
        assert!(at(bad).is_err(), "{bad}");
    }
    assert_eq!(instant("createdAt", None), Err(Reason::new("createdAt is missing")));
    assert_eq!(instant_if_any("paidAt", None), Ok(None));
}

#[test]
fn amounts_are_whole_pence_that_money_can_hold() {
    assert_eq!(pence("amount", Some("45000")), Ok(45_000));
    assert_eq!(pence("amount", Some("45000.00")), Ok(45_000));
    for bad in ["-1", "12.50", "9007199254740992", "99999999999999999999", "NaN", ""] {
        assert!(pence("amount", Some(bad)).is_err(), "{bad}");
    }
    assert!(pence("amount", None).is_err());
}

#[test]
fn numbers_outside_their_range_are_left_out_with_a_note() {
    assert_eq!(noted(|n| count(n, "minutes", Some("90"))), (Some(90), vec![]));
    assert_eq!(noted(|n| count(n, "minutes", Some("-5"))).1.len(), 1);
    assert_eq!(noted(|n| measure(n, "miles", Some("NaN"))).0, None);
    assert_eq!(noted(|n| measure(n, "miles", Some("12.5"))).0, Some(12.5));
}

#[test]
fn words_are_compared_without_spelling() {
    for text in ["in progress", "In-Progress", "IN_PROGRESS", " inProgress "] {
        assert_eq!(word(text), "INPROGRESS");
    }
}
