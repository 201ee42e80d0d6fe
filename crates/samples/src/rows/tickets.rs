//! Tickets and their responses. The number of a ticket is the database's to give.

use jiff::Timestamp;
use kernel::Phone;
use uuid::Uuid;

use crate::copy::{Row, Tuple};

pub(crate) struct Ticket {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub booking_id: Option<Uuid>,
    pub category: &'static str,
    pub description: &'static str,
    pub status: &'static str,
    pub priority: &'static str,
    pub email: Option<String>,
    pub phone: Option<Phone>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub resolved_at: Option<Timestamp>,
}

impl Row for Ticket {
    const TABLE: &'static str = "tickets";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "customer_id",
        "booking_id",
        "category",
        "description",
        "status",
        "priority",
        "email",
        "phone",
        "created_at",
        "updated_at",
        "resolved_at",
    ];

    fn write(&self, tuple: &mut Tuple<'_>) {
        tuple
            .uuid(self.id)
            .uuid(self.customer_id)
            .maybe_uuid(self.booking_id)
            .text(self.category)
            .text(self.description)
            .text(self.status)
            .text(self.priority)
            .maybe_text(self.email.as_deref())
            .maybe_text(self.phone.as_ref().map(|phone| phone.typed.as_str()))
            .instant(self.created_at)
            .instant(self.updated_at)
            .maybe_instant(self.resolved_at);
    }
}

pub(crate) struct Response {
    pub id: Uuid,
    pub ticket_id: Uuid,
    pub message: &'static str,
    pub from_support: bool,
    pub created_at: Timestamp,
}

impl Row for Response {
    const TABLE: &'static str = "ticket_responses";
    const COLUMNS: &'static [&'static str] = &["id", "ticket_id", "message", "from_support", "created_at"];

    fn write(&self, tuple: &mut Tuple<'_>) {
        tuple
            .uuid(self.id)
            .uuid(self.ticket_id)
            .text(self.message)
            .boolean(self.from_support)
            .instant(self.created_at);
    }
}
