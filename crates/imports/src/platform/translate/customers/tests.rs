use super::*;

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn ann() -> UserRow {
    UserRow {
        email: some("Ann@Example.com"),
        name: some("Ann Other"),
        phone: some("07700 900123"),
        email_verified: some("true"),
        created_at: some("2025-01-02 03:04:05.678"),
    }
}

fn translated(row: &UserRow) -> (Result<CustomerRecord, Reason>, Vec<String>) {
    let mut notes = Notes::default();
    (customer(row, &mut notes), notes.0)
}

#[test]
fn a_good_customer_passes_without_a_note() {
    let (record, notes) = translated(&ann());
    let record = record.unwrap();
    assert_eq!(record.name, "Ann Other");
    assert_eq!(record.phone_e164.as_deref(), Some("+447700900123"));
    assert_eq!(record.email_verified_at, Some(record.created_at));
    assert!(!record.archived);
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn a_missing_name_is_made_from_the_email_or_unknown() {
    let (record, notes) = translated(&UserRow { name: None, ..ann() });
    assert_eq!((record.unwrap().name.as_str(), notes.len()), ("Ann", 1));
    let (record, _) = translated(&UserRow { name: some(" \u{202e} "), email: some("none"), ..ann() });
    assert_eq!(record.unwrap().name, "Unknown");
}

#[test]
fn a_bad_email_is_left_out_only_where_there_is_a_phone() {
    let (record, notes) = translated(&UserRow { email: some("ann(at)example"), ..ann() });
    let record = record.unwrap();
    assert_eq!((record.email, record.email_verified_at, notes.len()), (None, None, 1));
    let (record, _) = translated(&UserRow { email: some("ann(at)example"), phone: None, ..ann() });
    assert_eq!(record, Err(Reason::new("has neither a valid email nor a phone")));
}

#[test]
fn verification_may_be_a_flag_or_a_time() {
    let at = |text: Option<&str>| {
        translated(&UserRow { email_verified: text.map(str::to_owned), ..ann() }).0.unwrap().email_verified_at
    };
    assert_eq!(at(None), None);
    assert_eq!(at(Some("false")), None);
    assert_eq!(at(Some("2025-02-03 04:05:06")).unwrap().to_string(), "2025-02-03T04:05:06Z");
}

#[test]
fn people_the_old_deletion_overwrote_arrive_archived() {
    let gone = UserRow { name: some("Deleted Customer"), email: some("deleted-cl9@deleted.com"), ..ann() };
    assert!(translated(&gone).0.unwrap().archived);
    let odd_name = UserRow { name: some("Deleted Customer"), ..ann() };
    assert!(!translated(&odd_name).0.unwrap().archived, "the name alone proves nothing");
}

#[test]
fn a_time_we_cannot_keep_is_a_problem() {
    let (record, _) = translated(&UserRow { created_at: some("infinity"), ..ann() });
    assert_eq!(record, Err(Reason::new("createdAt is not a time we can keep")));
}

#[test]
fn staff_roles_are_read_in_any_spelling_and_never_guessed_upwards() {
    let role = |text: Option<&str>| {
        let row = StaffRow {
            email: some("a@b.co"),
            admin_role: text.map(str::to_owned),
            is_active: some("true"),
            created_at: some("2025-01-01 00:00:00"),
            ..StaffRow::default()
        };
        staff_member(&row, &mut Notes::default()).unwrap().role
    };
    assert_eq!(role(Some("superadmin")), "superadmin");
    assert_eq!(role(Some("READ-ONLY")), "read_only");
    assert_eq!(role(Some("god")), "read_only");
    assert_eq!(role(None), "read_only");
}

#[test]
fn an_address_needs_a_line_or_a_postcode() {
    let row = AddressRow {
        user_id: some("u"),
        postcode: some("sw1a1aa"),
        lift: some("false"),
        created_at: some("2025-01-01 00:00:00"),
        updated_at: some("2025-01-01 00:00:00"),
        ..AddressRow::default()
    };
    let mut notes = Notes::default();
    let record = address(&row, &mut notes).unwrap();
    assert_eq!(
        (record.line1.as_str(), record.city.as_str(), record.postcode.as_str()),
        ("-", "-", "SW1A 1AA")
    );
    assert_eq!((record.label.as_str(), record.has_lift), ("Address", Some(false)));
    assert_eq!(notes.0.len(), 3);
    let nowhere = AddressRow { postcode: None, ..row };
    assert_eq!(address(&nowhere, &mut notes), Err(Reason::new("has neither line1 nor postcode")));
}

#[test]
fn a_contact_must_be_reachable() {
    let row = ContactRow {
        user_id: some("u"),
        phone: some("\u{1}"),
        created_at: some("2025-01-01 00:00:00"),
        updated_at: some("2025-01-01 00:00:00"),
        ..ContactRow::default()
    };
    assert!(contact(&row, &mut Notes::default()).is_err());
    let reachable = ContactRow { email: some("x@y.zz"), ..row };
    assert_eq!(contact(&reachable, &mut Notes::default()).unwrap().name, "Unknown");
}
