//! Rows of all tables, in the order in which they may be written.

use bytes::Bytes;
use futures_util::{SinkExt, pin_mut};
use tokio_postgres::{Error, Transaction};
use uuid::Uuid;

use crate::copy::{Row, Rows};
use crate::rows::{
    Address, Booking, Contact, Customer, Dispute, Flag, Note, Payment, Refund, Response, Ticket,
};

/// Large enough to be few messages, small enough for the server not to hold much of it twice.
const MESSAGE_BYTES: usize = 256 * 1024;

#[derive(Default)]
pub(crate) struct Batch {
    pub customers: Rows<Customer>,
    pub addresses: Rows<Address>,
    pub contacts: Rows<Contact>,
    pub flags: Rows<Flag>,
    pub notes: Rows<Note>,
    pub bookings: Rows<Booking>,
    pub payments: Rows<Payment>,
    pub refunds: Rows<Refund>,
    pub disputes: Rows<Dispute>,
    pub tickets: Rows<Ticket>,
    pub responses: Rows<Response>,
}

/// The rows of one table, encoded.
pub(crate) struct Encoded {
    pub table: &'static str,
    pub columns: &'static [&'static str],

    bytes: Bytes,
}

impl<R: Row> From<Rows<R>> for Encoded {
    fn from(rows: Rows<R>) -> Self {
        Self { table: R::TABLE, columns: R::COLUMNS, bytes: rows.finish() }
    }
}

impl Batch {
    /// Every table after those it refers to.
    pub(crate) fn encode(self) -> [Encoded; 11] {
        [
            self.customers.into(),
            self.addresses.into(),
            self.contacts.into(),
            self.flags.into(),
            self.notes.into(),
            self.bookings.into(),
            self.payments.into(),
            self.refunds.into(),
            self.disputes.into(),
            self.tickets.into(),
            self.responses.into(),
        ]
    }
}

impl Encoded {
    /// Writes the rows whose id is not there yet; answers their ids.
    pub(crate) async fn add_missing(&self, transaction: &Transaction<'_>) -> Result<Vec<Uuid>, Error> {
        let (table, columns) = (self.table, self.columns.join(", "));
        let incoming = format!("incoming_{table}");
        // Dropped at once, since one transaction may come here twice.
        transaction
            .batch_execute(&format!(
                "create temporary table {incoming} as select {columns} from {table} with no data"
            ))
            .await?;
        self.copy_into(transaction, &incoming).await?;
        let insert = format!(
            "insert into {table} ({columns}) select {columns} from {incoming} on conflict (id) do nothing returning id"
        );
        let rows = transaction.query(&insert, &[]).await?;
        transaction.batch_execute(&format!("drop table {incoming}")).await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    }

    /// Copies the rows into `table`, which has their columns.
    pub(crate) async fn copy_into(&self, transaction: &Transaction<'_>, table: &str) -> Result<u64, Error> {
        let columns = self.columns.join(", ");
        let statement = format!("copy {table} ({columns}) from stdin (format binary)");
        let sink = transaction.copy_in::<_, Bytes>(&statement).await?;
        pin_mut!(sink);
        let mut rest = self.bytes.clone();
        while !rest.is_empty() {
            let message = rest.split_to(rest.len().min(MESSAGE_BYTES));
            sink.send(message).await?;
        }
        sink.finish().await
    }
}
