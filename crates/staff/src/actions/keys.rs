//! Keys with which programs act for somebody.

use deadpool_postgres::Client;
use jiff::SignedDuration;
use kernel::{ApiKeyId, clean_line};
use platform::{App, Event, Problem, Result, Tx, random};
use serde_json::json;

use crate::{
    ApiKey, By,
    authorized::hash_token,
    letters::{Notice, want_notice},
    permissions::OwnAccount,
    rules, store,
};

/// What tells our keys from others, so that scanners find one that has leaked.
pub(crate) const KEY_START: &str = "hub_";
const MOST_KEYS: usize = 20;
const NAME_LENGTH: usize = 100;

pub(crate) struct NewApiKey {
    pub name: String,
    pub scopes: Vec<String>,
    pub days: i32,
}

/// The key itself is shown this once; only its hash is kept.
pub(crate) async fn create_api_key(
    app: &App,
    db: &mut Client,
    by: &By<OwnAccount>,
    new: NewApiKey,
) -> Result<(ApiKey, String)> {
    let name =
        clean_line(&new.name, NAME_LENGTH).map_err(|fault| Problem::invalid("name", fault.to_string()))?;
    rules::check_scopes(by.role, &new.scopes)?;
    if !(1..=365).contains(&new.days) {
        return Err(Problem::invalid("days", "must be from 1 to 365"));
    }
    let now = app.clock.now();
    let expires_at = now.saturating_add(SignedDuration::from_hours(24 * i64::from(new.days))).unwrap_or(now);
    let key = format!("{KEY_START}{}", random::token());
    let id = ApiKeyId::new(now);
    let tx = Tx::begin(db, app).await?;
    store::lock_member(&*tx, by.staff_id).await?;
    let present = store::list_keys(&*tx, by.staff_id).await?;
    if present.len() >= MOST_KEYS {
        return Err(Problem::conflict(
            "too_many_keys",
            format!("You have {MOST_KEYS} keys; revoke one that is not needed any more."),
        ));
    }
    store::insert_key(
        &*tx,
        &store::NewKey {
            id,
            staff_id: by.staff_id,
            name: &name,
            prefix: &key[..10],
            hash: &hash_token(&key),
            scopes: &new.scopes,
            now,
            expires_at,
        },
    )
    .await?;
    let made = store::list_keys(&*tx, by.staff_id).await?.into_iter().find(|key| key.id == id);
    let made = made.ok_or_else(|| Problem::internal(&"the key that was just made is not there"))?;
    want_notice(app, &tx, by.staff_id, Notice::KeyCreated, Some(by.session()?)).await?;
    let details = json!({ "scopes": new.scopes, "expiresAt": expires_at });
    tx.commit(&by.actor, Event::change("api_key.created").on("api_key", id.0).details(details)).await?;
    Ok((made, key))
}

/// From the next request on it is good for nothing.
pub(crate) async fn revoke_api_key(
    app: &App,
    db: &mut Client,
    by: &By<OwnAccount>,
    id: ApiKeyId,
) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    if !store::revoke_key(&*tx, by.staff_id, id, app.clock.now()).await? {
        return Err(Problem::not_found("API key"));
    }
    tx.commit(&by.actor, Event::change("api_key.revoked").on("api_key", id.0)).await?;
    Ok(())
}
