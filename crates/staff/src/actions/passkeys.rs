//! Passkeys: adding and removing one's own, and showing with one who one is.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use deadpool_postgres::Client;
use jiff::{SignedDuration, Timestamp};
use kernel::{PasskeyId, SessionId, StaffId, clean_line};
use platform::{Actor, App, Event, Problem, RequestInfo, Result, Tx, random};
use serde_json::json;

use super::{
    factors::{check_may_go_without, new_codes},
    sign_in::{Entered, SignedIn, complete, open_session, too_many, wrong},
};
use crate::{
    By, Passkey,
    authorized::hash_token,
    letters::{Notice, want_notice},
    model::{FirstFactor, SecondFactor},
    permissions::OwnAccount,
    rules::webauthn::{self, Ceremony},
    store,
    throttle::{self, Guess},
};

const CHALLENGE: &str = "passkey challenge";
const CHALLENGE_LIFETIME: SignedDuration = SignedDuration::from_mins(5);
const MOST_PASSKEYS: usize = 20;

/// What a browser needs to make a passkey.
pub(crate) struct PasskeyRequest {
    pub challenge: String,
    pub rp_id: String,
    pub user_id: String,
    /// Credentials that are there already.
    pub known: Vec<String>,
}

/// A passkey as a browser hands it over.
pub(crate) struct NewPasskey {
    pub name: String,
    pub client_data: String,
    pub attestation: String,
}

/// What a passkey has signed.
pub(crate) struct Assertion {
    pub credential_id: String,
    pub client_data: String,
    pub authenticator_data: String,
    pub signature: String,
}

/// Nothing is stored: the challenge is sealed for the session that asked, or for nobody's.
pub(crate) fn challenge(app: &App, session: Option<SessionId>) -> Result<String> {
    let now = app.clock.now();
    let expires_at = now.saturating_add(CHALLENGE_LIFETIME).unwrap_or(now);
    let sealed = app.vault()?.seal(CHALLENGE, &owner(session), &expires_at.as_second().to_be_bytes());
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

fn owner(session: Option<SessionId>) -> Vec<u8> {
    session.map(|session| session.0.as_bytes().to_vec()).unwrap_or_default()
}

/// Whether this is a challenge of ours, for this session, that is still good and was not answered before.
async fn use_challenge(app: &App, tx: &Tx<'_>, given: &str, session: Option<SessionId>) -> Result<bool> {
    let now = app.clock.now();
    let Some(sealed) = decode(given) else { return Ok(false) };
    let content = app.vault()?.open(CHALLENGE, &owner(session), &sealed);
    let second = content.and_then(|content| content.try_into().ok()).map(i64::from_be_bytes);
    let expires_at = second.and_then(|second| Timestamp::from_second(second).ok());
    match expires_at.filter(|at| *at > now) {
        Some(expires_at) => store::use_challenge(&**tx, &hash_token(given), expires_at, now).await,
        None => Ok(false),
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

pub(crate) async fn begin_passkey(app: &App, db: &Client, by: &By<OwnAccount>) -> Result<PasskeyRequest> {
    let known = store::credential_ids(db, by.staff_id).await?;
    Ok(PasskeyRequest {
        challenge: challenge(app, Some(by.session()?))?,
        rp_id: webauthn::rp_id(&app.settings.public_url).to_owned(),
        user_id: URL_SAFE_NO_PAD.encode(by.staff_id.0.as_bytes()),
        known: known.iter().map(|id| URL_SAFE_NO_PAD.encode(id)).collect(),
    })
}

/// Other sessions end, and this one goes on under a new token; recovery codes come with the first factor.
pub(crate) async fn add_passkey(
    app: &App,
    db: &mut Client,
    by: &By<OwnAccount>,
    new: NewPasskey,
) -> Result<(Passkey, SignedIn, Option<Vec<String>>)> {
    let name = name_of(&new.name)?;
    let session = by.session()?;
    let refused = || Problem::invalid("attestation", "is not a passkey that can be used here");
    let (Some(client_data), Some(object)) = (decode(&new.client_data), decode(&new.attestation)) else {
        return Err(refused());
    };
    let url = &app.settings.public_url;
    let given = webauthn::challenge_of(&client_data, Ceremony::Create, url)
        .map_err(|_| Problem::invalid("clientData", "is not of this page"))?;
    let data = webauthn::attested(&object)
        .and_then(|data| webauthn::authenticator_data(data, webauthn::rp_id(url)))
        .map_err(|_| refused())?;
    let (credential_id, public_key) = data.credential.ok_or_else(refused)?;
    webauthn::check_key(public_key).map_err(|_| refused())?;

    let now = app.clock.now();
    let id = PasskeyId::new(now);
    let tx = Tx::begin(db, app).await?;
    store::lock_member(&*tx, by.staff_id).await?;
    if !use_challenge(app, &tx, &given, Some(session)).await? {
        return Err(Problem::invalid("clientData", "answers no question of ours, or one that has expired"));
    }
    let before = store::read_factors(&*tx, by.staff_id).await?;
    if store::list_passkeys(&*tx, by.staff_id).await?.len() >= MOST_PASSKEYS {
        return Err(Problem::conflict(
            "too_many_passkeys",
            format!("You have {MOST_PASSKEYS} passkeys; remove one that is not needed any more."),
        ));
    }
    let row = store::NewPasskeyRow {
        id,
        staff_id: by.staff_id,
        credential_id,
        public_key,
        name: &name,
        counter: data.counter,
        now,
    };
    store::insert_passkey(&*tx, &row).await?;
    let codes = if before.any_second() { None } else { Some(new_codes(&tx, by.staff_id, now).await?) };
    store::end_sessions(&*tx, by.staff_id, Some(session), now).await?;
    let token = random::token();
    store::rotate_session(&*tx, session, &hash_token(&token)).await?;
    want_notice(app, &tx, by.staff_id, Notice::PasskeyAdded, Some(session)).await?;
    tx.commit(
        &by.actor,
        Event::change("staff.passkey_added")
            .on("sessions", by.staff_id.0)
            .details(json!({ "passkeyId": id })),
    )
    .await?;
    let passkey = Passkey { id, name, added_at: now, last_used_at: None };
    Ok((passkey, SignedIn::of(by, token), codes))
}

/// Only its name can change.
pub(crate) async fn rename_passkey(
    app: &App,
    db: &mut Client,
    by: &By<OwnAccount>,
    id: PasskeyId,
    name: &str,
) -> Result<Passkey> {
    let name = name_of(name)?;
    let tx = Tx::begin(db, app).await?;
    if !store::rename_passkey(&*tx, by.staff_id, id, &name).await? {
        return Err(Problem::not_found("passkey"));
    }
    let renamed = store::list_passkeys(&*tx, by.staff_id).await?.into_iter().find(|passkey| passkey.id == id);
    let event =
        Event::change("staff.passkey_renamed").on("staff", by.staff_id.0).details(json!({ "passkeyId": id }));
    tx.commit(&by.actor, event).await?;
    renamed.ok_or_else(|| Problem::internal(&"the passkey that was just renamed is not there"))
}

fn name_of(typed: &str) -> Result<String> {
    clean_line(typed, 100).map_err(|fault| Problem::invalid("name", fault.to_string()))
}

/// With the last second factor go the recovery codes.
pub(crate) async fn remove_passkey(
    app: &App,
    db: &mut Client,
    by: &By<OwnAccount>,
    id: PasskeyId,
) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    store::lock_member(&*tx, by.staff_id).await?;
    if !store::delete_passkey(&*tx, by.staff_id, id).await? {
        return Err(Problem::not_found("passkey"));
    }
    if !store::read_factors(&*tx, by.staff_id).await?.any_second() {
        check_may_go_without(app, by)?;
        store::delete_recovery_codes(&*tx, by.staff_id).await?;
    }
    want_notice(app, &tx, by.staff_id, Notice::PasskeyRemoved, Some(by.session()?)).await?;
    let event =
        Event::change("staff.passkey_removed").on("staff", by.staff_id.0).details(json!({ "passkeyId": id }));
    tx.commit(&by.actor, event).await?;
    Ok(())
}

/// Whose passkey has signed our question, if everything about it is right; its counter moves on.
pub(super) async fn use_passkey(
    app: &App,
    tx: &Tx<'_>,
    given: &Assertion,
    session: Option<SessionId>,
) -> Result<Option<StaffId>> {
    let (Some(id), Some(client_data), Some(data), Some(signature)) = (
        decode(&given.credential_id),
        decode(&given.client_data),
        decode(&given.authenticator_data),
        decode(&given.signature),
    ) else {
        return Ok(None);
    };
    let url = &app.settings.public_url;
    let Some(passkey) = store::lock_passkey(&**tx, &id).await? else { return Ok(None) };
    let read = webauthn::challenge_of(&client_data, Ceremony::Get, url).and_then(|challenge| {
        let read = webauthn::authenticator_data(&data, webauthn::rp_id(url))?;
        webauthn::check_signature(&passkey.public_key, &data, &client_data, &signature)?;
        Ok((challenge, read.counter))
    });
    let Ok((challenge, counter)) = read else { return Ok(None) };
    if !webauthn::counter_is_right(passkey.sign_count, counter)
        || !use_challenge(app, tx, &challenge, session).await?
    {
        return Ok(None);
    }
    store::use_passkey(&**tx, passkey.id, counter, app.clock.now()).await?;
    Ok(Some(passkey.staff_id))
}

/// A passkey is two factors in one: the thing, and the finger or word that unlocks it. It also completes a sign-in that a
/// password of the same person began.
pub(crate) async fn sign_in_with_passkey(
    app: &App,
    request: &RequestInfo,
    pending: &str,
    given: &Assertion,
) -> Result<SignedIn> {
    let now = app.clock.now();
    let mut db = app.db.client().await?;
    throttle::attempt(&db, Guess::Passkey, request.ip, now).await?.map_err(too_many)?;
    let tx = Tx::begin(&mut db, app).await?;
    let Some(staff_id) = use_passkey(app, &tx, given, None).await? else {
        drop(tx);
        let tx = Tx::begin(&mut db, app).await?;
        tx.commit(&Actor::nobody(request.clone()), Event::sign_in("staff.passkey_refused")).await?;
        return Err(wrong("This passkey was not accepted. Try again, or sign in with your password."));
    };
    throttle::succeeded(&*tx, Guess::Passkey, request.ip).await?;
    let begun = store::lock_pending_session(&*tx, &hash_token(pending), now).await?;
    if let Some((session, owner)) = begun
        && owner == staff_id
    {
        return complete(app, tx, request, session, staff_id, SecondFactor::Passkey).await;
    }
    tx.commit(
        &Actor::nobody(request.clone()),
        Event::sign_in("staff.passkey_accepted").on("sign_in", staff_id.0),
    )
    .await?;
    match open_session(app, &mut db, request, staff_id, FirstFactor::Passkey).await? {
        Entered::In(session) => Ok(session),
        Entered::Pending(_) => Err(Problem::internal(&"a passkey was asked for another factor")),
    }
}
