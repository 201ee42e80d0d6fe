use super::*;
use crate::platform::rows::CancellationRow;

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn good() -> BookingRow {
    BookingRow {
        customer_id: some("u1"),
        customer_name: some("Ann Other"),
        customer_phone: some("07700 900123"),
        customer_email: some("ann@example.com"),
        reference: some("SV-1"),
        status: some("CONFIRMED"),
        scheduled_at: some("2025-07-01 09:00:00"),
        total: some("45000"),
        distance_cost: some("5000"),
        crew_percent: some("15"),
        distance_miles: some("12.4"),
        estimated_minutes: some("180"),
        crew_size: some("TWO"),
        created_at: some("2025-06-01 10:00:00"),
        updated_at: some("2025-06-02 10:00:00"),
        pickup: EndRow {
            label: some("1 High Street"),
            postcode: some("sw1a1aa"),
            lat: some("51.5"),
            lng: some("-0.12"),
            property_type: some("FLAT"),
            access_type: some("WITHOUT_LIFT"),
            floors: some("3"),
        },
        dropoff: EndRow { label: some("2 Low Road"), access_type: some("GROUND_FLOOR"), ..EndRow::default() },
        ..BookingRow::default()
    }
}

fn translated(row: &BookingRow) -> (Result<BookingRecord, Reason>, Vec<String>) {
    let mut notes = Notes::default();
    (booking(row, &mut notes), notes.0)
}

#[test]
fn a_good_booking_passes_without_a_note() {
    let (record, notes) = translated(&good());
    let record = record.unwrap();
    assert_eq!((record.status, record.total, record.crew_size), ("CONFIRMED", 45_000, 2));
    let pickup = json!({"label": "1 High Street", "postcode": "SW1A 1AA", "lat": 51.5, "lng": -0.12,
        "propertyType": "FLAT", "floor": "3", "hasLift": false});
    assert_eq!(record.pickup, pickup);
    assert_eq!(record.dropoff, json!({"label": "2 Low Road", "floor": "Ground"}));
    assert_eq!(record.price_parts, json!({"distance": 5000, "crewPercent": 15.0}));
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn what_cannot_be_kept_is_a_problem() {
    for (row, reason) in [
        (BookingRow { total: some("-1"), ..good() }, "totalGBP is negative"),
        (BookingRow { total: None, ..good() }, "totalGBP is missing"),
        (BookingRow { status: some("LOST"), ..good() }, "status is none we know"),
        (BookingRow { scheduled_at: some("infinity"), ..good() }, "scheduledAt is not a time we can keep"),
    ] {
        assert_eq!(translated(&row).0, Err(Reason::new(reason)));
    }
}

#[test]
fn a_bad_detail_costs_the_detail_and_not_the_booking() {
    let row = BookingRow {
        weather_surcharge: some("-200"),
        distance_miles: some("NaN"),
        estimated_minutes: some("-1"),
        crew_size: some("TEN"),
        customer_email: some("nobody"),
        pickup: EndRow::default(),
        items: vec![ItemRow { name: None, quantity: some("-3"), volume: some("Infinity") }],
        ..good()
    };
    let (record, notes) = translated(&row);
    let record = record.unwrap();
    assert_eq!((record.distance_miles, record.estimated_minutes, record.crew_size), (None, None, 1));
    assert_eq!(record.items, [json!({"name": "Item", "quantity": 1})]);
    assert_eq!(record.pickup, json!({}));
    assert_eq!(notes.len(), 8, "{notes:?}");
}

#[test]
fn a_cancellation_counts_only_for_a_cancelled_booking() {
    let cancellation =
        Some(CancellationRow { reason: some("Moved house\u{7}"), cancelled_at: some("2025-06-03 08:00:00") });
    let (kept, notes) = translated(&BookingRow { cancellation: cancellation.clone(), ..good() });
    assert_eq!((kept.unwrap().cancelled_at, notes.len()), (None, 1));
    let (gone, _) = translated(&BookingRow { cancellation, status: some("CANCELLED"), ..good() });
    let gone = gone.unwrap();
    assert_eq!(gone.cancelled_at.unwrap().to_string(), "2025-06-03T08:00:00Z");
    assert_eq!(gone.cancellation_reason.as_deref(), Some("Moved house"));
    let (bare, _) = translated(&BookingRow { status: some("CANCELLED"), ..good() });
    let bare = bare.unwrap();
    assert_eq!(bare.cancelled_at, Some(bare.updated_at));
}

#[test]
fn a_completed_move_took_place_when_it_was_to() {
    let record = translated(&BookingRow { status: some("COMPLETED"), ..good() }).0.unwrap();
    assert_eq!(record.completed_at, Some(record.scheduled_at));
}
