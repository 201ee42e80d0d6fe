use serde::Serialize;

/// What kind of record of the source a link, a count or a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Staff,
    Customer,
    /// A second account of a person, by e-mail: its records belong to the first one's customer.
    CustomerAlias,
    Address,
    Contact,
    /// The customer made from a booking that has none.
    Guest,
    Booking,
    Payment,
    /// The payment of a paid booking for which the source has no payment row.
    BookingPayment,
    Refund,
    /// What is missing from the refunds of a payment that the source calls refunded.
    RefundRest,
    Ticket,
    TicketResponse,
    History,
}

impl Kind {
    /// The name in `external_links.kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Customer => "customer",
            Self::CustomerAlias => "customer_alias",
            Self::Address => "address",
            Self::Contact => "contact",
            Self::Guest => "guest",
            Self::Booking => "booking",
            Self::Payment => "payment",
            Self::BookingPayment => "booking_payment",
            Self::Refund => "refund",
            Self::RefundRest => "refund_rest",
            Self::Ticket => "ticket",
            Self::TicketResponse => "ticket_response",
            Self::History => "history",
        }
    }

    /// The source's table, as the report names it. The external id is one of that table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Staff | Self::Customer | Self::CustomerAlias => "User",
            Self::Address => "Address",
            Self::Contact => "Contact",
            Self::Guest | Self::Booking | Self::BookingPayment => "Booking",
            Self::Payment | Self::RefundRest => "Payment",
            Self::Refund => "Refund",
            Self::Ticket => "SupportTicket",
            Self::TicketResponse => "SupportTicketResponse",
            Self::History => "AuditLog",
        }
    }

    /// Whether taking it in makes entries in the books.
    pub(super) fn moves_money(self) -> bool {
        matches!(self, Self::Payment | Self::BookingPayment | Self::Refund | Self::RefundRest)
    }

    /// The first word of the events about it.
    pub(super) fn subject(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Customer | Self::CustomerAlias | Self::Guest => "customer",
            Self::Address => "address",
            Self::Contact => "contact",
            Self::Booking => "booking",
            Self::Payment | Self::BookingPayment => "payment",
            Self::Refund | Self::RefundRest => "refund",
            Self::Ticket => "ticket",
            Self::TicketResponse => "ticket_response",
            Self::History => "history",
        }
    }
}
