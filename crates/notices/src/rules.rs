//! The words.

use jiff::{Timestamp, tz::TimeZone};
use staff::{
    LinkKind, StaffMember,
    letters::{Notice, WantedNotice},
};

pub(crate) struct Letter {
    pub subject: &'static str,
    pub body: String,
}

/// The link itself stands where the mark is.
pub(crate) fn link(member: &StaffMember, kind: LinkKind, until: Timestamp, company: &str) -> Letter {
    let (subject, why, otherwise) = match kind {
        LinkKind::PasswordReset => (
            "Choose a new password for the Customers Hub",
            "somebody asked for a new password for your account of the Customers Hub. If it was you, choose one here",
            "If it was not you, do nothing: your password stays as it is.",
        ),
        LinkKind::Invitation | LinkKind::Setup => (
            "Your account of the Customers Hub",
            "there is an account of the Customers Hub for you. Choose your password here, and you are in",
            "If you do not expect this, do nothing, or ask whoever runs the hub at your company.",
        ),
    };
    let body = format!(
        "Hello {},\n\n{why}:\n\n{}\n\nThe link works once, until {}. Do not pass it on.\n\n{otherwise}\n\n{company}\n",
        member.name,
        mail::SECRET,
        at_london(until),
    );
    Letter { subject, body }
}

pub(crate) fn notice(
    member: &StaffMember,
    wanted: &WantedNotice,
    (ip, browser): &(Option<String>, Option<String>),
    public_url: &str,
    company: &str,
) -> Letter {
    let (subject, what) = match wanted.notice {
        Notice::AppAdded => {
            ("An authenticator app was added", "an authenticator app was added to your account")
        }
        Notice::AppRemoved => {
            ("An authenticator app was removed", "the authenticator app was removed from your account")
        }
        Notice::PasskeyAdded => ("A passkey was added", "a passkey was added to your account"),
        Notice::PasskeyRemoved => ("A passkey was removed", "a passkey was removed from your account"),
        Notice::RecoveryCodesMade => {
            ("New recovery codes were made", "new recovery codes were made for your account")
        }
        Notice::FactorsReset => (
            "Your second factor was reset",
            "your second factor was reset by somebody who looks after accounts, and you were signed out everywhere",
        ),
        Notice::PasswordChanged => ("Your password was changed", "the password of your account was changed"),
        Notice::KeyCreated => ("An API key was created", "an API key was created that acts in your name"),
        Notice::SignedInElsewhere => (
            "A sign-in from somewhere new",
            "somebody signed in to your account from a device or a network that you had not used lately",
        ),
    };
    let place: String = [("Address", ip), ("Browser", browser)]
        .into_iter()
        .filter_map(|(word, value)| value.as_ref().map(|value| format!("{word}: {value}\n")))
        .collect();
    let body = format!(
        "Hello {},\n\n{what}.\n\nWhen: {}\n{place}\nIf it was you, there is nothing to do. If not, change your password, sign out your other devices, \
         and tell a superadmin at once: {public_url}/account\n\n{company}\n",
        member.name,
        at_london(wanted.at),
    );
    Letter { subject, body }
}

fn at_london(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%-d %B %Y, %H:%M").to_string()
}
