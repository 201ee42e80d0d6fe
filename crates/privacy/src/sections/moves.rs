//! Moves, and the invoices for them.

use super::{
    Kind::{Instant, Money, Nested, Prices, Text, Word},
    Layout, Section, column,
};

pub(super) const BOOKINGS: Section = Section {
    name: "bookings",
    title: "Your bookings",
    intro: "Every move that you booked or began to book with us.",
    sql: r#"select reference, status, scheduled_at as "scheduledAt", time_slot as "timeSlot", urgency, contact_name as "contactName",
            contact_email as "contactEmail", contact_phone as "contactPhone", pickup, dropoff, items, crew_size as "crewSize",
            distance_miles as "distanceMiles", estimated_minutes as "estimatedMinutes", price_parts as "priceParts", total,
            payment_intent_id as "paymentNumber", created_at as "bookedAt", paid_at as "paidAt", completed_at as "completedAt",
            cancelled_at as "cancelledAt", cancellation_reason as "cancellationReason", updated_at as "updatedAt"
        from bookings where customer_id = any ((select same_person($1))::uuid[]) order by created_at, id"#,
    columns: &[
        column("reference", "Booking", Text),
        column("status", "Status", Word),
        column("scheduledAt", "Move", Instant),
        column("timeSlot", "Time slot", Text),
        column("urgency", "Urgency", Text),
        column("contactName", "Name for the move", Text),
        column("contactEmail", "E-mail for the move", Text),
        column("contactPhone", "Phone for the move", Text),
        column("pickup", "From", Nested),
        column("dropoff", "To", Nested),
        column("items", "What was moved", Nested),
        column("crewSize", "People who carry", Text),
        column("distanceMiles", "Miles", Text),
        column("estimatedMinutes", "Minutes, estimated", Text),
        column("priceParts", "What the price is made of", Prices),
        column("total", "Price", Money),
        column("paymentNumber", "Number of the payment", Text),
        column("bookedAt", "Booked", Instant),
        column("paidAt", "Paid", Instant),
        column("completedAt", "Done", Instant),
        column("cancelledAt", "Cancelled", Instant),
        column("cancellationReason", "Why cancelled", Text),
        column("updatedAt", "Last changed", Instant),
    ],
    layout: Layout::Cards,
};

pub(super) const INVOICES: Section = Section {
    name: "invoices",
    title: "Your invoices",
    intro: "Invoices as they were issued. The law obliges us to keep them as they are.",
    sql: r#"select i.number, b.reference as booking, i.issued_at as "issuedAt", i.customer as "to", i.move,
            (select coalesce(json_agg(json_build_object('text', line ->> 'text', 'price', line -> 'amount')), '[]')
             from jsonb_array_elements(i.lines) line) as lines,
            i.vat_percent as "vatPercent", i.net, i.vat, i.total
        from invoices i join bookings b on b.id = i.booking_id where i.customer_id = any ((select same_person($1))::uuid[]) order by i.number"#,
    columns: &[
        column("number", "Invoice", Text),
        column("booking", "Booking", Text),
        column("issuedAt", "Issued", Instant),
        column("to", "To", Nested),
        column("move", "Move", Nested),
        column("lines", "Lines", Prices),
        column("vatPercent", "VAT, percent", Text),
        column("net", "Without VAT", Money),
        column("vat", "VAT", Money),
        column("total", "Total", Money),
    ],
    layout: Layout::Cards,
};
