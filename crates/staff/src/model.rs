use jiff::Timestamp;
use kernel::{ApiKeyId, EventId, PasskeyId, StaffId};
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
    /// They have a second factor beside the password.
    pub second_factor: bool,
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

/// What a sign-in began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FirstFactor {
    Password,
    /// A one-time link, with which the password was chosen.
    Link,
    /// Which is two factors in one.
    Passkey,
    /// Somebody else vouches for them (OpenID Connect).
    SingleSignOn,
}

impl FirstFactor {
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Link => "link",
            Self::Passkey => "passkey",
            Self::SingleSignOn => "single_sign_on",
        }
    }
}

/// What a sign-in was completed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// A code of an authenticator app (RFC 6238).
    Totp,
    RecoveryCode,
    Passkey,
}

impl SecondFactor {
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::Passkey => "passkey",
        }
    }
}

/// A key with which a program acts for somebody.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    /// How the key begins.
    pub prefix: String,
    /// Names of permissions.
    pub scopes: Vec<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_ip: Option<String>,
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Passkey {
    pub id: PasskeyId,
    pub name: String,
    pub added_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
}

/// Somebody signed in, or tried to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInEntry {
    pub id: EventId,
    pub at: Timestamp,
    /// What happened, as in the audit trail: `staff.signed_in`, `staff.sign_in_refused`, ….
    pub action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

/// A page of them, latest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInLog {
    pub entries: Vec<SignInEntry>,
    /// Where the next page begins; none on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
