use jiff::Timestamp;
use kernel::{CustomerId, Email, InvoiceId, MailId, StaffId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A mail to be.
#[derive(Debug, Clone)]
pub struct NewMail {
    pub customer: Option<CustomerId>,
    pub invoice: Option<InvoiceId>,
    pub to: Email,
    pub to_name: Option<String>,
    pub subject: String,
    pub body: String,
    pub attachments: Vec<Attachment>,
}

/// A file that goes with a mail, ten megabytes at most.
#[derive(Debug, Clone)]
pub struct Attachment {
    pub file_name: String,
    /// As in `application/pdf`.
    pub content_type: String,
    pub content: Vec<u8>,
}

/// Where a mail is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// A job is about to send it, perhaps again.
    Queued,
    /// The mail server has accepted it.
    Sent,
    /// Refused for good, or tried for too long; `lastError` says why.
    Failed,
    /// No mail server is configured.
    Outbox,
}

impl MailState {
    pub const ALL: [Self; 4] = [Self::Queued, Self::Sent, Self::Failed, Self::Outbox];

    /// As in the database and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Outbox => "outbox",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A mail as it went out, or is to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    pub id: MailId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_id: Option<InvoiceId>,
    pub to_address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_name: Option<String>,
    pub subject: String,
    pub body_text: String,
    pub attachments: Vec<MailAttachment>,
    pub state: MailState,
    /// How often sending was tried and failed.
    pub attempts: i32,
    /// The mail server's own words, or what kept us from hearing any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailAttachment {
    pub file_name: String,
    pub content_type: String,
    /// Bytes.
    pub size: i64,
}

/// A page of mails, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailPage {
    pub mails: Vec<Mail>,
    /// Where the next page begins; none on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What is sent: the row, and its files.
pub(crate) struct Outgoing {
    /// Sealed; to stand where the text has its mark.
    pub secret: Option<Vec<u8>>,
    pub customer: Option<CustomerId>,
    pub to_address: String,
    pub to_name: Option<String>,
    pub subject: String,
    pub body: String,
    pub message_id: String,
    pub state: MailState,
    pub created_at: Timestamp,
    pub attachments: Vec<Attachment>,
}
