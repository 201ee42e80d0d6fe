//! The list as a file: every row of the filter, in list order, streamed while the database reads it.

use axum::body::Bytes;
use deadpool_postgres::{Client, Transaction};
use futures_util::{StreamExt, pin_mut};
use jiff::Timestamp;
use kernel::{EventId, harmless_cell};
use platform::{
    Actor, App, Event, Problem, Result,
    csv::{CsvFile, Export},
    db::snapshot,
};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_postgres::{RowStream, types::Type};
use uuid::Uuid;

use crate::{
    Customer, CustomerStatus,
    list::{CustomerFilter, ListCache, Sort, figures, ordered, state},
    store::{COLUMNS, from_row},
};

const HEADER: [&str; 17] = [
    "id",
    "name",
    "email",
    "email_verified",
    "phone",
    "phone_e164",
    "status",
    "flags",
    "joined_at",
    "orders",
    "completed_orders",
    "cancelled_orders",
    "ltv_gbp",
    "open_tickets",
    "urgent_tickets",
    "last_order_at",
    "archived_at",
];

/// Which customers go into the file.
enum Which {
    Filtered { cache: ListCache, filter: CustomerFilter, sort: Sort },
    Chosen(Chosen),
}

/// Customers that somebody has chosen, in their order.
pub struct Chosen {
    /// What the choice is called by.
    pub id: Uuid,
    /// A query of `customer_id` and `position` for the id (`$1`).
    pub ids: &'static str,
}

pub(crate) async fn start(
    app: App,
    cache: ListCache,
    db: Client,
    actor: Actor,
    filter: CustomerFilter,
    sort: Sort,
) -> Result<Export> {
    begin(app, db, actor, Which::Filtered { cache, filter, sort }).await
}

/// As the export of the list, of exactly those that were chosen.
pub async fn export_chosen(app: App, db: Client, actor: Actor, chosen: Chosen) -> Result<Export> {
    begin(app, db, actor, Which::Chosen(chosen)).await
}

/// The access event is written before the first byte leaves; a second event says whether the file was finished.
async fn begin(app: App, mut db: Client, actor: Actor, which: Which) -> Result<Export> {
    let (count, counted) = tokio::sync::oneshot::channel();
    let (pieces, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        let mut sent = 0;
        let outcome = produce(&app, &mut db, &actor, &which, count, &pieces, &mut sent).await;
        let action = match &outcome {
            Ok(true) => "customers.export_finished",
            Ok(false) | Err(_) => "customers.export_interrupted",
        };
        if let Err(problem) = outcome {
            // Too late for a status: the connection breaks, so that nobody takes the file for whole.
            let _ = pieces.send(Err(std::io::Error::other(problem.detail))).await;
        }
        if let Err(problem) = app.access.record(&actor, Event::access(action).items(sent)).await {
            tracing::error!(detail = problem.detail, "the end of an export was not recorded");
        }
    });
    let (rows, event) =
        counted.await.map_err(|_| Problem::internal(&"the export ended before it began"))??;
    Ok(Export { rows, event, pieces: receiver })
}

/// Returns whether everything was handed over; false when the receiver has gone.
async fn produce(
    app: &App,
    db: &mut Client,
    actor: &Actor,
    which: &Which,
    count: tokio::sync::oneshot::Sender<Result<(i64, EventId)>>,
    pieces: &mpsc::Sender<Result<Bytes, std::io::Error>>,
    sent: &mut i64,
) -> Result<bool> {
    let now = app.clock.now();
    let begin = async {
        let tx = snapshot(db).await?;
        // A million rows to a slow reader take as long as they take.
        tx.batch_execute("set local statement_timeout = 0").await?;
        let (rows, total, event) = which.rows(&tx, now).await?;
        let event = app.access.record(actor, event.items(total)).await?;
        Ok((tx, rows, total, event))
    };
    let (tx, rows, event) = match begin.await {
        Ok((tx, rows, total, event)) => {
            if count.send(Ok((total, event))).is_err() {
                return Ok(false);
            }
            (tx, rows, event)
        }
        Err(problem) => {
            let told: Problem = problem;
            let _ = count.send(Err(told));
            return Ok(false);
        }
    };
    pin_mut!(rows);
    let mut file = CsvFile::new(&HEADER, event)?;
    while let Some(row) = rows.next().await {
        write(&mut file, &from_row(&row?, now))?;
        *sent += 1;
        if file.is_full() && pieces.send(Ok(file.take()?)).await.is_err() {
            return Ok(false);
        }
    }
    tx.commit().await?;
    Ok(pieces.send(Ok(file.take()?)).await.is_ok())
}

impl Which {
    /// The rows, how many there are, and the event that tells of them.
    async fn rows(&self, tx: &Transaction<'_>, now: Timestamp) -> Result<(RowStream, i64, Event)> {
        let event = Event::access("customers.exported");
        match self {
            Self::Filtered { cache, filter, sort } => {
                let state = state(tx).await?;
                let total = figures(cache, tx, filter, state, now).await?.customers;
                let rows = ordered(filter, *sort, now).stream_in(tx).await?;
                Ok((rows, total, event.filter(filter).details(json!({ "sort": sort }))))
            }
            Self::Chosen(Chosen { id, ids }) => {
                let total =
                    tx.query_one(&format!("select count(*) from ({ids}) chosen"), &[id]).await?.get(0);
                let text = format!(
                    "select {COLUMNS} from ({ids}) chosen join customers c on c.id = chosen.customer_id
                     join customer_stats s on s.customer_id = c.id order by chosen.position"
                );
                let rows = tx.query_typed_raw(&text, [(*id, Type::UUID)]).await?;
                Ok((rows, total, event.on("selection", *id)))
            }
        }
    }
}

fn write(file: &mut CsvFile, customer: &Customer) -> Result<()> {
    let stats = &customer.stats;
    let instant = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    let flags: Vec<String> = customer
        .flags
        .iter()
        .filter_map(|kind| serde_json::to_value(kind).ok()?.as_str().map(str::to_owned))
        .collect();
    let status = match customer.status {
        CustomerStatus::New => "new",
        CustomerStatus::Active => "active",
        CustomerStatus::Inactive => "inactive",
        CustomerStatus::Archived => "archived",
    };
    let record = [
        customer.id.to_string(),
        harmless_cell(&customer.name),
        harmless_cell(customer.email.as_deref().unwrap_or_default()),
        customer.email_verified.to_string(),
        harmless_cell(customer.phone.as_deref().unwrap_or_default()),
        harmless_cell(customer.phone_e164.as_deref().unwrap_or_default()),
        status.to_owned(),
        flags.join(" "),
        customer.created_at.to_string(),
        stats.total_orders.to_string(),
        stats.completed_orders.to_string(),
        stats.cancelled_orders.to_string(),
        stats.total_ltv.plain(),
        stats.open_tickets.to_string(),
        stats.urgent_tickets.to_string(),
        instant(stats.last_order_at),
        instant(customer.archived_at),
    ];
    file.write(&record)
}
