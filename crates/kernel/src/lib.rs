//! The words every floor shares: ids, money, time, and the text values that are checked at the edge.
//! No I/O, no database access, no product rules.

mod clock;
mod contact;
mod ids;
mod money;
mod text;

pub use clock::{Clock, london_day, months_before};
pub use contact::{Email, Phone, Postcode, postcode_key};
pub use ids::{
    AddressId, AlertId, ApiKeyId, ApprovalId, BackupId, BookingId, BulkRunId, ContactId, CreditId,
    CustomerId, DataRequestId, DifferenceId, DismissalId, DisputeId, DrillId, ErasureId, EventId, ExportId,
    FlagId, InvoiceId, JobId, LegalHoldId, MailId, MergeId, NoteId, PasskeyId, PaymentId, PresenceId,
    ReconciliationId, RefundId, ResponseId, RetentionRunId, RevealId, SavedViewId, SelectionId, SessionId,
    StaffId, TicketId, VerificationId,
};
pub use money::Pence;
pub use text::{TextFault, clean_line, clean_text, harmless_cell};
