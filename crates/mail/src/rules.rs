//! Decisions about mail: what fits into a header, how long to wait after a failure, where a page begins.

use jiff::{SignedDuration, Timestamp};
use kernel::MailId;
pub(crate) use platform::page::check_limit;
use platform::{Cursor, Problem, Result};

use crate::MailState;

/// Stands in the text of a mail where the secret goes when it is sent. Nobody who reads the mail here sees more.
pub const SECRET: &str = "[a link that only the addressee sees]";

/// Greylisting servers want some minutes between attempts; a server that is down may be down for hours.
const WAITS_MIN: [i64; 9] = [1, 5, 10, 15, 30, 60, 120, 240, 480];
/// The first, and one after each wait.
pub(crate) const ATTEMPTS: i32 = WAITS_MIN.len() as i32 + 1;

pub(crate) fn wait_after(attempt: i32) -> SignedDuration {
    let index = usize::try_from(attempt.max(1) - 1).unwrap_or(0).min(WAITS_MIN.len() - 1);
    SignedDuration::from_mins(WAITS_MIN[index])
}

/// What sending came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delivery {
    Accepted,
    /// Refused for good; the server's words.
    Refused(String),
    /// May go better later: greylisted, no answer, no connection.
    Delayed(String),
}

/// Creation and id of the last mail of the page before.
pub(crate) type Position = (Timestamp, MailId);

pub(crate) fn read_position(after: &str) -> Result<Position> {
    Cursor::read_instant(after)
}

/// What has been sent is not sent again, and what is on its way is not sent twice.
pub(crate) fn check_retry(state: MailState, has_server: bool, secret_gone: bool) -> Result<()> {
    match state {
        MailState::Failed if secret_gone => Err(Problem::conflict(
            "secret_gone",
            "The link that this mail carried is kept by nobody any more. Send a new one from where it came.",
        )),
        MailState::Sent => Err(Problem::conflict("mail_sent", "This mail has been sent.")),
        MailState::Queued => Err(Problem::conflict("mail_queued", "This mail is on its way already.")),
        MailState::Failed | MailState::Outbox if !has_server => Err(Problem::conflict(
            "no_mail_server",
            "No mail server is configured. An administrator can set smtp_url; until then mail stays here.",
        )),
        MailState::Failed | MailState::Outbox => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_add_up_to_most_of_a_day() {
        let waits: Vec<i64> = (1..ATTEMPTS).map(|attempt| wait_after(attempt).as_mins()).collect();
        assert_eq!(waits, WAITS_MIN);
        assert!(waits.iter().sum::<i64>() > 15 * 60);
        assert_eq!(wait_after(i32::MAX).as_mins(), 480);
        assert_eq!(wait_after(i32::MIN).as_mins(), 1);
    }

    #[test]
    fn a_mail_without_its_secret_is_not_sent_again() {
        let refused = check_retry(MailState::Failed, true, true).unwrap_err();
        assert_eq!(refused.code, "secret_gone");
        assert_eq!(check_retry(MailState::Sent, true, true).unwrap_err().code, "mail_sent");
    }

    #[test]
    fn only_what_failed_or_waits_is_sent_again() {
        for (state, has_server, code) in [
            (MailState::Sent, true, Some("mail_sent")),
            (MailState::Queued, true, Some("mail_queued")),
            (MailState::Failed, true, None),
            (MailState::Outbox, true, None),
            (MailState::Outbox, false, Some("no_mail_server")),
            (MailState::Failed, false, Some("no_mail_server")),
        ] {
            assert_eq!(
                check_retry(state, has_server, false).err().map(|problem| problem.code),
                code,
                "{state:?}"
            );
        }
    }
}
