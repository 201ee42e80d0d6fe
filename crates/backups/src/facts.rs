//! What is in a database, in numbers: read in the copy's snapshot, and again where it was restored.

use std::collections::BTreeMap;

use platform::db::GenericClient;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The last migration.
    pub migration: String,
    /// Rows of each table.
    pub tables: BTreeMap<String, i64>,
    /// Pence: what each account of the books was debited, less what it was credited.
    pub accounts: BTreeMap<String, i64>,
    /// The head of the audit trail; absent: nothing is sealed yet.
    pub seal: Option<i64>,
    pub chain: Option<String>,
}

impl Facts {
    pub(crate) async fn read(db: &impl GenericClient) -> Result<Self, tokio_postgres::Error> {
        let migration =
            db.query_one("select coalesce(max(name), '') from schema_migrations", &[]).await?.get(0);
        let names = "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1";
        let mut tables = BTreeMap::new();
        for row in db.query(names, &[]).await? {
            let name: String = row.get(0);
            let count = format!("select count(*) from \"{name}\"");
            tables.insert(name, db.query_one(&count, &[]).await?.get(0));
        }
        let sums = "select account, sum(amount)::bigint from (
                select debit as account, amount from transfers union all select credit, -amount from transfers) entries
            group by account";
        let accounts = db.query(sums, &[]).await?.iter().map(|row| (row.get(0), row.get(1))).collect();
        let head = "select number, encode(chain, 'hex') from checkpoints order by number desc limit 1";
        let (seal, chain) = db.query_opt(head, &[]).await?.map(|row| (row.get(0), row.get(1))).unzip();
        Ok(Self { migration, tables, accounts, seal, chain })
    }

    /// What differs, a line each.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut differ = |what: String, here: String, there: String| {
            if here != there {
                lines.push(format!("{what}: {here}, restored {there}"));
            }
        };
        differ("last migration".to_owned(), self.migration.clone(), other.migration.clone());
        for (kind, here, there) in
            [("rows of", &self.tables, &other.tables), ("pence in", &self.accounts, &other.accounts)]
        {
            let names: std::collections::BTreeSet<_> = here.keys().chain(there.keys()).collect();
            for name in names {
                let told = |one: Option<&i64>| one.map_or("none".to_owned(), i64::to_string);
                differ(format!("{kind} {name}"), told(here.get(name)), told(there.get(name)));
            }
        }
        differ(
            "head of the audit trail".to_owned(),
            format!("{:?} {:?}", self.seal, self.chain),
            format!("{:?} {:?}", other.seal, other.chain),
        );
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_is_named() {
        let one = Facts {
            migration: "0001_text".into(),
            tables: [("customers".to_owned(), 3)].into(),
            accounts: [("refunds".to_owned(), 500)].into(),
            seal: Some(7),
            chain: Some("aa".into()),
        };
        assert_eq!(one.differences(&one), [""; 0]);
        let mut other = one.clone();
        other.tables.insert("customers".into(), 2);
        other.accounts.clear();
        other.chain = None;
        let told = one.differences(&other);
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(told[0], "rows of customers: 3, restored 2");
        assert_eq!(told[1], "pence in refunds: 500, restored none");
    }
}
