//! Mail: written down in the transaction of the change that causes it, sent by a job, kept to be seen.
//!
//! Invariants: what is enqueued is what is sent, attachments included; a mail keeps its Message-ID through all attempts, so that a
//! server that took it before the connection broke can tell a repeat; nothing with a line break gets into a header; without a mail
//! server, mail stays in the outbox and says so.

mod actions;
mod figures;
mod http;
mod jobs;
mod message;
mod model;
mod retention;
mod rules;
mod store;

pub use self::http::routes;
pub use self::jobs::jobs;
pub use actions::{enqueue, enqueue_once, enqueue_secret, no_mail_server};
pub use figures::FIGURES;
pub use message::{check_settings, try_server};
pub use model::{Attachment, Mail, MailPage, MailState, NewMail};
pub use retention::RETENTION;
pub use rules::SECRET;
