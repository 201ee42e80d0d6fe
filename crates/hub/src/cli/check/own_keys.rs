//! The keys that are the hub's own, each beside what it belongs to.

use audit::trail;
use backups::{BackupError, Key, Place};
use kernel::Clock;
use platform::{
    address::causes,
    settings::{Secret, Settings},
};
use tokio_postgres::Client;

use super::Report;
use crate::keys;

/// Whether what is sealed in the database opens here. `known`: names the key that it was written with.
pub(super) fn vault(settings: &Settings, known: Option<String>, report: &mut Report) {
    let here = keys::vault_key(settings).and_then(|key| key.map(|key| keys::fingerprint(&key)).transpose());
    match (known, here) {
        (_, Err(error)) => report.wrong(format_args!("vault_key: {error:#}")),
        (Some(known), Ok(Some(here))) if known == here => report.ok("vault_key: fits this database"),
        (Some(known), Ok(here)) => report.wrong(format_args!(
            "vault_key: this database was written with the one named {known}, and here is {}. Put the right one back",
            here.as_deref().unwrap_or("none")
        )),
        (None, Ok(Some(_))) => report.ok("vault_key: can be read, and nothing is sealed in this database yet"),
        (None, Ok(None)) => report.ok("vault_key: will be made at the first start"),
    }
}

/// Whether the trail would go on being sealed.
pub(super) async fn audit(settings: &Settings, client: &Client, report: &mut Report) {
    let mut settings = match keys::with_audit_key(settings.clone()) {
        Ok(settings) => settings,
        Err(error) => return report.wrong(format_args!("audit_key: {error:#}")),
    };
    let told =
        if settings.audit.key.is_some() { "the trail takes it" } else { "will be made at the first start" };
    // Where there is none, the next start makes one, which no trail trusts that was signed before.
    settings.audit.key.get_or_insert_with(|| Secret(chain::hex(&platform::random::bytes::<32>())));
    let tried = match trail::sealer(&settings, Clock::System) {
        Ok(sealer) => sealer.check(client).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(()) => report.ok(format_args!("audit_key: {told}")),
        Err(error) => report.wrong(format_args!("audit trail: {}", causes(&error))),
    }
}

/// Whether the copies that lie in the place could be read. One that was made with an earlier key is no surprise.
pub(super) async fn backup(settings: &Settings, report: &mut Report) {
    let key = match keys::backup_key(settings) {
        Ok(Some(text)) => match Key::read(&text, &settings.backup.recipients) {
            Ok(key) => Some(key),
            Err(error) => return report.wrong(format_args!("backup_key: {error}")),
        },
        Ok(None) => None,
        Err(error) => return report.wrong(format_args!("backup_key: {error:#}")),
    };
    // What cannot be reached at all is told of where the place is tried.
    let Ok(Some(place)) = Place::of(&settings.backup) else { return };
    let is_there = key.is_some();
    let tried = tokio::task::spawn_blocking(move || opened(&place, key.as_ref())).await;
    match tried.unwrap_or_else(|error| Err(BackupError::Problem(error.to_string()))) {
        Ok((0, _)) if !is_there => report.ok("backup_key: will be made at the first start"),
        Ok((0, _)) => report.ok("backup_key: can be read, and no copy was made yet"),
        Ok((_, true)) => report.ok("backup_key: opens copies that lie in the place for them"),
        Ok((copies, false)) => report.warning(format_args!(
            "backup_key: {} none of the {copies} copies that lie in the place for them. Put back the key that they were made with, or keep \
             it for as long as they are kept",
            if is_there { "opens" } else { "is missing, and the one that is made at the next start opens" }
        )),
        Err(error) => report.warning(format_args!("backup_key: whether it opens the copies is not known: {error}")),
    }
}

/// How many copies there are, and whether any of them opens. Blocks.
fn opened(place: &Place, key: Option<&Key>) -> Result<(usize, bool), BackupError> {
    let stored = place.stored()?;
    let opens = key.is_some_and(|key| stored.iter().any(|one| backups::opens(key, &one.at)));
    Ok((stored.len(), opens))
}
