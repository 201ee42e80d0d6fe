//! The doors of mail. Each read leaves an access event before it is answered.

use axum::Json;
use kernel::{CustomerId, MailId};
use platform::{
    App, Event, Problem, Result,
    http::{Path, ValidQuery},
    problem::ProblemBody,
};
use serde::Deserialize;
use staff::{
    Authorized,
    permissions::{MailRead, MailSend},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Mail, MailPage, MailState, actions, rules,
    store::{self, Filter},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_mails)).routes(routes!(read_mail)).routes(routes!(retry_mail))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MailQuery {
    /// Only mail about this customer.
    customer_id: Option<CustomerId>,
    /// Only mail in this state.
    state: Option<MailState>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Mails a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
}

/// List mail
///
/// Newest first: what was sent, what is on its way, what failed, and, without a mail server, the outbox.
#[utoipa::path(get, path = "/api/admin/mails", tag = "mail", operation_id = "listMails",
    params(MailQuery), extensions(("x-permission" = json!("mail.read"))),
    responses((status = 200, body = MailPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_mails(
    desk: Authorized<MailRead>,
    ValidQuery(query): ValidQuery<MailQuery>,
) -> Result<Json<MailPage>> {
    let limit = rules::check_limit(query.limit)?;
    let after = query.after.as_deref().map(rules::read_position).transpose()?;
    let filter = Filter { customer_id: query.customer_id, state: query.state };
    let page = store::list(&desk.db, &filter, after, limit).await?;
    let count = i64::try_from(page.mails.len()).unwrap_or(i64::MAX);
    let mut event = Event::access("mails.listed").items(count).filter(&filter);
    // A customer that does not exist cannot be named by an event.
    event.customer =
        page.mails.first().and_then(|mail| mail.customer_id).filter(|_| query.customer_id.is_some());
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(page))
}

/// Read a mail
#[utoipa::path(get, path = "/api/admin/mails/{id}", tag = "mail", operation_id = "readMail",
    params(("id" = MailId, Path)), extensions(("x-permission" = json!("mail.read"))),
    responses((status = 200, body = Mail), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn read_mail(desk: Authorized<MailRead>, Path(id): Path<MailId>) -> Result<Json<Mail>> {
    let mail = store::read(&desk.db, id).await?.ok_or_else(|| Problem::not_found("mail"))?;
    let mut event = Event::access("mail.read").on("mail", id.0);
    event.customer = mail.customer_id;
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(mail))
}

/// Send a mail again
///
/// One that failed, or that waits in the outbox.
#[utoipa::path(post, path = "/api/admin/mails/{id}/retry", tag = "mail", operation_id = "retryMail",
    params(("id" = MailId, Path)), extensions(("x-permission" = json!("mail.send"))),
    responses((status = 200, body = Mail), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn retry_mail(mut desk: Authorized<MailSend>, Path(id): Path<MailId>) -> Result<Json<Mail>> {
    Ok(Json(actions::retry_mail(&desk.app, &mut desk.db, &desk.by, id).await?))
}
