use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn course(kind: DataRequestKind, received: &str) -> Course<'static> {
    Course {
        kind,
        nation: Nation::EnglandAndWales,
        received: day(received),
        proof: Proof::NotAsked,
        pauses: &[],
        extended: None,
        acknowledged: None,
    }
}

fn due(course: &Course<'_>) -> String {
    deadline(course).due.map_or("none".to_owned(), |due| due.to_string())
}

fn pause(from: &str, until: Option<&str>) -> Pause {
    Pause { from: day(from), until: until.map(day), question: "Which years?".to_owned(), answer: None }
}

#[test]
fn the_same_day_of_the_next_month_or_its_last_or_the_next_working_day() {
    for (received, nation, expected) in [
        // The ICO's own examples: a plain month, and a month that is too short.
        ("2025-09-03", Nation::EnglandAndWales, "2025-10-03"),
        ("2025-03-31", Nation::EnglandAndWales, "2025-04-30"),
        // February, in a year with and without its 29th.
        ("2024-01-31", Nation::EnglandAndWales, "2024-02-29"),
        ("2025-01-30", Nation::EnglandAndWales, "2025-02-28"),
        // A Saturday, a Sunday.
        ("2026-10-28", Nation::EnglandAndWales, "2026-11-30"),
        ("2026-10-29", Nation::EnglandAndWales, "2026-11-30"),
        // St Andrew's Day is one in Scotland only.
        ("2026-10-28", Nation::Scotland, "2026-12-01"),
        // Christmas, Saturday, Sunday, the substitute for Boxing Day.
        ("2026-11-25", Nation::EnglandAndWales, "2026-12-29"),
        ("2026-12-01", Nation::EnglandAndWales, "2027-01-04"),
        // 2nd January moves to Monday the 4th.
        ("2026-12-01", Nation::Scotland, "2027-01-05"),
        ("2026-06-12", Nation::NorthernIreland, "2026-07-14"),
        ("2026-06-12", Nation::EnglandAndWales, "2026-07-13"),
        // Good Friday to Easter Monday; Scotland works on Easter Monday.
        ("2026-03-03", Nation::EnglandAndWales, "2026-04-07"),
        ("2026-03-03", Nation::Scotland, "2026-04-06"),
        // Received on a Sunday.
        ("2026-11-22", Nation::EnglandAndWales, "2026-12-22"),
    ] {
        let course = Course { nation, ..course(DataRequestKind::Erasure, received) };
        assert_eq!(due(&course), expected, "{received} in {}", nation.title());
    }
}

#[test]
fn two_further_months_are_counted_from_the_beginning() {
    for (received, expected, extend_by) in [
        ("2026-11-22", "2027-02-22", "2026-12-22"),
        ("2025-11-30", "2026-03-02", "2025-12-30"),
        ("2024-11-30", "2025-02-28", "2024-12-30"),
        ("2026-08-31", "2026-11-30", "2026-09-30"),
        ("2026-09-25", "2026-12-29", "2026-10-26"),
    ] {
        let course = Course { extended: Some(day(received)), ..course(DataRequestKind::Access, received) };
        let deadline = deadline(&course);
        assert_eq!(due(&course), expected, "{received}");
        assert_eq!(deadline.extend_by, Some(day(extend_by)), "{received}");
    }
}

#[test]
fn the_month_begins_when_the_proof_comes() {
    let mut waiting = course(DataRequestKind::Access, "2026-11-02");
    waiting.proof = Proof::Awaited { since: day("2026-11-03") };
    assert_eq!((due(&waiting), deadline(&waiting).extend_by), ("none".to_owned(), None));
    waiting.proof = Proof::Received { asked: day("2026-11-03"), on: day("2026-11-16") };
    assert_eq!(due(&waiting), "2026-12-16");
    waiting.proof = Proof::NotAsked;
    assert_eq!(due(&waiting), "2026-12-02");
}

#[test]
fn the_days_between_question_and_answer_do_not_count_for_access() {
    let received = "2026-11-02";
    for (pauses, expected) in [
        (vec![pause("2026-11-04", Some("2026-11-04"))], "2026-12-02"),
        (vec![pause("2026-11-04", Some("2026-11-07"))], "2026-12-07"),
        (
            vec![pause("2026-11-04", Some("2026-11-06")), pause("2026-11-10", Some("2026-11-11"))],
            "2026-12-07",
        ),
        (vec![pause("2026-11-04", None)], "none"),
        (vec![pause("2026-11-04", Some("2026-11-06")), pause("2026-11-10", None)], "none"),
        // Told twice, counted once.
        (
            vec![pause("2026-11-04", Some("2026-11-12")), pause("2026-11-05", Some("2026-11-09"))],
            "2026-12-10",
        ),
    ] {
        let course = Course { pauses: &pauses, ..course(DataRequestKind::Access, received) };
        assert_eq!(due(&course), expected, "{pauses:?}");
        let erasure = Course { kind: DataRequestKind::Erasure, ..course };
        assert_eq!(due(&erasure), "2026-12-02", "only Art. 15 knows it");
    }
}

#[test]
fn a_complaint_is_acknowledged_within_thirty_days() {
    let mut complaint = course(DataRequestKind::Complaint, "2026-11-22");
    assert_eq!(due(&complaint), "2026-12-22");
    complaint.received = day("2026-11-27");
    assert_eq!(due(&complaint), "2026-12-29", "a Sunday, and the bank holiday after it");
    complaint.acknowledged = Some(day("2026-11-30"));
    assert_eq!(
        due(&complaint),
        "2027-03-01",
        "our own aim: three months, to the end of February, and on to Monday"
    );
    assert_eq!(deadline(&complaint).extend_by, None);
}

#[test]
fn the_way_to_the_date_is_told_day_by_day() {
    let pauses = [pause("2026-11-25", Some("2026-11-27"))];
    let told = Course { pauses: &pauses, ..course(DataRequestKind::Access, "2026-11-23") };
    let lines: Vec<String> =
        deadline(&told).steps.iter().map(|step| format!("{} {}", step.on, step.text)).collect();
    assert_eq!(
        lines,
        [
            "2026-11-23 Received. The day of receipt counts.",
            "2026-11-25 Clarification was asked for: the clock stops.",
            "2026-11-27 The answer came: the clock runs on.",
            "2026-12-23 The same day of the next month.",
            "2026-12-25 2 days of waiting for clarification are added.",
            "2026-12-25 Not a working day in England and Wales: Christmas Day.",
            "2026-12-26 Not a working day in England and Wales: a Saturday.",
            "2026-12-27 Not a working day in England and Wales: a Sunday.",
            "2026-12-28 Not a working day in England and Wales: Boxing Day (substitute day).",
            "2026-12-29 The last day to answer in time.",
        ]
    );
}

#[test]
fn beyond_the_table_of_holidays_the_explanation_says_so() {
    let late = deadline(&course(DataRequestKind::Access, "2027-12-20"));
    assert!(late.steps.iter().any(|step| step.text.contains("table of bank holidays ends")), "{late:?}");
    let known = deadline(&course(DataRequestKind::Access, "2027-11-20"));
    assert!(!known.steps.iter().any(|step| step.text.contains("table of bank holidays ends")));
}

prop_compose! {
    fn some_day()(offset in 0_i64..1_400) -> Date {
        plus_days(date(2024, 1, 1), offset)
    }
}

prop_compose! {
    /// Pauses one after another, as the database lets them be.
    fn some_pauses(begin: Date)(gaps in prop::collection::vec((0_i64..10, 0_i64..40), 0..4)) -> Vec<Pause> {
        let mut from = begin;
        gaps.into_iter().map(|(wait, length)| {
            from = plus_days(from, wait);
            let until = plus_days(from, length);
            let made = Pause { from, until: Some(until), question: "?".to_owned(), answer: None };
            from = until;
            made
        }).collect()
    }
}

fn some_nation() -> impl Strategy<Value = Nation> {
    prop::sample::select(Nation::ALL)
}

proptest! {
    #[test]
    fn a_due_date_is_a_working_day_at_most_four_days_after_the_month(
        received in some_day(), nation in some_nation(), extended in any::<bool>(),
    ) {
        let extended = extended.then_some(received);
        let due = deadline(&Course { nation, extended, received, ..course(DataRequestKind::Objection, "2024-01-01") }).due.unwrap();
        prop_assert!(day_off(due, nation).is_none());
        let end = same_day(received, if extended.is_some() { 3 } else { 1 });
        prop_assert!((0..=5).contains(&days_between(end, due)), "{end} {due}");
        // Every day from the end of the month to the one before is a day off.
        for n in 0..days_between(end, due) {
            prop_assert!(day_off(plus_days(end, n), nation).is_some());
        }
        let nearest = if extended.is_some() { 89 } else { 28 };
        prop_assert!(days_between(received, due) >= nearest);
    }

    #[test]
    fn what_comes_later_is_never_due_earlier(one in some_day(), other in some_day(), nation in some_nation()) {
        let of = |received| deadline(&Course { nation, received, ..course(DataRequestKind::Access, "2024-01-01") }).due;
        prop_assert!(of(one.min(other)) <= of(one.max(other)));
    }

    #[test]
    fn each_day_of_waiting_is_a_day_more_before_the_weekend_is_looked_at(
        (received, pauses) in some_day().prop_flat_map(|day| (Just(day), some_pauses(day))), nation in some_nation(),
    ) {
        let waited: i64 = pauses.iter().map(|pause| days_between(pause.from, pause.until.unwrap())).sum();
        let paused = Course { nation, received, pauses: &pauses, ..course(DataRequestKind::Access, "2024-01-01") };
        let expected = working_day(plus_days(same_day(received, 1), waited), nation).0;
        prop_assert_eq!(deadline(&paused).due, Some(expected));
        prop_assert_eq!(deadline(&paused).extend_by, Some(expected), "the time to tell an extension is stopped too");
        // While one is open there is no due date at all.
        let mut open = pauses.clone();
        open.push(Pause { until: None, ..open.last().cloned().unwrap_or_else(|| pause("2030-01-01", None)) });
        prop_assert_eq!(deadline(&Course { pauses: &open, ..paused }).due, None);
    }

    #[test]
    fn proof_that_comes_later_is_as_if_the_request_had(received in some_day(), wait in 0_i64..60, nation in some_nation()) {
        let on = plus_days(received, wait);
        let proof = Proof::Received { asked: received, on };
        let proved = Course { nation, received, proof, ..course(DataRequestKind::Portability, "2024-01-01") };
        let anew = Course { nation, received: on, ..course(DataRequestKind::Portability, "2024-01-01") };
        prop_assert_eq!(deadline(&proved).due, deadline(&anew).due);
    }
}
