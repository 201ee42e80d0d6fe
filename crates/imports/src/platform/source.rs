//! The platform's database, read and never written: one read-only snapshot for the whole run.

use std::path::Path;

use serde::de::DeserializeOwned;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, IsolationLevel, Portal, Transaction};

use ::platform::address::Address;

use super::Error;
use super::schema::{self, Shape};

const SET_UP: &str = include_str!("sql/set_up_reading.sql");

/// A session with the source that cannot write.
pub struct Session {
    client: Client,
    schema: Option<String>,
}

impl Session {
    /// The session is read-only by a start-up option, which a connection pooler may refuse: give the direct address then.
    /// (A setting made later would stay behind on the pooler's connection, and other people's writes would fail.)
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let (address, schema) = parse(url)?;
        Ok(Self { client: address.connect().await.map_err(Error::Unreachable)?, schema })
    }
}

/// An open snapshot of the source.
pub struct Source<'a> {
    tx: Transaction<'a>,
    pub shape: Shape,
}

impl<'a> Source<'a> {
    /// Begins the snapshot and looks whether all is there that the import reads.
    pub async fn open(session: &'a mut Session) -> Result<Self, Error> {
        let snapshot = session.client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
        let tx = snapshot.read_only(true).start().await.map_err(Error::Source)?;
        tx.batch_execute(SET_UP).await.map_err(Error::Source)?;
        if let Some(schema) = &session.schema {
            let set = "select set_config('search_path', quote_ident($1), true)";
            tx.query_typed(set, &[(schema, Type::TEXT)]).await.map_err(Error::Source)?;
        }
        let shape = schema::inspect(tx.client()).await.map_err(Error::Source)?.map_err(Error::Missing)?;
        Ok(Self { tx, shape })
    }

    /// Begins to read. The whole answer is planned once and stays with the source until it is asked for.
    pub async fn begin_reading(&self, sql: &str) -> Result<Portal, Error> {
        self.tx.bind(sql, &[]).await.map_err(Error::Source)
    }

    /// The next rows, each with its id; none when all were read.
    pub async fn page<R: DeserializeOwned>(
        &self,
        portal: &Portal,
        limit: i32,
    ) -> Result<Vec<(String, R)>, Error> {
        decoded(self.tx.query_portal(portal, limit).await)
    }

    /// Rows that belong to one of these ids, each with that id.
    pub async fn rows_of<R: DeserializeOwned>(
        &self,
        sql: &str,
        ids: &[&str],
    ) -> Result<Vec<(String, R)>, Error> {
        decoded(self.tx.query_typed(sql, &[(&ids, Type::TEXT_ARRAY)]).await)
    }

    /// How many rows a count says.
    pub async fn count(&self, sql: &str) -> Result<u64, Error> {
        let row = self.tx.query_one(sql, &[]).await.map_err(Error::Source)?;
        Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or(0))
    }
}

fn decoded<R: DeserializeOwned>(
    rows: Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>,
) -> Result<Vec<(String, R)>, Error> {
    let rows = rows.map_err(Error::Source)?;
    let decode =
        |row: &tokio_postgres::Row| Ok((row.get(0), serde_json::from_str(row.get(1)).map_err(Error::Row)?));
    rows.iter().map(decode).collect()
}

/// Reads an address as the platform's ORM writes it: its own parameters are left out, its `schema` is answered apart.
fn parse(url: &str) -> Result<(Address, Option<String>), Error> {
    const OF_THE_ORM: &[&str] = &[
        "connection_limit",
        "pool_timeout",
        "socket_timeout",
        "pgbouncer",
        "statement_cache_size",
        "sslaccept",
        "sslcert",
        "sslidentity",
        "sslpassword",
        "directUrl",
        "schema",
    ];
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let parameters = || query.split('&').filter_map(|one| one.split_once('='));
    let given = |wanted: &str| parameters().find(|(name, _)| *name == wanted).map(|(_, value)| value);
    // In the ORM's words a checked certificate is not a mode, and the file of its authority is `sslcert`.
    let strict = given("sslaccept") == Some("strict");
    let mut kept: Vec<String> = parameters()
        .filter(|(name, _)| !(OF_THE_ORM.contains(name) || strict && *name == "sslmode"))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if strict {
        kept.push("sslmode=verify-full".to_owned());
    }
    let bare = if kept.is_empty() { base.to_owned() } else { format!("{base}?{}", kept.join("&")) };
    let authority = given("sslcert").filter(|_| strict).map(Path::new);
    let address = Address::read(&bare, authority).map_err(Error::Address)?.with(|config| {
        if config.get_application_name().is_none() {
            config.application_name("customers-hub import");
        }
        let options = config.get_options().map_or_else(String::new, |given| format!("{given} "));
        config.options(format!("{options}-c default_transaction_read_only=on"));
    });
    Ok((address, given("schema").map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_orm_is_understood() {
        let (address, schema) =
            parse("postgresql://reader:secret@db.example:5433/platform?schema=moves&connection_limit=5&sslmode=disable")
                .unwrap();
        let config = address.config();
        assert_eq!((config.get_dbname(), config.get_user()), (Some("platform"), Some("reader")));
        assert_eq!(schema.as_deref(), Some("moves"));
    }

    #[test]
    fn a_strict_address_of_the_orm_is_checked() {
        let modes = |query: &str| {
            let (address, _) = parse(&format!("postgresql://db.example/platform{query}")).unwrap();
            address.is_safe()
        };
        assert!(modes("?sslmode=require&sslaccept=strict") && modes("?sslaccept=strict"));
        assert!(!modes("?sslmode=require") && !modes("?sslaccept=accept_invalid_certs") && !modes(""));
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        let Err(error) = parse("postgres://u:hunter2@h/db?nonsense=1") else { panic!("it was taken") };
        let error = error.to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
