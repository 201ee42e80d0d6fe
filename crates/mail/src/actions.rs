//! What is done with mail: each act one transaction, with its event.

use deadpool_postgres::Client;
use kernel::{MailId, StaffId, clean_line, clean_text};
use platform::db::GenericClient;
use platform::{Actor, App, Event, Problem, Result, Tx};
use serde_json::json;
use staff::{By, permissions::MailSend};

use crate::{
    Mail, MailState, NewMail,
    jobs::SEND,
    message,
    model::Outgoing,
    rules::{self, Delivery},
    store::{self, Stand},
};

/// What a secret of a mail is sealed for.
const PURPOSE: &str = "mail.secret";

/// Writes the mail down in the transaction passed in, with the job that sends it; the caller commits with an event of its own.
/// Without a mail server it goes to the outbox.
pub async fn enqueue(
    app: &App,
    tx: &impl GenericClient,
    by: Option<StaffId>,
    new: NewMail,
) -> Result<MailId> {
    let id = MailId::new(app.clock.now());
    write_down(app, tx, Stub { id, by, secret: None }, new).await?;
    Ok(id)
}

/// As [`enqueue`], under an id that is given: whether it was not written down before. For what may run twice.
pub async fn enqueue_once(app: &App, tx: &impl GenericClient, id: MailId, new: NewMail) -> Result<bool> {
    if store::exists(tx, id).await? {
        return Ok(false);
    }
    write_down(app, tx, Stub { id, by: None, secret: None }, new).await?;
    Ok(true)
}

/// As [`enqueue`], with a secret that stands where the text has [`crate::SECRET`]: sealed until it is sent, and kept no longer. Without a mail server
/// it is refused: an outbox is for everybody to read.
pub async fn enqueue_secret(
    app: &App,
    tx: &impl GenericClient,
    by: Option<StaffId>,
    new: NewMail,
    secret: &str,
) -> Result<MailId> {
    if app.settings.smtp_url.is_none() {
        return Err(no_mail_server());
    }
    let id = MailId::new(app.clock.now());
    write_down(app, tx, Stub { id, by, secret: Some(secret) }, new).await?;
    Ok(id)
}

/// Of what can be mailed only.
pub fn no_mail_server() -> Problem {
    Problem::conflict(
        "no_mail_server",
        "No mail server is configured. An administrator can set smtp_url; until then hand it over another way.",
    )
}

/// What a mail is known by before it is written down.
struct Stub<'a> {
    id: MailId,
    by: Option<StaffId>,
    secret: Option<&'a str>,
}

async fn write_down(app: &App, tx: &impl GenericClient, stub: Stub<'_>, new: NewMail) -> Result<()> {
    let Stub { id, by, secret } = stub;
    let new = checked(new)?;
    let now = app.clock.now();
    let message_id = format!("<{id}@{}>", message::sender_domain(&app.settings));
    let has_server = app.settings.smtp_url.is_some();
    let state = if has_server { MailState::Queued } else { MailState::Outbox };
    // Built once here, so that what cannot be sent is refused while somebody is there to hear it.
    message::build(&app.settings, &as_outgoing(&new, &message_id, state, now))?;
    let secret = match secret {
        Some(secret) => Some(app.vault()?.seal(PURPOSE, id.0.as_bytes(), secret.as_bytes())),
        None => None,
    };
    let stand = Stand { id, state, message_id: &message_id, by, now, secret: secret.as_deref() };
    store::insert(tx, &new, &stand).await?;
    if has_server {
        enqueue_job(app, tx, id).await?;
    }
    Ok(())
}

fn checked(mut new: NewMail) -> Result<NewMail> {
    let fault =
        |field: &'static str| move |fault: kernel::TextFault| Problem::invalid(field, fault.to_string());
    new.to_name = new.to_name.map(|name| clean_line(&name, 200)).transpose().map_err(fault("toName"))?;
    new.subject = clean_line(&new.subject, 200).map_err(fault("subject"))?;
    new.body = clean_text(&new.body, 20_000).map_err(fault("body"))?;
    for file in &mut new.attachments {
        file.file_name = clean_line(&file.file_name, 200).map_err(fault("fileName"))?;
    }
    Ok(new)
}

fn as_outgoing(new: &NewMail, message_id: &str, state: MailState, now: jiff::Timestamp) -> Outgoing {
    Outgoing {
        secret: None,
        customer: new.customer,
        to_address: new.to.as_str().to_owned(),
        to_name: new.to_name.clone(),
        subject: new.subject.clone(),
        body: new.body.clone(),
        message_id: message_id.to_owned(),
        state,
        created_at: now,
        attachments: new.attachments.clone(),
    }
}

async fn enqueue_job(app: &App, tx: &impl GenericClient, id: MailId) -> Result<()> {
    let now = app.clock.now();
    let job = ::jobs::New::now(SEND, json!({ "mailId": id }), now)
        .key(format!("{SEND} {id}"))
        .attempts(rules::ATTEMPTS);
    ::jobs::enqueue(tx, job, now).await?;
    Ok(())
}

/// Sends a mail that failed, or that waits in the outbox.
pub(crate) async fn retry_mail(app: &App, db: &mut Client, by: &By<MailSend>, id: MailId) -> Result<Mail> {
    let tx = Tx::begin(db, app).await?;
    let locked = store::lock(&*tx, id).await?.ok_or_else(|| Problem::not_found("mail"))?;
    if locked.content_gone {
        return Err(Problem::conflict("content_gone", "What this mail said is no longer kept."));
    }
    rules::check_retry(locked.state, app.settings.smtp_url.is_some(), locked.secret_gone)?;
    store::set_queued(&*tx, id).await?;
    enqueue_job(app, &*tx, id).await?;
    let mail = store::read(&*tx, id).await?.ok_or_else(|| Problem::not_found("mail"))?;
    let mut event = Event::change("mail.retried").on("mail", id.0);
    event.customer = locked.customer;
    tx.commit(&by.actor, event).await?;
    Ok(mail)
}

/// What the job does. The mail's state afterwards; None when there was nothing to send any more.
pub(crate) async fn send_mail(app: &App, id: MailId, is_last_attempt: bool) -> Result<Option<Delivery>> {
    let mut db = app.db.client().await?;
    let Some(mut mail) = store::outgoing(&db, id).await? else { return Ok(None) };
    if mail.state != MailState::Queued {
        return Ok(None);
    }
    // No connection is held while a mail server takes its time.
    drop(db);
    let delivery = match put_in_secret(app, id, &mut mail) {
        Ok(()) => message::deliver(&app.settings, &mail).await,
        Err(why) => Delivery::Refused(why),
    };

    db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    if store::lock(&*tx, id).await?.is_none_or(|locked| locked.state != MailState::Queued) {
        return Ok(None);
    }
    let action = match &delivery {
        Delivery::Accepted => {
            store::set_sent(&*tx, id, app.clock.now()).await?;
            "mail.sent"
        }
        Delivery::Delayed(why) if !is_last_attempt => {
            store::set_attempted(&*tx, id, MailState::Queued, why).await?;
            "mail.delayed"
        }
        Delivery::Refused(why) | Delivery::Delayed(why) => {
            store::set_attempted(&*tx, id, MailState::Failed, why).await?;
            "mail.failed"
        }
    };
    let mut event = Event::change(action).on("mail", id.0);
    event.customer = mail.customer;
    tx.commit(&Actor::system(), event).await?;
    Ok(Some(delivery))
}

const BROKE_OFF: &str = "Sending broke off in the last attempt, and nobody knows whether it arrived. Ask before it is sent again.";

/// Mails that no job sends any more have failed, and say so.
pub(crate) async fn give_up_abandoned(app: &App) -> Result<()> {
    let mut db = app.db.client().await?;
    for id in store::abandoned(&db).await? {
        let tx = Tx::begin(&mut db, app).await?;
        let Some(locked) = store::lock(&*tx, id).await? else { continue };
        // Somebody may have sent it again since it was found.
        if locked.state != MailState::Queued || !store::abandoned(&*tx).await?.contains(&id) {
            continue;
        }
        store::set_attempted(&*tx, id, MailState::Failed, BROKE_OFF).await?;
        let mut event = Event::change("mail.failed").on("mail", id.0);
        event.customer = locked.customer;
        tx.commit(&Actor::system(), event).await?;
    }
    Ok(())
}

/// Says what is wrong when the secret cannot be opened.
fn put_in_secret(app: &App, id: MailId, mail: &mut Outgoing) -> Result<(), String> {
    let Some(sealed) = &mail.secret else { return Ok(()) };
    let opened = app.vault().ok().and_then(|vault| vault.open(PURPOSE, id.0.as_bytes(), sealed));
    let secret = opened.and_then(|bytes| String::from_utf8(bytes).ok());
    let secret =
        secret.ok_or("The link in this mail was sealed under another vault key than this server's.")?;
    mail.body = mail.body.replace(rules::SECRET, &secret);
    Ok(())
}
