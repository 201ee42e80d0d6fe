use jiff::Timestamp;
use kernel::{BookingId, CustomerId, InvoiceId, MailId, Pence};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An invoice as issued, with what was paid since.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    pub id: InvoiceId,
    /// Counted over all customers, without gaps.
    pub number: i64,
    pub booking_id: BookingId,
    pub booking_reference: String,
    pub customer_id: CustomerId,
    pub issued_at: Timestamp,
    pub lines: Vec<InvoiceLine>,
    pub vat_percent: i32,
    /// What the total is without VAT.
    pub net: Pence,
    pub vat: Pence,
    /// VAT included.
    pub total: Pence,
    pub money: InvoiceMoney,
    #[serde(skip)]
    pub(crate) seller: Seller,
    #[serde(skip)]
    pub(crate) customer: Party,
    #[serde(skip)]
    pub(crate) moved: Move,
}

/// One part of the price, VAT included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InvoiceLine {
    pub text: String,
    pub amount: Pence,
}

/// Where payment stands at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceMoney {
    pub paid: Pence,
    /// What of that went back. It is not owed again.
    pub refunded: Pence,
    /// Store credit that was spent on the booking.
    pub credit: Pence,
    /// What is still to be paid.
    pub balance: Pence,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Seller {
    pub name: String,
    pub address_lines: Vec<String>,
    pub company_number: Option<String>,
    pub vat_number: Option<String>,
    pub payment_terms: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Party {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Move {
    pub reference: String,
    pub scheduled_at: Timestamp,
    pub from: Vec<String>,
    pub to: Vec<String>,
}

/// Everything that is fixed when an invoice is issued.
pub(crate) struct Facts {
    pub seller: Seller,
    pub customer: Party,
    pub moved: Move,
    pub lines: Vec<InvoiceLine>,
    pub vat_percent: i32,
    pub net: Pence,
    pub vat: Pence,
    pub total: Pence,
}

/// An invoice, and the mail it goes out with.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SentInvoice {
    pub invoice: Invoice,
    pub mail_id: MailId,
}
