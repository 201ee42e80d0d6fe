//! Nouns of data requests, as they are on the wire.

mod words;

use erasure::ErasureState;
use jiff::{Timestamp, civil::Date};
use kernel::{CustomerId, DataRequestId, ErasureId, StaffId};
use privacy::{ExportLink, ExportSection, PersonalExport};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use words::{
    AnswerWay, DataRequestChannel, DataRequestKind, DataRequestOutcome, DataRequestState, IdentityMethod,
    LinkWay, Nation, Proposal, RefusalGround,
};

/// A request in the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataRequest {
    pub id: DataRequestId,
    /// Shown as `DR-12`.
    pub number: i64,
    pub kind: DataRequestKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// What somebody who is not identified yet calls themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    pub channel: DataRequestChannel,
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    pub nation: Nation,
    pub handler_id: StaffId,
    pub handler_name: String,
    pub state: DataRequestState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<DataRequestOutcome>,
    /// The last day on which the answer is in time; none while the clock stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Option<Date>,
    /// Days until then; negative when it has passed. Only of what is not answered yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub answered_on: Option<Date>,
    pub version: i32,
}

/// What is asked for a page of requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DataRequestShow {
    /// Not answered yet.
    #[default]
    Open,
    /// To be answered within seven days.
    Due,
    Overdue,
    /// Answered or withdrawn.
    Closed,
}

/// What is to be done, first what is due first; what is answered, latest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataRequestPage {
    pub requests: Vec<DataRequest>,
    pub counts: DataRequestCounts,
    /// The last day that the table of bank holidays knows.
    #[schema(value_type = String, format = Date)]
    pub holidays_until: Date,
    /// It ends within a year: time to add what has been published.
    pub holidays_end_soon: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Over all requests, whatever the page is narrowed by.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataRequestCounts {
    pub open: i64,
    /// To be answered within seven days, and not overdue.
    pub due: i64,
    pub overdue: i64,
}

/// One step of the way to the due date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockStep {
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// In words.
    pub text: String,
    /// Where the law says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pause {
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// None as long as no answer has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    pub question: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// Where a case went, when, and who made it go there.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataRequestStep {
    pub at: Timestamp,
    pub state: DataRequestState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_name: Option<String>,
    /// The role they had then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_role: Option<String>,
}

/// Whether an act may be done now by the person who asks, and why not.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataRequestActState {
    pub action: &'static str,
    pub allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A reason to refuse this request, with its legal source.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefusalReason {
    pub ground: RefusalGround,
    pub title: &'static str,
    pub source: &'static str,
}

/// Somebody who may handle requests.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataRequestHandler {
    pub id: StaffId,
    pub name: String,
}

/// What a case holds beside what the list shows of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataRequestDetails {
    pub asked: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub acknowledged_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub identity_asked_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub identity_confirmed_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_method: Option<IdentityMethod>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub extended_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<RefusalGround>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepared_by: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepared_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<Timestamp>,
    /// What the reviewer said, sending it back or approving it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_word: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_via: Option<AnswerWay>,
    pub rights_told: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome_note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    #[serde(skip)]
    pub(crate) closed_by: Option<StaffId>,
    pub pauses: Vec<Pause>,
}

/// How far the erasure is that was asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestedErasure {
    pub id: ErasureId,
    pub state: ErasureState,
    pub planned_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// What the approval was bound to.
    #[serde(skip)]
    pub(crate) plan_hash: String,
}

/// Everything about one case, and what may be done with it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataRequestCase {
    #[serde(flatten)]
    pub request: DataRequest,
    #[serde(flatten)]
    pub details: DataRequestDetails,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepared_by_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_by_name: Option<String>,
    /// Why the due date is the day it is.
    pub clock: Vec<ClockStep>,
    /// The last day on which two further months can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub extend_by: Option<Date>,
    pub steps: Vec<DataRequestStep>,
    pub acts: Vec<DataRequestActState>,
    /// What it can be refused for.
    pub grounds: Vec<RefusalReason>,
    pub handlers: Vec<DataRequestHandler>,
    /// Copies that were made to answer it, latest first.
    pub exports: Vec<PersonalExport>,
    /// Where erasure was asked for: the latest of this customer, planned from their page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erasure: Option<RequestedErasure>,
    /// The link of the copy that was just begun, to be handed over. In this answer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<ExportLink>,
}

/// What a copy would hold, if it were made now.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataRequestScope {
    pub sections: Vec<ExportSection>,
    /// Records in all.
    pub rows: i64,
}
