//! Decisions about people: passwords, second factors, and what a role may do.

pub(crate) mod codes;
pub(crate) mod id_token;
pub(crate) mod totp;
pub(crate) mod webauthn;

use std::time::Duration;

use jiff::Timestamp;
use platform::{App, Problem, settings::Settings};

use crate::{Permission, Role, permissions::OwnAccount};

pub(crate) const PASSWORD_MIN: usize = 12;
const PASSWORD_MAX: usize = 200;

/// Long enough, not one that everybody tries first, not the person's own name. No composition rules (NIST SP 800-63B 5.1.1.2).
pub(crate) fn check_password(password: &str, email: &str, name: &str) -> Result<(), Problem> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let bare: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let own = |text: &str| {
        let text: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        !text.is_empty() && bare == text
    };
    let refusal = if length < PASSWORD_MIN {
        format!("must be at least {PASSWORD_MIN} characters long; a few words in a row make a good one")
    } else if length > PASSWORD_MAX {
        format!("must be at most {PASSWORD_MAX} characters long")
    } else if own(email) || own(name) || own(email.split('@').next().unwrap_or_default()) {
        "must not be your own name or e-mail address".to_owned()
    } else if is_common(&bare) {
        "is one of the passwords that are tried first; choose another".to_owned()
    } else {
        return Ok(());
    };
    Err(Problem::invalid("password", refusal))
}

/// One character over and over, runs along the keyboard, and the stems of the usual lists with digits behind them.
fn is_common(bare: &str) -> bool {
    const STEMS: &[&str] = &[
        "password",
        "passw0rd",
        "letmein",
        "welcome",
        "qwerty",
        "qwertyuiop",
        "administrator",
        "admin",
        "changeme",
        "iloveyou",
        "monkey",
        "dragon",
        "football",
        "liverpool",
        "arsenal",
        "sunshine",
        "princess",
        "trustno1",
        "speedyvan",
        "customershub",
        "secret",
        "superman",
        "starwars",
        "whatever",
        "abc123",
        "baseball",
        "master",
    ];
    const RUNS: &[&str] = &[
        "0123456789012345678901234567890",
        "9876543210987654321098765432109",
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
        "1q2w3e4r5t6y7u8i9o0p",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    ];
    let distinct: std::collections::BTreeSet<char> = bare.chars().collect();
    let stem = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    distinct.len() < 4
        || RUNS.iter().any(|run| run.contains(bare))
        || STEMS.iter().any(|word| stem == *word || stem == word.repeat(2) || bare == word.repeat(2))
}

/// What the settings say of people must name roles that there are.
pub fn check_settings(settings: &Settings) -> Result<(), String> {
    match settings.access.second_factor_roles.iter().find(|name| Role::from_name(name).is_none()) {
        Some(name) => Err(format!(
            "second_factor_roles: there is no role {name:?}; roles are {}",
            Role::ALL.map(Role::name).join(", ")
        )),
        None => Ok(()),
    }
}

/// The roles that must have a second factor. Everybody knows the passwords of the demo, so that one more would protect nothing.
pub(crate) fn needing_factor(app: &App) -> &[String] {
    if app.settings.demo { &[] } else { &app.settings.access.second_factor_roles }
}

/// Whether it is a short while ago only that somebody showed who they are.
pub(crate) fn check_proof(
    proved_at: Option<Timestamp>,
    now: Timestamp,
    within: Duration,
) -> Result<(), Problem> {
    let age = proved_at.map(|at| now.duration_since(at).unsigned_abs());
    if age.is_some_and(|age| age <= within) {
        return Ok(());
    }
    Err(Problem::forbidden(
        "step_up_required",
        "This needs you to show again who you are, with your password or your second factor.",
    ))
}

/// What a key may be good for: acts that its owner's role allows, each named once. Never one's own account.
pub(crate) fn check_scopes(role: Role, scopes: &[String]) -> Result<(), Problem> {
    let refusal = |detail: String| Err(Problem::invalid("scopes", detail));
    if scopes.is_empty() {
        return refusal("must name at least one permission".to_owned());
    }
    for (index, scope) in scopes.iter().enumerate() {
        let known = crate::permissions::TABLE.iter().find(|row| row.name == scope);
        let Some(row) = known.filter(|row| row.name != OwnAccount::NAME) else {
            return refusal(format!("{scope:?} is no permission that a key can have"));
        };
        if !row.roles.contains(&role) {
            return refusal(format!("your role ({}) may not {}", role.title(), row.act));
        }
        if scopes.iter().take(index).any(|earlier| earlier == scope) {
            return refusal(format!("{scope} is named twice"));
        }
    }
    Ok(())
}

/// Somebody who has read as many customers today as their role may is shown no more of them.
pub(crate) fn check_reading<P: Permission>(stopped: bool) -> Result<(), Problem> {
    let shows = ["customer.read", "booking.read", "ticket.read", "invoice.read", "data_request.read"];
    if stopped && shows.contains(&P::NAME) {
        return Err(Problem::forbidden(
            "reading_stopped",
            "You have looked at as many customers today as your role may. This ends at midnight; a superadmin can raise the bound.",
        ));
    }
    Ok(())
}

/// Whether the role may, and if not, why, in words for the screen.
pub fn allowed<P: Permission>(role: Role) -> Result<(), Problem> {
    if P::ROLES.contains(&role) {
        return Ok(());
    }
    Err(Problem::forbidden("not_permitted", format!("Your role ({}) may not {}.", role.title(), P::ACT))
        .with("permission", P::NAME.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> bool {
        check_password(password, "emma.davis@example.com", "Emma Davis").is_err()
    }

    #[test]
    fn weak_passwords_are_refused() {
        for weak in [
            "short",
            "aaaaaaaaaaaaaaaa",
            "password1234",
            "Password 2026",
            "123456789012",
            "qwertyuiop12",
            "Emma Davis!!",
            "emmadavisxx".trim_end_matches("xx"),
            "emma.davis@example.com",
        ] {
            assert!(refused(weak), "{weak}");
        }
    }

    #[test]
    fn long_ones_without_rules_pass() {
        for good in ["correct horse battery", "ÆØÅ ligger på bordet", "tuesday van upstairs 4"] {
            assert!(!refused(good), "{good}");
        }
    }

    #[test]
    fn the_refusal_names_the_permission() {
        let problem = allowed::<crate::permissions::CustomerExport>(Role::ReadOnly).unwrap_err();
        assert_eq!(problem.detail, "Your role (Read only) may not export customers.");
        assert!(allowed::<crate::permissions::CustomerExport>(Role::Finance).is_ok());
    }
}
