use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::platform::rows::{BookingRow, EndRow, ItemRow};
use crate::platform::tidy::{
    Notes, Reason, count, email, instant, instant_if_any, line, measure, pence, phone, postcode, word,
};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BookingRecord {
    /// The platform's user; none for a guest.
    pub user_id: Option<String>,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    pub contact_phone_e164: Option<String>,
    pub reference: Option<String>,
    pub status: &'static str,
    pub scheduled_at: Timestamp,
    pub time_slot: Option<String>,
    pub urgency: Option<String>,
    pub pickup: Value,
    pub dropoff: Value,
    pub items: Vec<Value>,
    pub crew_size: i16,
    pub distance_miles: Option<f64>,
    pub estimated_minutes: Option<i32>,
    pub price_parts: Value,
    pub total: i64,
    pub payment_intent_id: Option<String>,
    pub paid_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub cancelled_at: Option<Timestamp>,
    pub cancellation_reason: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A booking with its ends, items and cancellation.
pub fn booking(row: &BookingRow, notes: &mut Notes) -> Result<BookingRecord, Reason> {
    let status = match row.status.as_deref().map(word).as_deref() {
        Some("DRAFT") => "DRAFT",
        Some("PENDINGPAYMENT") => "PENDING_PAYMENT",
        Some("CONFIRMED") => "CONFIRMED",
        Some("COMPLETED") => "COMPLETED",
        Some("CANCELLED" | "CANCELED") => "CANCELLED",
        _ => return Err(Reason::new("status is none we know")),
    };
    let scheduled_at = instant("scheduledAt", row.scheduled_at.as_deref())?;
    let created_at = instant("createdAt", row.created_at.as_deref())?;
    let updated_at = instant("updatedAt", row.updated_at.as_deref())?;
    let total = pence("totalGBP", row.total.as_deref())?;
    let cancellation = row.cancellation.as_ref().filter(|_| status == "CANCELLED");
    if row.cancellation.is_some() && cancellation.is_none() {
        notes.add("has a cancellation but is not cancelled; the cancellation is left out");
    }
    let cancelled_at = match cancellation {
        Some(cancellation) => instant_if_any("cancelledAt", cancellation.cancelled_at.as_deref())?,
        None => None,
    };
    let (contact_phone, contact_phone_e164) =
        phone(notes, "customerPhone", row.customer_phone.as_deref()).unzip();
    Ok(BookingRecord {
        user_id: row.customer_id.clone(),
        contact_name: line(notes, "customerName", row.customer_name.as_deref(), 200),
        contact_email: email(notes, "customerEmail", row.customer_email.as_deref()),
        contact_phone,
        contact_phone_e164: contact_phone_e164.flatten(),
        reference: line(notes, "reference", row.reference.as_deref(), 60),
        status,
        scheduled_at,
        time_slot: line(notes, "pickupTimeSlot", row.time_slot.as_deref(), 60),
        urgency: line(notes, "urgency", row.urgency.as_deref(), 60),
        pickup: end(notes, "pickup", &row.pickup),
        dropoff: end(notes, "dropoff", &row.dropoff),
        items: row.items.iter().map(|one| item(notes, one)).collect(),
        crew_size: crew_size(notes, row.crew_size.as_deref()),
        distance_miles: measure(notes, "baseDistanceMiles", row.distance_miles.as_deref()),
        estimated_minutes: count(notes, "estimatedDurationMinutes", row.estimated_minutes.as_deref()),
        price_parts: price_parts(notes, row),
        total,
        payment_intent_id: line(notes, "stripePaymentIntentId", row.payment_intent_id.as_deref(), 200),
        paid_at: instant_if_any("paidAt", row.paid_at.as_deref())?,
        // The source keeps no such time; a completed move took place when it was to take place.
        completed_at: (status == "COMPLETED").then_some(scheduled_at),
        cancelled_at: (status == "CANCELLED").then_some(cancelled_at.unwrap_or(updated_at)),
        cancellation_reason: cancellation.and_then(|one| line(notes, "reason", one.reason.as_deref(), 500)),
        created_at,
        updated_at,
    })
}

fn crew_size(notes: &mut Notes, text: Option<&str>) -> i16 {
    match text.map(word).as_deref() {
        Some("ONE" | "1") => 1,
        Some("TWO" | "2") => 2,
        Some("THREE" | "3") => 3,
        Some("FOUR" | "4") => 4,
        _ => {
            notes.add("crewSize is none of ONE to FOUR; taken in as ONE");
            1
        }
    }
}

/// One end of the move as a snapshot. What the source does not have is left out.
fn end(notes: &mut Notes, name: &str, row: &EndRow) -> Value {
    let mut end = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            end.insert(key.to_owned(), value);
        }
    };
    put("label", line(notes, &format!("{name} label"), row.label.as_deref(), 200).map(Value::from));
    put("postcode", postcode(notes, &format!("{name} postcode"), row.postcode.as_deref()).map(Value::from));
    put("lat", degrees(row.lat.as_deref(), 90.0));
    put("lng", degrees(row.lng.as_deref(), 180.0));
    put(
        "propertyType",
        line(notes, &format!("{name} propertyType"), row.property_type.as_deref(), 40).map(Value::from),
    );
    let access = row.access_type.as_deref().map(word);
    let (floor, has_lift) = match access.as_deref() {
        Some("GROUNDFLOOR") => (Some("Ground".to_owned()), None),
        Some("WITHLIFT") => (None, Some(true)),
        Some("WITHOUTLIFT") => (None, Some(false)),
        _ => (None, None),
    };
    let floors = count(notes, &format!("{name} floors"), row.floors.as_deref()).filter(|floors| *floors > 0);
    put("floor", floor.or_else(|| floors.map(|floors| floors.to_string())).map(Value::from));
    put("hasLift", has_lift.map(Value::from));
    if end.is_empty() {
        notes.add(format!("{name} address is missing"));
    }
    Value::Object(end)
}

/// Zero by zero is where unset coordinates are.
fn degrees(text: Option<&str>, limit: f64) -> Option<Value> {
    let degrees: f64 = text?.parse().ok()?;
    (degrees.abs() <= limit && degrees != 0.0).then(|| json!(degrees))
}

fn item(notes: &mut Notes, row: &ItemRow) -> Value {
    let mut item = Map::new();
    let name = line(notes, "item name", row.name.as_deref(), 200).unwrap_or_else(|| "Item".to_owned());
    item.insert("name".to_owned(), name.into());
    item.insert(
        "quantity".to_owned(),
        count(notes, "item quantity", row.quantity.as_deref()).unwrap_or(1).into(),
    );
    if let Some(volume) = measure(notes, "item volumeM3", row.volume.as_deref()) {
        item.insert("volumeM3".to_owned(), json!(volume));
    }
    Value::Object(item)
}

/// The parts explain the total and do not make it: one that is no amount is left out.
fn price_parts(notes: &mut Notes, row: &BookingRow) -> Value {
    let mut parts = Map::new();
    for (key, column, text) in [
        ("distance", "distanceCostGBP", &row.distance_cost),
        ("access", "accessSurchargeGBP", &row.access_surcharge),
        ("items", "itemsSurchargeGBP", &row.items_surcharge),
        ("weather", "weatherSurchargeGBP", &row.weather_surcharge),
    ] {
        if text.is_some() {
            match pence(column, text.as_deref()) {
                Ok(amount) => {
                    parts.insert(key.to_owned(), amount.into());
                }
                Err(Reason(reason)) => notes.add(format!("{reason}; left out")),
            }
        }
    }
    for (key, text) in
        [("crewPercent", &row.crew_percent), ("availabilityPercent", &row.availability_percent)]
    {
        if let Some(percent) =
            text.as_deref().and_then(|text| text.parse::<f64>().ok()).filter(|n| n.is_finite())
        {
            parts.insert(key.to_owned(), json!(percent));
        }
    }
    Value::Object(parts)
}

#[cfg(test)]
mod tests;
