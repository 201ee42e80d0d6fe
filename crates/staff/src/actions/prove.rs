//! Showing who one is: with a code at sign-in, with either before a dangerous act.

use deadpool_postgres::Client;
use kernel::StaffId;
use platform::{App, Event, Problem, Result, Tx};

use super::{
    passkeys::{Assertion, use_passkey},
    sign_in::{guess, too_many},
};
use crate::{
    By, Gate,
    model::SecondFactor,
    permissions::OwnAccount,
    rules::{
        codes::{self, Typed, recovery_hash},
        totp,
    },
    store,
    throttle::{self, Guess},
};

/// What a secret of an authenticator app is sealed for.
pub(super) const TOTP: &str = "totp";

/// Which factor this code is, and uses it up; nothing when it is wrong, or was used before.
pub(super) async fn use_code(
    app: &App,
    tx: &Tx<'_>,
    id: StaffId,
    typed: &Typed,
) -> Result<Option<SecondFactor>> {
    let now = app.clock.now();
    match typed {
        Typed::Nonsense => Ok(None),
        Typed::Recovery(code) => {
            let used = store::use_recovery_code(&**tx, id, &recovery_hash(id, code), now).await?;
            Ok(used.then_some(SecondFactor::RecoveryCode))
        }
        Typed::Totp(code) => {
            let Some((sealed, last)) = store::lock_totp(&**tx, id).await? else { return Ok(None) };
            let secret = app.vault()?.open(TOTP, id.0.as_bytes(), &sealed).ok_or_else(|| {
                Problem::internal(&"the secret of an authenticator app does not open with this vault key")
            })?;
            let Some(step) = totp::matching_step(&secret, *code, now, last) else { return Ok(None) };
            store::use_totp_step(&**tx, id, step).await?;
            Ok(Some(SecondFactor::Totp))
        }
    }
}

pub(crate) enum Proof {
    Password(String),
    Code(String),
    Passkey(Assertion),
}

/// Dangerous acts are open for a while.
pub(crate) async fn prove_identity(
    app: &App,
    gate: &Gate,
    db: &mut Client,
    by: &By<OwnAccount>,
    proof: Proof,
) -> Result<()> {
    let session = by.session()?;
    let now = app.clock.now();
    let address = by.actor.request.ip;
    let account = by.email.to_lowercase();
    let typed = match &proof {
        Proof::Password(_) | Proof::Passkey(_) => Typed::Nonsense,
        Proof::Code(code) => codes::typed(code),
    };
    let guess = match proof {
        Proof::Password(_) => Guess::Password(&account),
        Proof::Code(_) => guess(&typed, by.staff_id),
        Proof::Passkey(_) => Guess::Passkey,
    };
    throttle::attempt(&*db, guess, address, now).await?.map_err(too_many)?;
    let (field, fits) = match &proof {
        Proof::Password(password) => {
            let stored = store::find_password(db, &by.email).await?.and_then(|(_, hash)| hash);
            ("password", gate.hasher.verify(password.clone(), stored).await?)
        }
        Proof::Code(_) => ("code", false),
        Proof::Passkey(_) => ("passkey", false),
    };
    let tx = Tx::begin(db, app).await?;
    let fits = match &proof {
        Proof::Password(_) => fits,
        Proof::Code(_) => use_code(app, &tx, by.staff_id, &typed).await?.is_some(),
        Proof::Passkey(given) => use_passkey(app, &tx, given, None).await? == Some(by.staff_id),
    };
    if !fits {
        let event = Event::sign_in("staff.identity_not_proved").on("sign_in", by.staff_id.0);
        tx.commit(&by.actor, event).await?;
        return Err(Problem::invalid(field, "is wrong, or was used before"));
    }
    throttle::succeeded(&*tx, guess, address).await?;
    store::prove_session(&*tx, session, now).await?;
    tx.commit(&by.actor, Event::sign_in("staff.identity_proved").on("session", session.0)).await?;
    Ok(())
}
