//! The answer goes out as a copy of everything, by a one-time link: begun here, made and delivered by a job.

use kernel::{DataRequestId, Email, ExportId, StaffId, london_day};
use mail::NewMail;
use platform::{Actor, App, Problem, Result, Tx};
use privacy::{ExportLink, Making};
use serde_json::json;

use super::told;
use crate::{
    jobs::DELIVER,
    model::LinkWay,
    rules::{self, Case},
    store,
};

/// Asks for the copy. A link to be handed over is known at once; one that is mailed is made with the copy, and is in the mail alone.
pub(super) async fn begin(
    app: &App,
    tx: &Tx<'_>,
    by: StaffId,
    case: &Case,
    to: LinkWay,
) -> Result<Option<ExportLink>> {
    let customer =
        case.request.customer_id.ok_or_else(|| Problem::internal(&"a copy for nobody was let through"))?;
    if to == LinkWay::Mail {
        if app.settings.smtp_url.is_none() {
            return Err(mail::no_mail_server().on_field("to"));
        }
        let person = customers::read(&**tx, customer, app.clock.now()).await?;
        if person.and_then(|person| person.email).is_none() {
            return Err(Problem::invalid("to", "cannot be by e-mail: this customer has no address"));
        }
    }
    let asked = privacy::ask(app, tx, by, customer, Some(case.request.id), to == LinkWay::HandOver).await?;
    privacy::enqueue(app, tx, DELIVER, asked.id, json!({ "requestId": case.request.id })).await?;
    Ok(asked.link)
}

/// Makes the copy, sends its link by mail where that was wanted, and moves the case on: all of it, or nothing.
pub(crate) async fn deliver_export(app: &App, request: DataRequestId, export: ExportId) -> Result<()> {
    let mut writer = app.db.client().await?;
    let Some(Making { tx, export, link }) = privacy::make(app, &mut writer, export).await? else {
        return Ok(());
    };
    let now = app.clock.now();
    let today = london_day(now);
    let mut case = store::lock(&*tx, request, today).await?;
    let Ok(first) = rules::deliver(&mut case, today) else {
        // Withdrawn or closed meanwhile: nobody is to get it.
        drop(tx);
        return privacy::give_up(app, export.id).await;
    };
    if let Some(link) = link {
        let letter = letter(app, &tx, &case, &link).await?;
        mail::enqueue_secret(app, &*tx, Some(export.requested_by), letter, &link.url).await?;
    }
    store::save(&*tx, &case, now).await?;
    let case = store::read(&*tx, request, today).await?;
    let action = if first { "data_request.delivered" } else { "data_request.delivered_again" };
    let mut event = told(action, &case.request);
    event.details["exportId"] = json!(export.id);
    event.details["sha256"] = json!(export.sha256);
    event.item_count = export.rows;
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}

/// The copy could not be made; the case stays where it is.
pub(crate) async fn abandon_delivery(app: &App, export: ExportId) -> Result<()> {
    privacy::give_up(app, export).await
}

async fn letter(app: &App, tx: &Tx<'_>, case: &Case, link: &ExportLink) -> Result<NewMail> {
    let customer = case.request.customer_id.ok_or_else(|| Problem::not_found("customer"))?;
    let person = customers::read(&**tx, customer, app.clock.now())
        .await?
        .ok_or_else(|| Problem::not_found("customer"))?;
    let address = person.email.unwrap_or_default();
    let to = Email::parse(&address).map_err(|fault| Problem::invalid("to", fault.to_string()))?;
    let company = &app.settings.invoice.seller_name;
    let until = london_day(link.expires_at).strftime("%-d %B %Y");
    let asked = case.request.received_on.strftime("%-d %B %Y");
    let body = format!(
        "Dear {},\n\non {asked} you asked us for your data. A copy of everything that we hold about you is ready. You can download it \
         once, until {until}, here:\n\n{}\n\nOpen the link on your own computer or phone and press the button. Whoever has this link can \
         download your data, so please do not pass this mail on.\n\nIf something in it is wrong, tell us: you may have it put right. If you are not \
         content with our answer, you may complain to the Information Commissioner (ico.org.uk/make-a-complaint, phone 0303 123 1113), \
         and you may go to court.\n\nIf you did not ask for this, please tell us at once.\n\nKind regards\n{company}\n",
        person.name,
        mail::SECRET,
    );
    Ok(NewMail {
        customer: Some(customer),
        invoice: None,
        to,
        to_name: Some(person.name),
        subject: format!("Your data (request DR-{})", case.request.number),
        body,
        attachments: Vec::new(),
    })
}
