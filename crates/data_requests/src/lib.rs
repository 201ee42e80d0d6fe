//! What people ask about their data, from the day it comes to the day it is closed, with the clock of the law.
//!
//! Invariants: a case goes only where the table of transitions lets it go, and each step has its event; whoever prepared an answer
//! does not approve it; the due date is a pure function of what happened when ([`rules`]), and stands still only while
//! the person who asked has to do something; what is closed stands. [`CHECKS`] proves them afresh.

mod actions;
mod certificate;
mod checks;
mod http;
mod input;
mod jobs;
mod model;
mod retention;
mod rules;
mod store;

pub use checks::CHECKS;
pub use http::{declare_acts, routes};
pub use input::{DataRequestAct, DataRequestInput};
pub use jobs::jobs;
pub use model::{
    AnswerWay, ClockStep, DataRequest, DataRequestCase, DataRequestChannel, DataRequestDetails,
    DataRequestKind, DataRequestOutcome, DataRequestState, IdentityMethod, Nation, Pause, Proposal,
    RefusalGround, RefusalReason, RequestedErasure,
};
pub use retention::RETENTION;
