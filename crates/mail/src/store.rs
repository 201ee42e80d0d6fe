//! The SQL of mails.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel::{CustomerId, MailId, StaffId};
use platform::db::GenericClient;
use platform::{Cursor, Problem, Result, sql::Sql};
use tokio_postgres::{Row, types::Type};

use crate::{
    Attachment, Mail, MailPage, MailState, NewMail,
    model::{MailAttachment, Outgoing},
    rules,
};

/// The columns of a [`Mail`].
const MAIL: &str = "select m.id, m.customer_id, m.invoice_id, m.to_address, m.to_name, m.subject, m.body_text, m.state, m.attempts,
    m.last_error, m.created_at, m.created_by, s.name as created_by_name, m.sent_at
    from mails m left join staff s on s.id = m.created_by where ";

/// Where a mail is to stand when it is written down.
pub(crate) struct Stand<'a> {
    pub id: MailId,
    pub state: MailState,
    pub message_id: &'a str,
    pub by: Option<StaffId>,
    pub now: Timestamp,
    pub secret: Option<&'a [u8]>,
}

pub(crate) async fn exists(db: &impl GenericClient, id: MailId) -> Result<bool> {
    let statement = db.prepare_cached("select exists (select from mails where id = $1)").await?;
    Ok(db.query_one(&statement, &[&id]).await?.get(0))
}

pub(crate) async fn insert(db: &impl GenericClient, new: &NewMail, stand: &Stand<'_>) -> Result<()> {
    db.execute(
        "insert into mails (id, customer_id, invoice_id, to_address, to_name, subject, body_text, state, message_id, created_at, created_by,
             secret)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            &stand.id,
            &new.customer,
            &new.invoice,
            &new.to.as_str(),
            &new.to_name,
            &new.subject,
            &new.body,
            &stand.state.name(),
            &stand.message_id,
            &stand.now,
            &stand.by,
            &stand.secret,
        ],
    )
    .await?;
    for (position, file) in (0_i16..).zip(&new.attachments) {
        db.execute(
            "insert into mail_attachments (mail_id, position, file_name, content_type, content) values ($1, $2, $3, $4, $5)",
            &[&stand.id, &position, &file.file_name, &file.content_type, &file.content],
        )
        .await?;
    }
    Ok(())
}

/// What the list is narrowed by.
#[derive(Debug, Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Filter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<MailState>,
}

pub(crate) async fn list(
    db: &deadpool_postgres::Client,
    filter: &Filter,
    after: Option<rules::Position>,
    limit: i64,
) -> Result<MailPage> {
    let mut sql = Sql::new(MAIL);
    sql.push("true");
    if let Some(customer) = filter.customer_id {
        sql.push(" and m.customer_id = any ((select same_person(")
            .bind(customer, Type::UUID)
            .push("))::uuid[])");
    }
    if let Some(state) = filter.state {
        sql.push(" and m.state = ").bind(state.name(), Type::TEXT);
    }
    if let Some((at, id)) = after {
        sql.push(" and (m.created_at, m.id) < (").bind(at, Type::TIMESTAMPTZ);
        sql.push(", ").bind(id, Type::UUID).push(")");
    }
    // One more than asked for tells whether there is a next page.
    sql.push(" order by m.created_at desc, m.id desc limit ").bind(limit + 1, Type::INT8);
    let mut rows = sql.query(db).await?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let mails = with_attachments(db, &rows).await?;
    let next = mails.last().filter(|_| more).map(|last| Cursor::write(&(last.created_at, last.id)));
    Ok(MailPage { mails, next })
}

pub(crate) async fn read(db: &impl GenericClient, id: MailId) -> Result<Option<Mail>> {
    let statement = db.prepare_cached(&format!("{MAIL} m.id = $1")).await?;
    let rows = db.query(&statement, &[&id]).await?;
    Ok(with_attachments(db, &rows).await?.pop())
}

/// A mail that nobody else changes until the transaction ends.
pub(crate) struct Locked {
    pub state: MailState,
    pub customer: Option<CustomerId>,
    /// Its text has a place for a secret that is there no more.
    pub secret_gone: bool,
    /// What it said is no longer kept, or went with its customer.
    pub content_gone: bool,
}

pub(crate) async fn lock(db: &impl GenericClient, id: MailId) -> Result<Option<Locked>> {
    let sql = "select state, customer_id, secret is null and position($2 in body_text) > 0 as secret_gone,
            to_address = 'erased@erased.invalid' as content_gone
        from mails where id = $1 for update";
    let Some(row) = db.query_opt(sql, &[&id, &rules::SECRET]).await? else { return Ok(None) };
    Ok(Some(Locked {
        state: state(&row)?,
        customer: row.get("customer_id"),
        secret_gone: row.get("secret_gone"),
        content_gone: row.get("content_gone"),
    }))
}

/// Everything that goes over the wire.
pub(crate) async fn outgoing(db: &impl GenericClient, id: MailId) -> Result<Option<Outgoing>> {
    let sql = "select customer_id, to_address, to_name, subject, body_text, message_id, state, created_at, secret from mails where id = $1";
    let Some(row) = db.query_opt(sql, &[&id]).await? else { return Ok(None) };
    let files = db
        .query(
            "select file_name, content_type, content from mail_attachments where mail_id = $1 order by position",
            &[&id],
        )
        .await?;
    Ok(Some(Outgoing {
        secret: row.get("secret"),
        customer: row.get("customer_id"),
        to_address: row.get("to_address"),
        to_name: row.get("to_name"),
        subject: row.get("subject"),
        body: row.get("body_text"),
        message_id: row.get("message_id"),
        state: state(&row)?,
        created_at: row.get("created_at"),
        attachments: files
            .iter()
            .map(|file| Attachment {
                file_name: file.get("file_name"),
                content_type: file.get("content_type"),
                content: file.get("content"),
            })
            .collect(),
    }))
}

pub(crate) async fn set_sent(db: &impl GenericClient, id: MailId, now: Timestamp) -> Result<()> {
    let sql = "update mails set state = 'sent', sent_at = $2, last_error = null, secret = null where id = $1";
    db.execute(sql, &[&id, &now]).await?;
    Ok(())
}

/// One more attempt came to nothing.
pub(crate) async fn set_attempted(
    db: &impl GenericClient,
    id: MailId,
    state: MailState,
    why: &str,
) -> Result<()> {
    let sql = "update mails set state = $2, attempts = attempts + 1, last_error = $3,
        secret = case when $2 = 'queued' then secret end where id = $1";
    db.execute(sql, &[&id, &state.name(), &why]).await?;
    Ok(())
}

/// Mails on their way that no living job carries, a hundred at most.
pub(crate) async fn abandoned(db: &impl GenericClient) -> Result<Vec<MailId>> {
    let rows = db
        .query(
            "select m.id from mails m where m.state = 'queued' and not exists (
                select from jobs j where j.key = $1 || ' ' || m.id and j.state in ('ready', 'running'))
             order by m.created_at, m.id limit 100",
            &[&crate::jobs::SEND],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

pub(crate) async fn set_queued(db: &impl GenericClient, id: MailId) -> Result<()> {
    db.execute("update mails set state = 'queued' where id = $1", &[&id]).await?;
    Ok(())
}

async fn with_attachments(db: &impl GenericClient, rows: &[Row]) -> Result<Vec<Mail>> {
    let ids: Vec<MailId> = rows.iter().map(|row| row.get("id")).collect();
    let mut files: HashMap<MailId, Vec<MailAttachment>> = HashMap::new();
    if !ids.is_empty() {
        let statement = db
            .prepare_cached(
                "select mail_id, file_name, content_type, length(content)::bigint as size
                 from mail_attachments where mail_id = any ($1) order by mail_id, position",
            )
            .await?;
        for row in db.query(&statement, &[&ids]).await? {
            files.entry(row.get("mail_id")).or_default().push(MailAttachment {
                file_name: row.get("file_name"),
                content_type: row.get("content_type"),
                size: row.get("size"),
            });
        }
    }
    rows.iter().zip(ids).map(|(row, id)| mail(row, id, files.remove(&id).unwrap_or_default())).collect()
}

fn mail(row: &Row, id: MailId, attachments: Vec<MailAttachment>) -> Result<Mail> {
    Ok(Mail {
        id,
        customer_id: row.get("customer_id"),
        invoice_id: row.get("invoice_id"),
        to_address: row.get("to_address"),
        to_name: row.get("to_name"),
        subject: row.get("subject"),
        body_text: row.get("body_text"),
        attachments,
        state: state(row)?,
        attempts: row.get("attempts"),
        last_error: row.get("last_error"),
        created_at: row.get("created_at"),
        created_by: row.get("created_by"),
        created_by_name: row.get("created_by_name"),
        sent_at: row.get("sent_at"),
    })
}

fn state(row: &Row) -> Result<MailState> {
    let name: &str = row.get("state");
    MailState::from_name(name).ok_or_else(|| Problem::internal(&format!("a mail in state {name}")))
}
