//! What people type about data requests, checked field by field.

use jiff::civil::Date;
use kernel::{CustomerId, StaffId, clean_line, clean_text};
use platform::{
    Problem, Result,
    http::{Fields, Tagged},
};
use serde::{Deserialize, Serialize};
use staff::{
    Permission,
    permissions::{DataRequestHandle, DataRequestReview, ExportMake},
};
use utoipa::ToSchema;

use crate::model::{
    AnswerWay, DataRequestChannel, DataRequestKind, IdentityMethod, LinkWay, Nation, Proposal, RefusalGround,
};

/// A request as it came.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DataRequestInput {
    pub kind: DataRequestKind,
    /// Who asks, when that is known.
    #[serde(default)]
    pub customer_id: Option<CustomerId>,
    /// What somebody who is not known yet calls themselves, and how to reach them; needed without a customer.
    #[serde(default)]
    pub requester: Option<String>,
    pub channel: DataRequestChannel,
    /// Today at the latest.
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// In their words, up to 10,000 characters.
    pub asked: String,
    #[serde(default = "england_and_wales")]
    pub nation: Nation,
}

const fn england_and_wales() -> Nation {
    Nation::EnglandAndWales
}

impl DataRequestInput {
    pub(crate) fn check(mut self, today: Date) -> Result<Self> {
        self.requester = optional_line("requester", self.requester.as_deref(), 300)?;
        self.asked = text("asked", &self.asked, 10_000)?;
        if self.customer_id.is_none() && self.requester.is_none() {
            return Err(Problem::invalid("requester", "is needed as long as the customer is not known"));
        }
        check_day("receivedOn", self.received_on, None, today)?;
        if self.received_on.year() < 2018 {
            return Err(Problem::invalid(
                "receivedOn",
                "must not lie before the law it is asked under (May 2018)",
            ));
        }
        Ok(self)
    }
}

/// One step of a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum DataRequestAct {
    /// Somebody else handles it from now on.
    Assign(AssignInput),
    /// The customer it is about was found.
    Identify(IdentifyInput),
    /// A complaint was acknowledged.
    Acknowledge(OnInput),
    /// Proof of identity was asked for: the month begins when it comes.
    AskIdentity(OnInput),
    /// It is clear who asks.
    ConfirmIdentity(ConfirmIdentityInput),
    /// The person was asked what exactly they want.
    AskClarification(QuestionInput),
    ReceiveClarification(AnswerInput),
    /// The person was told that it takes two further months.
    Extend(ExtendInput),
    /// An answer is ready to be looked at by somebody else.
    Prepare(PrepareInput),
    /// The answer needs more work.
    SendBack(WordInput),
    /// The answer may go out.
    Approve(WordInput),
    /// A copy of everything is made and reaches the person by a one-time link. Also again, when the link was lost or ran out.
    Deliver(DeliverInput),
    /// The answer has reached the person.
    Answer(SentInput),
    /// The person does not want it any more.
    Withdraw(WithdrawInput),
    Close(CloseInput),
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignInput {
    pub handler_id: StaffId,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdentifyInput {
    pub customer_id: CustomerId,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OnInput {
    /// From the day of receipt to today.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmIdentityInput {
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    pub method: IdentityMethod,
    /// Up to 2,000 characters; needed for `other`.
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuestionInput {
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Up to 5,000 characters.
    pub question: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerInput {
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Up to 5,000 characters.
    pub answer: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtendInput {
    /// When the person was told.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// As the person was told, up to 2,000 characters.
    pub reason: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PrepareInput {
    pub proposal: Proposal,
    /// What was done, up to 10,000 characters; needed to fulfil.
    #[serde(default)]
    pub done: Option<String>,
    /// What is withheld, and why, up to 10,000 characters.
    #[serde(default)]
    pub withheld: Option<String>,
    /// Needed to refuse.
    #[serde(default)]
    pub ground: Option<RefusalGround>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WordInput {
    /// Up to 2,000 characters.
    pub word: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SentInput {
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    pub via: AnswerWay,
    /// The answer says that one may complain to the Information Commissioner and go to court (UK GDPR Art. 12(4)). A refusal must.
    pub rights_told: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliverInput {
    pub to: LinkWay,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithdrawInput {
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// How we know, up to 2,000 characters.
    pub note: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloseInput {
    /// What is left to say, up to 2,000 characters.
    #[serde(default)]
    pub note: Option<String>,
}

/// What each act needs beside the permission of the door.
pub(crate) const NEEDED: &[(&str, &str)] = &[
    ("assign", DataRequestHandle::NAME),
    ("identify", DataRequestHandle::NAME),
    ("acknowledge", DataRequestHandle::NAME),
    ("ask_identity", DataRequestHandle::NAME),
    ("confirm_identity", DataRequestHandle::NAME),
    ("ask_clarification", DataRequestHandle::NAME),
    ("receive_clarification", DataRequestHandle::NAME),
    ("extend", DataRequestHandle::NAME),
    ("prepare", DataRequestHandle::NAME),
    ("send_back", DataRequestReview::NAME),
    ("approve", DataRequestReview::NAME),
    ("deliver", ExportMake::NAME),
    ("answer", DataRequestHandle::NAME),
    ("withdraw", DataRequestHandle::NAME),
    ("close", DataRequestHandle::NAME),
];

impl Tagged for DataRequestAct {
    const TAG: &'static str = "action";
    const KINDS: &'static [&'static str] = &[
        "assign",
        "identify",
        "acknowledge",
        "ask_identity",
        "confirm_identity",
        "ask_clarification",
        "receive_clarification",
        "extend",
        "prepare",
        "send_back",
        "approve",
        "deliver",
        "answer",
        "withdraw",
        "close",
    ];

    fn read(kind: &str, fields: Fields) -> Option<Result<Self>> {
        Some(match kind {
            "assign" => fields.read().map(Self::Assign),
            "identify" => fields.read().map(Self::Identify),
            "acknowledge" => fields.read().map(Self::Acknowledge),
            "ask_identity" => fields.read().map(Self::AskIdentity),
            "confirm_identity" => fields.read().map(Self::ConfirmIdentity),
            "ask_clarification" => fields.read().map(Self::AskClarification),
            "receive_clarification" => fields.read().map(Self::ReceiveClarification),
            "extend" => fields.read().map(Self::Extend),
            "prepare" => fields.read().map(Self::Prepare),
            "send_back" => fields.read().map(Self::SendBack),
            "approve" => fields.read().map(Self::Approve),
            "deliver" => fields.read().map(Self::Deliver),
            "answer" => fields.read().map(Self::Answer),
            "withdraw" => fields.read().map(Self::Withdraw),
            "close" => fields.read().map(Self::Close),
            _ => return None,
        })
    }
}

impl DataRequestAct {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Assign(_) => "assign",
            Self::Identify(_) => "identify",
            Self::Acknowledge(_) => "acknowledge",
            Self::AskIdentity(_) => "ask_identity",
            Self::ConfirmIdentity(_) => "confirm_identity",
            Self::AskClarification(_) => "ask_clarification",
            Self::ReceiveClarification(_) => "receive_clarification",
            Self::Extend(_) => "extend",
            Self::Prepare(_) => "prepare",
            Self::SendBack(_) => "send_back",
            Self::Approve(_) => "approve",
            Self::Deliver(_) => "deliver",
            Self::Answer(_) => "answer",
            Self::Withdraw(_) => "withdraw",
            Self::Close(_) => "close",
        }
    }

    /// The act with its texts cleaned, as it is carried out.
    pub(crate) fn check(mut self) -> Result<Self> {
        match &mut self {
            Self::ConfirmIdentity(given) => {
                given.note = optional_text("note", given.note.as_deref(), 2_000)?;
                if given.method == IdentityMethod::Other && given.note.is_none() {
                    return Err(Problem::invalid("note", "must say how it was checked"));
                }
            }
            Self::AskClarification(given) => given.question = text("question", &given.question, 5_000)?,
            Self::ReceiveClarification(given) => given.answer = text("answer", &given.answer, 5_000)?,
            Self::Extend(given) => given.reason = text("reason", &given.reason, 2_000)?,
            Self::Prepare(given) => {
                given.done = optional_text("done", given.done.as_deref(), 10_000)?;
                given.withheld = optional_text("withheld", given.withheld.as_deref(), 10_000)?;
            }
            Self::SendBack(given) | Self::Approve(given) => given.word = text("word", &given.word, 2_000)?,
            Self::Close(given) => given.note = optional_text("note", given.note.as_deref(), 2_000)?,
            Self::Withdraw(given) => given.note = text("note", &given.note, 2_000)?,
            Self::Assign(_)
            | Self::Identify(_)
            | Self::Acknowledge(_)
            | Self::AskIdentity(_)
            | Self::Deliver(_)
            | Self::Answer(_) => {}
        }
        Ok(self)
    }
}

/// A day on which something has happened: not before the request came, and not in the future.
pub(crate) fn check_day(field: &'static str, day: Date, received: Option<Date>, today: Date) -> Result<()> {
    if day > today {
        return Err(Problem::invalid(field, "must not lie in the future"));
    }
    match received {
        Some(received) if day < received => Err(Problem::invalid(
            field,
            format!("must not lie before the request came ({})", received.strftime("%-d %B %Y")),
        )),
        _ => Ok(()),
    }
}

fn text(field: &'static str, given: &str, most: usize) -> Result<String> {
    clean_text(given, most).map_err(|fault| Problem::invalid(field, fault.to_string()))
}

/// Blank is none.
fn optional_text(field: &'static str, given: Option<&str>, most: usize) -> Result<Option<String>> {
    given.filter(|given| !given.trim().is_empty()).map(|given| text(field, given, most)).transpose()
}

fn optional_line(field: &'static str, given: Option<&str>, most: usize) -> Result<Option<String>> {
    given
        .filter(|given| !given.trim().is_empty())
        .map(|given| clean_line(given, most).map_err(|fault| Problem::invalid(field, fault.to_string())))
        .transpose()
}
