//! The list as a file: every row of the filter, in list order, streamed while the database reads it.

use deadpool_postgres::{Client, Transaction};
use jiff::Timestamp;
use kernel::harmless_cell;
use platform::{
    Actor, App, Event, Result,
    csv::{CsvFile, Export, Source, export},
    db::GenericClient as _,
};
use serde_json::json;
use tokio_postgres::{Row, RowStream, types::Type};
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
    export(app, db, actor, Which::Filtered { cache, filter, sort }).await
}

/// As the export of the list, of exactly those that were chosen.
pub async fn export_chosen(app: App, db: Client, actor: Actor, chosen: Chosen) -> Result<Export> {
    export(app, db, actor, Which::Chosen(chosen)).await
}

impl Source for Which {
    const HEADER: &'static [&'static str] = &HEADER;
    const FINISHED: &'static str = "customers.export_finished";
    const INTERRUPTED: &'static str = "customers.export_interrupted";

    async fn count(&self, tx: &Transaction<'_>, now: Timestamp) -> Result<(i64, Event)> {
        let event = Event::access("customers.exported");
        match self {
            Self::Filtered { cache, filter, sort } => {
                let state = state(tx).await?;
                let total = figures(cache, tx, filter, state, now).await?.customers;
                Ok((total, event.filter(filter).details(json!({ "sort": sort }))))
            }
            Self::Chosen(Chosen { id, ids }) => {
                let total =
                    tx.query_one(&format!("select count(*) from ({ids}) chosen"), &[id]).await?.get(0);
                Ok((total, event.on("selection", *id)))
            }
        }
    }

    async fn rows(&self, tx: &Transaction<'_>, now: Timestamp) -> Result<RowStream> {
        match self {
            Self::Filtered { filter, sort, .. } => Ok(ordered(filter, *sort, now).stream_in(tx).await?),
            Self::Chosen(Chosen { id, ids }) => {
                let text = format!(
                    "select {COLUMNS} from ({ids}) chosen join customers c on c.id = chosen.customer_id
                     join customer_stats s on s.customer_id = c.id order by chosen.position"
                );
                Ok(tx.query_typed_raw(&text, [(*id, Type::UUID)]).await?)
            }
        }
    }

    fn write(file: &mut CsvFile, row: &Row, now: Timestamp) -> Result<()> {
        write(file, &from_row(row, now))
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
