//! Makes the content: reads one consistent snapshot row by row, writes the ZIP, seals it piece by piece. What is held in memory is a
//! row, a piece and, for as long as it takes, one attachment of a mail.

mod archive;

use deadpool_postgres::{Client, Transaction};
use futures_util::{Stream, StreamExt, pin_mut};
use kernel::{CustomerId, MailId};
use platform::db::GenericClient;
use platform::{App, Problem, Result, Values};
use serde_json::{Map, Value};
use tokio_postgres::{IsolationLevel, RowStream};

use crate::{
    content::{self, Cover, Head, Row, cells, html},
    sealing::Sealer,
    sections::{self, SECTIONS, Section},
    store::Parts,
};
use archive::Archive;

/// What was made, beside the pieces that are written by now.
#[derive(Debug)]
pub(crate) struct Content {
    pub sha256: [u8; 32],
    pub size: i64,
    pub counts: Map<String, Value>,
    pub head: Option<Head>,
}

/// The pieces go into `parts` as they come; the caller commits them, or drops them all.
pub(crate) async fn write(
    app: &App,
    reader: &mut Client,
    customer: CustomerId,
    sealer: &mut Sealer,
    parts: &Parts<'_, '_>,
) -> Result<Content> {
    let tx = reader
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    // A long history takes as long as it takes; the job has a limit of its own.
    tx.batch_execute("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0")
        .await?;
    let cover = Cover {
        company: app.settings.invoice.seller_name.clone(),
        customer,
        made_at: app.clock.now(),
        counts: counts(&tx, customer).await?,
        head: head(&tx).await?,
    };
    let mut archive = Archive::new(cover.made_at, sealer, parts);
    let source = Source { db: &tx, values: &app.values, cover: &cover };
    write_page(&source, &mut archive).await?;
    write_json(&source, &mut archive).await?;
    for (section, count) in SECTIONS.iter().zip(&cover.counts).filter(|(_, count)| **count > 0) {
        write_table(&source, section, *count, &mut archive).await?;
    }
    write_attachments(&tx, customer, &mut archive).await?;
    let manifest = content::manifest(&cover, archive.files());
    archive.start("manifest.json", None)?;
    archive.write(manifest.as_bytes())?;
    let (sha256, size) = archive.finish().await?;
    let names = SECTIONS.iter().map(|section| section.name.to_owned());
    let counts = names.zip(cover.counts.iter().map(|count| (*count).into())).collect();
    Ok(Content { sha256, size, counts, head: cover.head })
}

/// Rows of each section, in the order of [`SECTIONS`].
pub(crate) async fn counts(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<i64>> {
    let mut counts = Vec::with_capacity(SECTIONS.len());
    for section in SECTIONS {
        let statement = db.prepare_cached(&format!("select count(*) from ({}) t", section.sql)).await?;
        counts.push(db.query_one(&statement, &[&customer]).await?.get(0));
    }
    Ok(counts)
}

async fn head(db: &Transaction<'_>) -> Result<Option<Head>> {
    let row = db.query_opt("select number, chain from seals order by number desc limit 1", &[]).await?;
    Ok(row.map(|row| Head { seal: row.get(0), chain: row.get(1) }))
}

/// What a copy is made from.
struct Source<'a> {
    db: &'a Transaction<'a>,
    values: &'a Values,
    cover: &'a Cover,
}

impl Source<'_> {
    /// The rows of a section as they come.
    async fn rows(&self, section: &'static Section) -> Result<impl Stream<Item = Result<Row>>> {
        let sql = format!("select row_to_json(t)::text from ({}) t", section.sql);
        let statement = self.db.prepare_cached(&sql).await?;
        let rows: RowStream = self.db.query_raw(&statement, [self.cover.customer]).await?;
        let values = self.values.clone();
        Ok(rows.map(move |row| {
            let row = serde_json::from_str(row?.get(0)).map_err(|error| Problem::internal(&error))?;
            Ok(sections::opened(&values, row))
        }))
    }
}

async fn write_page(source: &Source<'_>, archive: &mut Archive<'_>) -> Result<()> {
    let cover = source.cover;
    archive.start("index.html", None)?;
    archive.write(html::start(cover).as_bytes())?;
    for (section, count) in SECTIONS.iter().zip(&cover.counts) {
        archive.write(html::section_start(section, *count).as_bytes())?;
        let rows = source.rows(section).await?;
        pin_mut!(rows);
        let mut number = 0;
        while let Some(row) = rows.next().await {
            number += 1;
            archive.write(html::row(section, &row?, number).as_bytes())?;
            archive.drain().await?;
        }
        archive.write(html::section_end(section, *count).as_bytes())?;
    }
    archive.write(html::end(cover).as_bytes())
}

async fn write_json(source: &Source<'_>, archive: &mut Archive<'_>) -> Result<()> {
    let cover = source.cover;
    archive.start("data.json", Some(cover.counts.iter().sum()))?;
    archive.write(content::json_start(cover).as_bytes())?;
    for (index, section) in SECTIONS.iter().enumerate() {
        archive.write(if index == 0 { b"\n" } else { b",\n" })?;
        archive.write(format!("\"{}\": [", section.name).as_bytes())?;
        let rows = source.rows(section).await?;
        pin_mut!(rows);
        let mut first = true;
        while let Some(row) = rows.next().await {
            archive.write(if first { b"\n" } else { b",\n" })?;
            first = false;
            archive.write(&serde_json::to_vec(&row?).map_err(|error| Problem::internal(&error))?)?;
            archive.drain().await?;
        }
        archive.write(b"]")?;
    }
    archive.write(content::JSON_END.as_bytes())
}

async fn write_table(
    source: &Source<'_>,
    section: &'static Section,
    count: i64,
    archive: &mut Archive<'_>,
) -> Result<()> {
    archive.start(&format!("csv/{}.csv", section.name), Some(count))?;
    archive.write(&record(section.columns.iter().map(|column| column.title.to_owned()))?)?;
    let rows = source.rows(section).await?;
    pin_mut!(rows);
    while let Some(row) = rows.next().await {
        let row = row?;
        let cells = section.columns.iter().map(|column| {
            row.get(column.key).map_or(String::new(), |value| cells::plain(value, column.kind))
        });
        archive.write(&record(cells)?)?;
        archive.drain().await?;
    }
    Ok(())
}

/// RFC 4180.
fn record(cells: impl Iterator<Item = String>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells).map_err(|error| Problem::internal(&error))?;
    writer.into_inner().map_err(|error| Problem::internal(&error))
}

/// Each under the name that the section `mailAttachments` gives it, one at a time.
async fn write_attachments(
    db: &Transaction<'_>,
    customer: CustomerId,
    archive: &mut Archive<'_>,
) -> Result<()> {
    let Some(section) = SECTIONS.iter().find(|section| section.name == "mailAttachments") else {
        return Ok(());
    };
    let names = db.prepare_cached(&format!("select t.file from ({}) t", section.sql)).await?;
    let names = db.query(&names, &[&customer]).await?;
    // In the order of the section.
    let sql = "select a.mail_id, a.position from mail_attachments a join mails m on m.id = a.mail_id
        where m.customer_id = any ((select same_person($1))::uuid[]) order by m.created_at, m.id, a.position";
    let files = db.query(sql, &[&customer]).await?;
    for (name, file) in names.iter().zip(&files) {
        archive.start(name.get(0), None)?;
        let sql = "select content from mail_attachments where mail_id = $1 and position = $2";
        let (mail, position): (MailId, i16) = (file.get("mail_id"), file.get("position"));
        let row = db.query_one(sql, &[&mail, &position]).await?;
        for piece in row.get::<_, &[u8]>(0).chunks(1 << 16) {
            archive.write(piece)?;
            archive.drain().await?;
        }
    }
    Ok(())
}
