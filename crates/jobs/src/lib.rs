//! Durable jobs and schedules in PostgreSQL.
//!
//! A job is enqueued in the transaction of the change that needs it, so that both happen or neither. Workers claim jobs under
//! a lease that is renewed while the handler runs; when a worker dies the lease ends and another claims the job. Every claim
//! has the next `attempt` number, and only the latest attempt can complete the job.
//!
//! A handler may therefore run more than once, and a worker that lost its lease may still be at it: effects are keyed so that a
//! second run does nothing. A job without attempts left is `dead`: it stays, with its last error, until a person retries it or lets it go.

mod handlers;
mod model;
mod rules;
mod store;
mod worker;

pub use handlers::Handlers;
pub use kernel::JobId;
pub use model::{Job, New, Outcome};
pub use store::{FORGET_DEAD, bring_forward, discard_dead, enqueue, next_run_at, retry_dead};
pub use worker::{Waker, Worker};
