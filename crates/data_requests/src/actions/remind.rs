//! Whoever handles a request is reminded of it by mail: 14, 7 and 2 days before it is due, and when it is overdue, once each; then
//! superadmins hear of it too.

use kernel::{Email, london_day};
use mail::NewMail;
use platform::{Actor, App, Result, Tx};
use serde_json::json;
use staff::Role;

use super::told;
use crate::{
    DataRequest,
    rules::distance::{Distance, distance},
    store::{self, Reminded},
};

pub(crate) async fn remind(app: &App) -> Result<()> {
    let now = app.clock.now();
    let today = london_day(now);
    let mut db = app.db.client().await?;
    for request in store::to_remind(&db, today).await? {
        let (Some(due_on), Some(distance)) = (request.due_on, request.days_left.and_then(distance)) else {
            continue;
        };
        let tx = Tx::begin(&mut db, app).await?;
        if !store::insert_reminder(&*tx, request.id, due_on, distance, now).await? {
            continue;
        }
        let overdue = distance == Distance::Overdue;
        let to = store::reminded(&*tx, request.handler_id, overdue, Role::Superadmin.name()).await?;
        for member in &to {
            if let Some(letter) = letter(app, &request, member) {
                mail::enqueue(app, &*tx, None, letter).await?;
            }
        }
        let mut event = told("data_request.reminded", &request);
        event.details["distance"] = json!(distance.name());
        event.details["mails"] = json!(to.len());
        tx.commit(&Actor::system(), event).await?;
    }
    Ok(())
}

/// Names nobody who has asked: a mailbox is no place for that.
fn letter(app: &App, request: &DataRequest, member: &Reminded) -> Option<NewMail> {
    let to = Email::parse(&member.email).ok()?;
    let (days, due_on) = (request.days_left?, request.due_on?);
    let number = format!("DR-{}", request.number);
    let when = match days {
        ..0 => format!("was due {} ago", plural(-days)),
        0 => "is due today".to_owned(),
        1 => "is due tomorrow".to_owned(),
        _ => format!("is due in {}", plural(days)),
    };
    let body = format!(
        "Hello {},\n\ndata request {number} ({}) {when}: {}.\n\nIt is {} and handled by {}.\n\n{}/admin/data-requests/{}\n",
        member.name,
        request.kind.title().to_lowercase(),
        due_on.strftime("%-d %B %Y"),
        request.state.title().to_lowercase(),
        request.handler_name,
        app.settings.public_url,
        request.id,
    );
    Some(NewMail {
        customer: None,
        invoice: None,
        to,
        to_name: Some(member.name.clone()),
        subject: format!("Data request {number} {when}"),
        body,
        attachments: Vec::new(),
    })
}

fn plural(days: i32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
