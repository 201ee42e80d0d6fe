use anyhow::{Result, bail};
use clap::Subcommand;
use kernel::Clock;
use platform::{
    Actor, App, Event, Tx,
    db::Db,
    settings::{Secret, Settings},
};
use serde_json::json;
use tokio_postgres::Client;

use super::{open_migrated, serve::described};
use crate::keys;

#[derive(Subcommand)]
pub(super) enum VaultCommand {
    /// Tell whether the vault key here is the one this database was written with. Exit code 1 when it is not.
    Check,
    /// The vault key is lost for good: go on with another. The values in the audit trail that were written with it can never
    /// be read again; everything else stays as it is, and the trail still verifies.
    GiveUp {
        /// Nothing brings the values back once this was done.
        #[arg(long)]
        yes: bool,
    },
}

pub(super) async fn run(settings: Settings, command: VaultCommand) -> Result<()> {
    let database = open_migrated(&settings).await?;
    let client = database.connect().await?;
    let outcome = match command {
        VaultCommand::Check => check(settings, &client).await,
        VaultCommand::GiveUp { yes } => give_up(settings, &database.db, &client, yes).await,
    };
    drop(client);
    database.stop().await?;
    outcome
}

async fn check(settings: Settings, client: &Client) -> Result<()> {
    let settings = keys::with_vault(settings, client, Clock::System.now()).await?;
    let known = keys::fingerprint(&keys::vault_key(&settings)?.unwrap_or_default())?;
    let count = "select count(*) filter (where destroyed_at is null), count(*) filter (where destroyed_at is not null) from value_keys";
    let row = client.query_one(count, &[]).await?;
    let (living, gone): (i64, i64) = (row.get(0), row.get(1));
    println!("The vault key fits ({known}): {living} keys, {gone} destroyed.");
    Ok(())
}

async fn give_up(mut settings: Settings, db: &Db, client: &Client, yes: bool) -> Result<()> {
    let Some(known) = keys::fingerprint_known(client).await? else {
        bail!("nothing was written with any vault key yet; there is nothing to give up");
    };
    let found = keys::vault_key(&settings)?;
    if found.as_deref().map(keys::fingerprint).transpose()?.as_ref() == Some(&known) {
        bail!("the vault key fits this database; nothing is lost");
    }
    let living: i64 =
        client.query_one("select count(*) from value_keys where destroyed_at is null", &[]).await?.get(0);
    if !yes {
        bail!(
            "{living} keys were made with the vault key named {known}. Given up, the values in the audit trail under them, and \
             whatever else the database keeps sealed, can never be read again. If that key may still be found, look for it \
             first. Otherwise add --yes"
        );
    }
    let new = match found {
        Some(key) => key,
        None => keys::make_vault_key(&settings)?,
    };
    let named = keys::fingerprint(&new)?;
    settings.vault_key = Some(Secret(new));
    let app = App::new(db.clone(), Clock::System, settings);
    let mut db = app.db.client().await.map_err(described)?;
    let tx = Tx::begin(&mut db, &app).await.map_err(described)?;
    let now = app.clock.now();
    platform::values::destroy_all(&**tx, now).await?;
    tx.execute("update vault set fingerprint = $1, since = $2", &[&named, &now]).await?;
    let event = Event::change("vault.given_up").details(json!({ "keys": living, "was": known, "is": named }));
    tx.commit(&Actor::system(), event).await.map_err(described)?;
    println!("{living} keys were given up. The vault key is now {named}.");
    Ok(())
}
