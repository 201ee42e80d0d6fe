use jiff::Timestamp;
use kernel::{BookingId, CustomerId, ResponseId, StaffId, TicketId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request for help, with everything that was answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    pub id: TicketId,
    /// As people say it; counted over all customers.
    pub number: i64,
    pub customer_id: CustomerId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_id: Option<BookingId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_reference: Option<String>,
    pub category: String,
    pub description: String,
    pub status: TicketStatus,
    pub priority: TicketPriority,
    /// Where the answer was to go, as given then; not the customer's present details.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    pub attachments: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// Oldest first.
    pub responses: Vec<TicketResponse>,
}

/// Open and in progress are open; resolved and closed are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TicketStatus {
    Open,
    InProgress,
    Resolved,
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TicketPriority {
    Low,
    Normal,
    High,
    Urgent,
}

/// One message on a ticket, from the customer or from support.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketResponse {
    pub id: ResponseId,
    pub message: String,
    pub from_support: bool,
    /// Who answered, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_name: Option<String>,
    pub attachments: Vec<String>,
    pub created_at: Timestamp,
}

/// A ticket among others: what tells it from them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundTicket {
    pub id: TicketId,
    pub number: i64,
    pub category: String,
    pub status: TicketStatus,
    pub customer_id: CustomerId,
    pub customer_name: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundTickets {
    /// One or none: numbers are not given twice.
    pub tickets: Vec<FoundTicket>,
}

/// A page of a customer's tickets, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketPage {
    pub tickets: Vec<Ticket>,
    /// Where the next page begins; none on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_spelt_as_in_the_database() {
        use TicketStatus::{Closed, InProgress, Open, Resolved};
        assert_eq!(
            serde_json::to_value([Open, InProgress, Resolved, Closed]).unwrap(),
            serde_json::json!(["OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"])
        );
        assert!(serde_json::from_value::<TicketStatus>(serde_json::json!("open")).is_err());
        assert!(TicketPriority::Urgent > TicketPriority::High);
    }
}
