use postgres_types::{FromSql, ToSql};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        /// A UUID version 7, made by the application from its clock.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSql, FromSql, utoipa::ToSchema)]
        #[serde(transparent)]
        #[postgres(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id whose time part is `at`, so that ids sort as things happened.
            pub fn new(at: jiff::Timestamp) -> Self {
                Self(uuid_v7(at))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids!(
    StaffId,
    VerificationId,
    SessionId,
    PresenceId,
    ApiKeyId,
    PasskeyId,
    EventId,
    CustomerId,
    MergeId,
    DismissalId,
    AddressId,
    ContactId,
    FlagId,
    NoteId,
    BookingId,
    PaymentId,
    TicketId,
    ResponseId,
    JobId,
    RefundId,
    CreditId,
    ApprovalId,
    MailId,
    InvoiceId,
    DataRequestId,
    DifferenceId,
    ReconciliationId,
    RevealId,
    DisputeId,
    ErasureId,
    LegalHoldId,
    ExportId,
    RetentionRunId,
    SavedViewId,
    SelectionId,
    BulkRunId,
    AlertId,
    BackupId,
    DrillId,
);

fn uuid_v7(at: jiff::Timestamp) -> Uuid {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    let nanos = u32::try_from(at.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
}
