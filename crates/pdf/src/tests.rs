use super::*;

fn text_of(sheet: &Sheet) -> String {
    pdf_extract::extract_text_from_mem(&render(sheet).unwrap()).unwrap()
}

fn with_name(name: &str) -> Sheet {
    Sheet {
        title: "Invoice 7".to_owned(),
        seller: "Example Removals".to_owned(),
        blocks: vec![("Customer".to_owned(), vec![name.to_owned()])],
        rows: vec![("Distance".to_owned(), "£1,234.50".to_owned())],
        balance: Some(("Balance to pay".to_owned(), "£0.00".to_owned())),
        ..Sheet::default()
    }
}

#[test]
fn the_text_can_be_read_back() {
    let text = text_of(&with_name("Emma O’Brien"));
    for part in
        ["Example Removals", "Invoice 7", "Emma O’Brien", "Distance", "£1,234.50", "Balance to pay", "£0.00"]
    {
        assert!(text.contains(part), "{part:?} in {text}");
    }
}

#[test]
fn names_keep_every_letter_in_any_script() {
    for name in [
        "Ελένη Παπαδοπούλου",
        "Анна Ковальчук",
        "Nguyễn Thị Ánh",
        "Łukasz Żółć",
        "李小龍",
        "王芳",
        "やまだ たろう",
    ] {
        let text = text_of(&with_name(name));
        assert!(text.contains(name), "{name:?} in {text:?}");
    }
    // Read from right to left, or with letters that join: every letter is there, in the order it is drawn.
    for name in ["محمد علي", "שרה כהן", "राम कुमार"] {
        let text = text_of(&with_name(name));
        for letter in name.chars().filter(|letter| letter.is_alphabetic()) {
            assert!(text.contains(letter), "{letter:?} of {name:?} in {text}");
        }
    }
}

#[test]
fn no_letter_of_those_scripts_is_an_empty_box() {
    for name in ["Ελένη", "Анна", "Nguyễn", "李小龍", "王芳", "やまだ", "محمد", "שרה", "राम"]
    {
        for run in fonts::shape(name, true) {
            let boxes = run.glyphs.iter().filter(|glyph| krilla::text::Glyph::glyph_id(*glyph).to_u32() == 0);
            assert_eq!(boxes.count(), 0, "{name}");
        }
    }
}

#[test]
fn words_of_both_directions_stand_in_one_line() {
    let runs = fonts::shape("Invoice for שרה כהן, London", false);
    assert!(runs.len() >= 3, "{}", runs.len());
    assert!(runs.iter().any(|run| run.text.contains('ש')));
}

#[test]
fn a_sheet_that_is_too_long_goes_on_on_the_next_page() {
    let mut sheet = with_name(&"word ".repeat(40));
    sheet.rows = (0..60)
        .map(|number| (format!("Part {number} {}", "and more words ".repeat(5)), "£1.00".to_owned()))
        .collect();
    let text = text_of(&sheet);
    assert!(text.contains("Part 59") && text.contains("Balance to pay"));
    assert!(layout::pages(&sheet).len() > 2);
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    assert_eq!(render(&with_name("Emma")).unwrap(), render(&with_name("Emma")).unwrap());
}
