//! Whom a search names exactly: they come first, whatever the list is sorted by.

use deadpool_postgres::Client;
use kernel::CustomerId;
use platform::{Result, sql::Sql};
use tokio_postgres::types::Type;

use super::{
    filter::CustomerFilter,
    search::{self, Exact},
};

/// There are few, and mostly none: nobody, unless the whole of what was searched for is an e-mail address, a phone number or a reference of somebody's.
pub(super) async fn named(db: &Client, filter: &CustomerFilter) -> Result<Vec<CustomerId>> {
    let Some(exact) = filter.search.as_deref().and_then(search::exact) else { return Ok(Vec::new()) };
    let mut sql = Sql::new("select ");
    match exact {
        Exact::Email(email) => {
            sql.push("id from customers where archived_at is null and email_key = ").bind(email, Type::TEXT)
        }
        Exact::Phone(e164) => sql
            .push("id from customers where archived_at is null and phone_e164 collate \"C\" = ")
            .bind(e164, Type::TEXT),
        Exact::Reference(reference) => {
            sql.push("customer_id from bookings where upper(reference) = ").bind(reference, Type::TEXT)
        }
    };
    sql.push(" limit 100");
    Ok(sql.query(db).await?.iter().map(|row| row.get(0)).collect())
}
