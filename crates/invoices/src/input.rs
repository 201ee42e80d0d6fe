use kernel::{BookingId, Email};
use platform::{Problem, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whose invoice to send, and where to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResendInput {
    pub booking_id: BookingId,
    /// Another address than the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// The address given, or else the customer's.
pub(crate) fn recipient(given: Option<&str>, customers: Option<&str>) -> Result<Email> {
    let text = given
        .or(customers)
        .ok_or_else(|| Problem::invalid("to", "is needed: this customer has no e-mail address"))?;
    Email::parse(text).map_err(|fault| Problem::invalid("to", fault.to_string()))
}
