use jiff::Timestamp;
use uuid::Uuid;

use crate::copy::{Row, Tuple};

/// What a customer's bank asked back, as Stripe told of it.
pub(crate) struct Dispute {
    pub id: Uuid,
    pub payment_id: Uuid,
    pub name: String,
    pub amount: i64,
    pub reason: &'static str,
    pub status: &'static str,
    pub evidence_due_by: Option<Timestamp>,
    pub opened_at: Timestamp,
}

impl Row for Dispute {
    const TABLE: &'static str = "disputes";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "payment_id",
        "provider",
        "provider_dispute_id",
        "amount",
        "reason",
        "status",
        "evidence_due_by",
        "opened_at",
        "created_at",
        "updated_at",
    ];

    fn write(&self, tuple: &mut Tuple<'_>) {
        tuple
            .uuid(self.id)
            .uuid(self.payment_id)
            .text("stripe")
            .text(&self.name)
            .bigint(self.amount)
            .text(self.reason)
            .text(self.status)
            .maybe_instant(self.evidence_due_by)
            .instant(self.opened_at)
            .instant(self.opened_at)
            .instant(self.opened_at);
    }
}
