//! Who somebody is, where they live, and what staff noted about them.

use super::{
    Kind::{Day, Instant, Money, Text, Word, YesNo},
    Layout, Section, column,
};

pub(super) const PROFILE: Section = Section {
    name: "profile",
    title: "Who you are to us",
    intro: "Your details, and the figures that we keep beside them.",
    sql: r#"select c.id as "customerNumber", c.name, c.email, c.email_verified_at as "emailVerifiedAt", c.phone,
            c.phone_e164 as "phoneInternational", c.created_at as "joinedAt", c.updated_at as "updatedAt",
            c.archived_at as "archivedAt", c.archive_reason as "archiveReason", c.merged_into as "mergedInto", s.orders, s.completed_orders as "completedOrders",
            s.cancelled_orders as "cancelledOrders", nullif(s.last_order_at, '-infinity') as "lastOrderAt", s.ltv as "paidInAll",
            s.open_tickets as "openTickets", s.urgent_tickets as "urgentTickets", s.flag_kinds as "flagKinds"
        from customers c left join customer_stats s on s.customer_id = c.id where c.id = any ((select same_person($1))::uuid[])
        order by c.merged_into is not null, c.created_at, c.id"#,
    columns: &[
        column("customerNumber", "Customer number", Text),
        column("name", "Name", Text),
        column("email", "E-mail", Text),
        column("emailVerifiedAt", "E-mail confirmed", Instant),
        column("phone", "Phone", Text),
        column("phoneInternational", "Phone, in full", Text),
        column("joinedAt", "With us since", Instant),
        column("updatedAt", "Last changed", Instant),
        column("archivedAt", "Archived", Instant),
        column("archiveReason", "Why archived", Text),
        column("mergedInto", "Part of customer number", Text),
        column("orders", "Bookings", Text),
        column("completedOrders", "Moves done", Text),
        column("cancelledOrders", "Bookings cancelled", Text),
        column("lastOrderAt", "Last booking", Instant),
        column("paidInAll", "Paid in all, less what was refunded", Money),
        column("openTickets", "Open questions and complaints", Text),
        column("urgentTickets", "Of them urgent", Text),
        column("flagKinds", "Marks on your record", Word),
    ],
    layout: Layout::Cards,
};

pub(super) const ADDRESSES: Section = Section {
    name: "addresses",
    title: "Your addresses",
    intro: "Addresses that you gave us, also those removed since.",
    sql: r#"select label, line1, line2, flat, floor, has_lift as "hasLift", city, postcode, access_notes as "accessNotes",
            is_default as "isDefault", created_at as "addedAt", updated_at as "updatedAt", removed_at as "removedAt"
        from addresses where customer_id = any ((select same_person($1))::uuid[]) order by created_at, id"#,
    columns: &[
        column("label", "Called", Text),
        column("line1", "Address", Text),
        column("line2", "Second line", Text),
        column("flat", "Flat", Text),
        column("floor", "Floor", Text),
        column("hasLift", "Lift", YesNo),
        column("city", "Town", Text),
        column("postcode", "Postcode", Text),
        column("accessNotes", "How to get in", Text),
        column("isDefault", "Your main address", YesNo),
        column("addedAt", "Added", Instant),
        column("updatedAt", "Last changed", Instant),
        column("removedAt", "Removed", Instant),
    ],
    layout: Layout::Cards,
};

pub(super) const CONTACTS: Section = Section {
    name: "contacts",
    title: "People you named",
    intro: "People whom you asked us to call for you or in an emergency, also those removed since.",
    sql: r#"select label, name, phone, phone_e164 as "phoneInternational", email, notes, is_default as "isDefault",
            created_at as "addedAt", updated_at as "updatedAt", removed_at as "removedAt"
        from contacts where customer_id = any ((select same_person($1))::uuid[]) order by created_at, id"#,
    columns: &[
        column("label", "Called", Text),
        column("name", "Name", Text),
        column("phone", "Phone", Text),
        column("phoneInternational", "Phone, in full", Text),
        column("email", "E-mail", Text),
        column("notes", "Notes", Text),
        column("isDefault", "First to be called", YesNo),
        column("addedAt", "Added", Instant),
        column("updatedAt", "Last changed", Instant),
        column("removedAt", "Removed", Instant),
    ],
    layout: Layout::Cards,
};

pub(super) const NOTES: Section = Section {
    name: "notes",
    title: "Notes about you",
    intro: "What our staff wrote down about you, also what was removed since.",
    sql: r#"select body, pinned, created_at as "writtenAt", updated_at as "updatedAt", removed_at as "removedAt"
        from notes where customer_id = any ((select same_person($1))::uuid[]) order by created_at, id"#,
    columns: &[
        column("body", "Note", Text),
        column("pinned", "Pinned to the top", YesNo),
        column("writtenAt", "Written", Instant),
        column("updatedAt", "Last changed", Instant),
        column("removedAt", "Removed", Instant),
    ],
    layout: Layout::Cards,
};

pub(super) const FLAGS: Section = Section {
    name: "flags",
    title: "Marks on your record",
    intro: "Marks that tell our staff to take care, each with its reason, also those taken off since.",
    sql: r#"select kind, reason, notes, raised_at as "setAt", expires_on as "endsOn", removed_at as "takenOffAt",
            removal_reason as "whyTakenOff"
        from flags where customer_id = any ((select same_person($1))::uuid[]) order by raised_at, id"#,
    columns: &[
        column("kind", "Mark", Word),
        column("reason", "Reason", Text),
        column("notes", "Notes", Text),
        column("setAt", "Set", Instant),
        column("endsOn", "Ends", Day),
        column("takenOffAt", "Taken off", Instant),
        column("whyTakenOff", "Why taken off", Text),
    ],
    layout: Layout::Cards,
};
