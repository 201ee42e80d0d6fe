use jiff::Timestamp;
use kernel::StaffId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Role;

/// A staff member as others see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffMember {
    pub id: StaffId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sign_in_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<Timestamp>,
    /// Invited, but the link has not been used yet.
    pub invited: bool,
    pub version: i32,
}

/// What is needed to invite somebody.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewStaffMember {
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// A one-time link, shown once; only its hash is kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    pub url: String,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    Setup,
    Invitation,
    PasswordReset,
}

impl LinkKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Setup, Self::Invitation, Self::PasswordReset].into_iter().find(|kind| kind.name() == name)
    }
}
