use bookings::Booking;
use customers::{Address, Contact, Customer, CustomerActs, Flag, FlagInput, FlagRemovalInput, Note};
use invoices::{ResendInput, SentInvoice};
use jiff::Timestamp;
use kernel::ApprovalId;
use ledger::{CreditBalance, CreditInput, CreditLot, RefundInput, RefundRecord, SpendInput};
use platform::http::{Fields, Tagged};
use privacy::{AskedExport, ExportInput};
use serde::Serialize;
use serde_json::Value;
use staff::{
    Permission,
    permissions::{CreditIssue, CreditSpend, ExportMake, FlagWrite, InvoiceSend, RefundIssue},
};
use tickets::Ticket;
use utoipa::ToSchema;
use uuid::Uuid;

/// Everything about a customer. Of bookings and tickets the latest fifty; `…Next` is the cursor for more.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CustomerPage {
    #[serde(flatten)]
    pub customer: Customer,
    pub bookings: Vec<Booking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bookings_next: Option<String>,
    pub addresses: Vec<Address>,
    pub contacts: Vec<Contact>,
    pub support_tickets: Vec<Ticket>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub support_tickets_next: Option<String>,
    pub notes: Vec<Note>,
    /// Open flags with their reasons; `flags` holds their kinds.
    pub open_flags: Vec<Flag>,
    /// Whether a legal hold keeps everything about them.
    pub held: bool,
    /// Whether other records became part of this one, or did once.
    pub has_merges: bool,
    /// What the person who asks may do, and why not.
    pub actions: CustomerActs,
}

/// What one does for a customer: one door, told by `action`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum CustomerAction {
    AddFlag(FlagInput),
    RemoveFlag(FlagRemovalInput),
    /// Money back for a booking. Needs an Idempotency-Key.
    IssueRefund(RefundInput),
    /// Store credit for the customer. Needs an Idempotency-Key.
    IssueCredit(CreditInput),
    /// Store credit that pays for a booking. Needs an Idempotency-Key.
    SpendCredit(SpendInput),
    /// The invoice of a booking by mail, as PDF; issued now if it was not before.
    ResendInvoice(ResendInput),
    /// A copy of everything about the customer, made by a job and fetched by a one-time link. Needs an Idempotency-Key.
    ExportData,
}

/// What each act needs beside the permission of the door, for the document.
pub(crate) const NEEDED: &[(&str, &str)] = &[
    ("add_flag", FlagWrite::NAME),
    ("remove_flag", FlagWrite::NAME),
    ("issue_refund", RefundIssue::NAME),
    ("issue_credit", CreditIssue::NAME),
    ("spend_credit", CreditSpend::NAME),
    ("resend_invoice", InvoiceSend::NAME),
    ("export_data", ExportMake::NAME),
];

impl Tagged for CustomerAction {
    const TAG: &'static str = "action";
    const KINDS: &'static [&'static str] = &[
        "add_flag",
        "remove_flag",
        "issue_refund",
        "issue_credit",
        "spend_credit",
        "resend_invoice",
        "export_data",
    ];

    fn read(kind: &str, fields: Fields) -> Option<platform::Result<Self>> {
        Some(match kind {
            "add_flag" => fields.read().map(Self::AddFlag),
            "remove_flag" => fields.read().map(Self::RemoveFlag),
            "issue_refund" => fields.read().map(Self::IssueRefund),
            "issue_credit" => fields.read().map(Self::IssueCredit),
            "spend_credit" => fields.read().map(Self::SpendCredit),
            "resend_invoice" => fields.read().map(Self::ResendInvoice),
            "export_data" => fields.read::<ExportInput>().map(|_| Self::ExportData),
            _ => return None,
        })
    }
}

impl CustomerAction {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AddFlag(_) => "add_flag",
            Self::RemoveFlag(_) => "remove_flag",
            Self::IssueRefund(_) => "issue_refund",
            Self::IssueCredit(_) => "issue_credit",
            Self::SpendCredit(_) => "spend_credit",
            Self::ResendInvoice(_) => "resend_invoice",
            Self::ExportData => "export_data",
        }
    }
}

/// What an act has made or changed.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActionResult {
    /// Which act it was.
    pub action: &'static str,
    /// The flag that was added or removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag: Option<Flag>,
    /// The refund as it stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<CreditLot>,
    /// What the customer can spend after spending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<CreditBalance>,
    /// The invoice that was sent, and its mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<SentInvoice>,
    /// The copy that is being made, and where it can be fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<AskedExport>,
    /// The act is above a ceiling: this is the request that somebody else decides on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_id: Option<ApprovalId>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimelineEntry {
    pub id: String,
    pub at: Timestamp,
    /// As in the audit trail (`customer.updated`), or `booking.placed`, `payment.captured`, `ticket.opened`, ….
    pub action: String,
    /// In words.
    pub summary: String,
    /// Who did it, when it was staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_id: Option<Uuid>,
    #[schema(value_type = Object)]
    pub details: Value,
}

/// Latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TimelinePage {
    pub entries: Vec<TimelineEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
