//! One's own second factor, and its loss.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use deadpool_postgres::Client;
use jiff::{SignedDuration, Timestamp};
use kernel::StaffId;
use platform::{Actor, App, Event, Problem, Result, Tx, random};
use serde_json::json;

use super::{prove::TOTP, sign_in::SignedIn};
use crate::{
    By, StaffMember,
    authorized::hash_token,
    letters::{Notice, want_notice},
    permissions::{OwnAccount, StaffManage},
    rules::{
        self,
        codes::{RECOVERY_CODES, Typed, recovery_code, recovery_hash, typed},
        totp,
    },
    store,
};

/// What a secret that is not confirmed yet is sealed for.
const ENROLMENT: &str = "totp enrolment";
const ENROLMENT_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
const ISSUER: &str = "Customers Hub";

/// A secret for an authenticator app. Nothing is stored before a code of it has been seen.
pub(crate) struct BegunTotp {
    pub secret: String,
    pub uri: String,
    pub qr_svg: String,
    /// The same secret, sealed for this session: it comes back with the first code.
    pub enrolment: String,
}

pub(crate) fn begin_totp(app: &App, by: &By<OwnAccount>) -> Result<BegunTotp> {
    let secret = random::bytes::<{ totp::SECRET_LENGTH }>();
    let now = app.clock.now();
    let expires_at = now.saturating_add(ENROLMENT_LIFETIME).unwrap_or(now);
    let content = [&expires_at.as_second().to_be_bytes()[..], &secret].concat();
    let sealed = app.vault()?.seal(ENROLMENT, by.session()?.0.as_bytes(), &content);
    let uri = totp::uri(&secret, ISSUER, &by.email);
    let qr_svg =
        totp::qr_svg(&uri).ok_or_else(|| Problem::internal(&"the address is too long for a QR code"))?;
    Ok(BegunTotp { secret: totp::base32(&secret), uri, qr_svg, enrolment: URL_SAFE_NO_PAD.encode(sealed) })
}

/// The secret that was begun in this session, if it is still good.
fn begun(app: &App, by: &By<OwnAccount>, enrolment: &str) -> Result<Vec<u8>> {
    let session = by.session()?;
    let sealed = URL_SAFE_NO_PAD.decode(enrolment).ok();
    let vault = app.vault()?;
    let content = sealed.and_then(|sealed| vault.open(ENROLMENT, session.0.as_bytes(), &sealed));
    let read = content.and_then(|content| {
        let (second, secret) = content.split_first_chunk::<8>()?;
        let expires_at = Timestamp::from_second(i64::from_be_bytes(*second)).ok()?;
        (expires_at > app.clock.now()).then(|| secret.to_vec())
    });
    read.ok_or_else(|| Problem::invalid("enrolment", "has expired; begin again"))
}

/// From now on this app's codes are asked for. Other sessions end, and this one goes on under a new token. The recovery codes
/// come with the first factor, and are shown this once.
pub(crate) async fn confirm_totp(
    app: &App,
    db: &mut Client,
    by: &By<OwnAccount>,
    enrolment: &str,
    code: &str,
) -> Result<(SignedIn, Option<Vec<String>>)> {
    let secret = begun(app, by, enrolment)?;
    let session = by.session()?;
    let now = app.clock.now();
    let step = match typed(code) {
        Typed::Totp(code) => totp::matching_step(&secret, code, now, 0),
        Typed::Recovery(_) | Typed::Nonsense => None,
    };
    let step = step.ok_or_else(|| {
        Problem::invalid("code", "is not what this secret gives just now; check the clock of the device")
    })?;
    let tx = Tx::begin(db, app).await?;
    store::lock_member(&*tx, by.staff_id).await?;
    let before = store::read_factors(&*tx, by.staff_id).await?;
    let sealed = app.vault()?.seal(TOTP, by.staff_id.0.as_bytes(), &secret);
    store::put_totp(&*tx, by.staff_id, &sealed, step, now).await?;
    let codes = if before.any_second() { None } else { Some(new_codes(&tx, by.staff_id, now).await?) };
    store::end_sessions(&*tx, by.staff_id, Some(session), now).await?;
    let token = random::token();
    store::rotate_session(&*tx, session, &hash_token(&token)).await?;
    want_notice(app, &tx, by.staff_id, Notice::AppAdded, Some(session)).await?;
    let details = json!({ "replaced": before.totp_added_at.is_some() });
    let event = Event::change("staff.totp_added").on("sessions", by.staff_id.0).details(details);
    tx.commit(&by.actor, event).await?;
    Ok((SignedIn::of(by, token), codes))
}

pub(super) async fn new_codes(tx: &Tx<'_>, id: StaffId, now: Timestamp) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(random::bytes())).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| recovery_hash(id, code)).collect();
    store::put_recovery_codes(&**tx, id, &hashes, now).await?;
    Ok(codes)
}

/// Ten new recovery codes; those before are good for nothing any more.
pub(crate) async fn make_recovery_codes(
    app: &App,
    db: &mut Client,
    by: &By<OwnAccount>,
) -> Result<Vec<String>> {
    let tx = Tx::begin(db, app).await?;
    store::lock_member(&*tx, by.staff_id).await?;
    if !store::read_factors(&*tx, by.staff_id).await?.any_second() {
        return Err(Problem::conflict(
            "no_second_factor",
            "Recovery codes stand in for a second factor; add one first.",
        ));
    }
    let codes = new_codes(&tx, by.staff_id, app.clock.now()).await?;
    want_notice(app, &tx, by.staff_id, Notice::RecoveryCodesMade, Some(by.session()?)).await?;
    tx.commit(&by.actor, Event::change("staff.recovery_codes_made").on("staff", by.staff_id.0)).await?;
    Ok(codes)
}

/// With the last second factor go the recovery codes.
pub(crate) async fn remove_totp(app: &App, db: &mut Client, by: &By<OwnAccount>) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    store::lock_member(&*tx, by.staff_id).await?;
    if !store::delete_totp(&*tx, by.staff_id).await? {
        return Err(Problem::not_found("authenticator app"));
    }
    if !store::read_factors(&*tx, by.staff_id).await?.any_second() {
        check_may_go_without(app, by)?;
        store::delete_recovery_codes(&*tx, by.staff_id).await?;
    }
    want_notice(app, &tx, by.staff_id, Notice::AppRemoved, Some(by.session()?)).await?;
    tx.commit(&by.actor, Event::change("staff.totp_removed").on("staff", by.staff_id.0)).await?;
    Ok(())
}

pub(super) fn check_may_go_without(app: &App, by: &By<OwnAccount>) -> Result<()> {
    if rules::needing_factor(app).iter().any(|name| name == by.role.name()) {
        return Err(Problem::conflict(
            "second_factor_required",
            format!("Your role ({}) needs a second factor. Replace it instead.", by.role.title()),
        ));
    }
    Ok(())
}

/// Somebody has lost their second factor: all of them go, and every session ends.
pub(crate) async fn reset_factors_of(
    app: &App,
    db: &mut Client,
    by: &By<StaffManage>,
    id: StaffId,
) -> Result<StaffMember> {
    if id == by.staff_id {
        return Err(Problem::conflict("own_account", "Somebody else has to do this for you."));
    }
    reset(app, db, &by.actor, id).await
}

/// For the command line, when no superadmin can help.
pub async fn reset_factors(app: &App, db: &mut Client, email: &str) -> Result<StaffMember> {
    let found =
        store::find_member_by_email(db, email).await?.ok_or_else(|| Problem::not_found("staff member"))?;
    reset(app, db, &Actor::system(), found.id).await
}

async fn reset(app: &App, db: &mut Client, actor: &Actor, id: StaffId) -> Result<StaffMember> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let member = store::lock_member(&*tx, id).await?.ok_or_else(|| Problem::not_found("staff member"))?;
    if !member.second_factor {
        return Err(Problem::conflict(
            "no_second_factor",
            format!("{} has no second factor that could be reset.", member.name),
        ));
    }
    store::delete_totp(&*tx, id).await?;
    store::delete_passkeys(&*tx, id).await?;
    store::delete_recovery_codes(&*tx, id).await?;
    store::end_sessions(&*tx, id, None, now).await?;
    want_notice(app, &tx, id, Notice::FactorsReset, None).await?;
    tx.commit(actor, Event::change("staff.factors_reset").on("sessions", id.0)).await?;
    Ok(StaffMember { second_factor: false, ..member })
}
