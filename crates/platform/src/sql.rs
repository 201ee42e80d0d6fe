//! Statements put together at run time: the text comes from constants only, every value is a bind parameter.

use std::{fmt::Write as _, panic::Location};

use deadpool_postgres::{Client, Transaction};
use queries::{Asking, timed};
use serde::{
    Deserialize,
    de::{IntoDeserializer, value::Error},
};
use tokio_postgres::{
    Row, RowStream,
    types::{ToSql, Type},
};

use crate::{Problem, Result, db::GenericClient};

/// A value of one of our enums: the database and the wire use the same words.
pub fn word<'a, T: Deserialize<'a>>(row: &'a Row, column: &str) -> Result<T> {
    let word: &str = row.get(column);
    T::deserialize(word.into_deserializer()).map_err(|error: Error| Problem::internal(&error))
}

type Value = Box<dyn ToSql + Sync + Send>;

/// A statement in the making. `push` takes text of the program, `bind` takes values of a request.
#[derive(Default)]
pub struct Sql {
    text: String,
    values: Vec<(Value, Type)>,
}

impl Sql {
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends `$n` and keeps the value for it.
    pub fn bind(&mut self, value: impl ToSql + Sync + Send + 'static, kind: Type) -> &mut Self {
        self.values.push((Box::new(value), kind));
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn values(&self) -> Vec<(&(dyn ToSql + Sync), Type)> {
        self.values.iter().map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone())).collect()
    }

    /// Runs it unnamed: the plan is made for these very values, and nothing is left in the statement cache.
    #[track_caller]
    pub fn query<'a>(&'a self, client: &'a Client) -> Asking<'a, Vec<Row>> {
        let driver: &tokio_postgres::Client = client;
        timed(Location::caller(), async move { driver.query_typed(&self.text, &self.values()).await })
    }

    /// As [`Sql::query`], inside a transaction.
    #[track_caller]
    pub fn query_in<'a>(&'a self, tx: &'a Transaction<'_>) -> Asking<'a, Vec<Row>> {
        let driver: &tokio_postgres::Transaction<'_> = tx;
        timed(Location::caller(), async move { driver.query_typed(&self.text, &self.values()).await })
    }

    /// As [`Sql::query_in`], handing out the rows as they come.
    #[track_caller]
    pub fn stream_in<'a>(&'a self, tx: &'a Transaction<'_>) -> Asking<'a, RowStream> {
        tx.query_typed_raw(&self.text, self.values())
    }

    /// Runs it prepared. Only for statements that come in a handful of shapes: the cache never forgets.
    #[track_caller]
    pub fn query_prepared<'a>(&'a self, client: &'a impl GenericClient) -> Asking<'a, Vec<Row>> {
        let place = Location::caller();
        Box::pin(async move {
            let types: Vec<Type> = self.values.iter().map(|(_, kind)| kind.clone()).collect();
            let statement = client.prepare_typed_cached(&self.text, &types).await?;
            let values: Vec<&(dyn ToSql + Sync)> =
                self.values.iter().map(|(value, _)| &**value as &(dyn ToSql + Sync)).collect();
            client.query_from(place, &statement, &values).await
        })
    }
}

/// A LIKE pattern for the beginning of a text; the text's own wildcards are literal.
pub fn prefix(start: &str) -> String {
    let mut pattern = String::with_capacity(start.len() + 1);
    for c in start.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_literal() {
        assert_eq!(prefix("50%_a\\"), "50\\%\\_a\\\\%");
    }
}
