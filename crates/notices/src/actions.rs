//! Each mail is one transaction, with its event.

use kernel::{Email, JobId, MailId};
use mail::NewMail;
use platform::{Actor, App, Event, Problem, Result, Tx};
use serde_json::json;
use staff::{
    StaffMember,
    letters::{self, WantedLink, WantedNotice},
};

use crate::rules::{self, Letter};

/// A second run finds the link that the first has made, and does nothing.
pub(crate) async fn mail_link(app: &App, wanted: &WantedLink) -> Result<()> {
    let Some(id) = wanted.staff_id else { return Ok(()) };
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    let Some((member, kind, link)) = letters::make_mailed_link(app, &tx, id).await? else { return Ok(()) };
    let letter = rules::link(&member, kind, link.expires_at, company(app));
    mail::enqueue_secret(app, &*tx, None, addressed(&member, letter)?, &link.url).await?;
    let event = Event::change("staff.link_mailed").on("staff", id.0).details(json!({ "kind": kind }));
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}

/// The mail has the job's id, so a second run finds it and does nothing.
pub(crate) async fn mail_notice(app: &App, job: JobId, wanted: &WantedNotice) -> Result<()> {
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    let Some(member) = letters::find_staff_member(&*tx, wanted.staff_id).await? else { return Ok(()) };
    let place = match wanted.session_id {
        Some(session) => letters::place_of(&*tx, session).await?,
        None => (None, None),
    };
    let letter = rules::notice(&member, wanted, &place, &app.settings.public_url, company(app));
    if !mail::enqueue_once(app, &*tx, MailId(job.0), addressed(&member, letter)?).await? {
        return Ok(());
    }
    let details = json!({ "notice": wanted.notice });
    let event = Event::change("staff.notice_mailed").on("staff", member.id.0).details(details);
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}

fn company(app: &App) -> &str {
    &app.settings.invoice.seller_name
}

fn addressed(member: &StaffMember, letter: Letter) -> Result<NewMail> {
    Ok(NewMail {
        customer: None,
        invoice: None,
        to: Email::parse(&member.email).map_err(|fault| Problem::internal(&fault))?,
        to_name: Some(member.name.clone()),
        subject: letter.subject.to_owned(),
        body: letter.body,
        attachments: Vec::new(),
    })
}
