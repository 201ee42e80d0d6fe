//! What a dry run would have made so far. Empty, and never asked, in a run that writes.

use std::collections::HashMap;

use uuid::Uuid;

use super::Kind;
use super::lookups::PaymentState;

#[derive(Debug, Default)]
pub struct Overlay {
    pub links: HashMap<(Kind, String), Uuid>,
    /// Customer by e-mail in small letters.
    pub emails: HashMap<String, Uuid>,
    /// Customer of a booking or ticket.
    pub customers: HashMap<Uuid, Uuid>,
    /// Booking by reference in capitals.
    pub references: HashMap<String, Uuid>,
    pub payments: HashMap<Uuid, PaymentState>,
}
