//! What the import reads of the source, and what is missing there.

use std::collections::HashMap;

use tokio_postgres::Client;

/// A table of the source with the columns that are read. Passwords are not among them.
struct Table {
    name: &'static str,
    columns: &'static [&'static str],
}

const REQUIRED: &[Table] = &[
    Table {
        name: "User",
        columns: &[
            "id",
            "email",
            "name",
            "role",
            "adminRole",
            "createdAt",
            "emailVerified",
            "isActive",
            "lastLogin",
        ],
    },
    Table {
        name: "Address",
        columns: &[
            "id",
            "userId",
            "label",
            "line1",
            "line2",
            "city",
            "postcode",
            "floor",
            "flat",
            "lift",
            "notes",
            "isDefault",
            "createdAt",
            "updatedAt",
        ],
    },
    Table {
        name: "Contact",
        columns: &[
            "id",
            "userId",
            "label",
            "name",
            "phone",
            "email",
            "notes",
            "isDefault",
            "createdAt",
            "updatedAt",
        ],
    },
    Table {
        name: "Booking",
        columns: &[
            "id",
            "customerId",
            "customerName",
            "customerPhone",
            "customerEmail",
            "reference",
            "status",
            "scheduledAt",
            "pickupTimeSlot",
            "urgency",
            "totalGBP",
            "accessSurchargeGBP",
            "distanceCostGBP",
            "itemsSurchargeGBP",
            "weatherSurchargeGBP",
            "crewMultiplierPercent",
            "availabilityMultiplierPercent",
            "baseDistanceMiles",
            "estimatedDurationMinutes",
            "crewSize",
            "paidAt",
            "stripePaymentIntentId",
            "pickupAddressId",
            "dropoffAddressId",
            "pickupPropertyId",
            "dropoffPropertyId",
            "createdAt",
            "updatedAt",
        ],
    },
    Table { name: "BookingAddress", columns: &["id", "label", "postcode", "lat", "lng"] },
    Table { name: "PropertyDetails", columns: &["id", "propertyType", "accessType", "floors"] },
    Table { name: "BookingItem", columns: &["id", "bookingId", "name", "quantity", "volumeM3"] },
    Table {
        name: "Payment",
        columns: &[
            "id",
            "bookingId",
            "provider",
            "intentId",
            "amount",
            "currency",
            "status",
            "createdAt",
            "updatedAt",
        ],
    },
    Table {
        name: "Refund",
        columns: &["id", "paymentId", "amount", "reason", "status", "processedAt", "notes", "createdAt"],
    },
    Table {
        name: "SupportTicket",
        columns: &[
            "id",
            "customerId",
            "category",
            "orderRef",
            "description",
            "email",
            "phone",
            "status",
            "priority",
            "attachments",
            "createdAt",
            "updatedAt",
        ],
    },
    Table {
        name: "SupportTicketResponse",
        columns: &["id", "ticketId", "message", "isFromSupport", "attachments", "createdAt"],
    },
    Table {
        name: "AuditLog",
        columns: &[
            "id",
            "actorId",
            "actorRole",
            "action",
            "targetType",
            "targetId",
            "before",
            "after",
            "details",
            "ip",
            "userAgent",
            "createdAt",
        ],
    },
];

/// Absent from older platforms as a whole; where it is, it has these columns.
const CANCELLATION: Table =
    Table { name: "BookingCancellation", columns: &["id", "bookingId", "reason", "cancelledAt"] };

/// In which form this source comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub users_have_phone: bool,
    pub has_cancellations: bool,
}

const COLUMNS_OF_SOURCE: &str = include_str!("sql/columns_of_source.sql");

/// Columns the connection sees, by table, each with whether it may read it.
type Seen = HashMap<String, HashMap<String, bool>>;

/// The shape of the source, or everything it lacks.
pub async fn inspect(client: &Client) -> Result<Result<Shape, Vec<String>>, tokio_postgres::Error> {
    let mut seen = Seen::new();
    for row in client.query(COLUMNS_OF_SOURCE, &[]).await? {
        seen.entry(row.get(0)).or_default().insert(row.get(1), row.get(2));
    }
    Ok(judge(&seen))
}

fn judge(seen: &Seen) -> Result<Shape, Vec<String>> {
    let has_cancellations = seen.contains_key(CANCELLATION.name);
    let tables = REQUIRED.iter().chain(has_cancellations.then_some(&CANCELLATION));
    let missing: Vec<String> = tables.flat_map(|table| lacking(table, seen)).collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let users_have_phone = seen.get("User").and_then(|columns| columns.get("phone")) == Some(&true);
    Ok(Shape { users_have_phone, has_cancellations })
}

fn lacking(table: &Table, seen: &Seen) -> Vec<String> {
    let Some(columns) = seen.get(table.name) else {
        return vec![format!("table \"{}\"", table.name)];
    };
    let judged = table.columns.iter().filter_map(|column| match columns.get(*column) {
        None => Some(format!("column \"{}\".\"{column}\"", table.name)),
        Some(false) => Some(format!("the right to read \"{}\".\"{column}\"", table.name)),
        Some(true) => None,
    });
    judged.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Seen {
        let columns =
            |table: &Table| table.columns.iter().map(|column| ((*column).to_owned(), true)).collect();
        REQUIRED.iter().map(|table| (table.name.to_owned(), columns(table))).collect()
    }

    #[test]
    fn an_older_platform_has_no_phones_and_no_cancellations() {
        assert_eq!(judge(&whole()), Ok(Shape { users_have_phone: false, has_cancellations: false }));
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let mut seen = whole();
        seen.remove("Refund");
        seen.get_mut("Booking").unwrap().remove("totalGBP");
        seen.get_mut("User").unwrap().insert("email".to_owned(), false);
        seen.insert("BookingCancellation".to_owned(), [("id".to_owned(), true)].into());
        let missing = judge(&seen).unwrap_err();
        for expected in [
            "table \"Refund\"",
            "column \"Booking\".\"totalGBP\"",
            "the right to read \"User\".\"email\"",
            "column \"BookingCancellation\".\"cancelledAt\"",
        ] {
            assert!(missing.iter().any(|one| one == expected), "{expected}: {missing:?}");
        }
    }
}
