//! When nobody is found: whose names are nearly what was typed.

use deadpool_postgres::Transaction;
use jiff::Timestamp;
use kernel::CustomerId;
use platform::{Result, db::GenericClient as _, sql::Sql};
use serde::Serialize;
use tokio_postgres::types::Type;
use utoipa::ToSchema;

use super::{filter::CustomerFilter, page::SOURCE, search};

const AT_MOST: &str = "5";

/// How much of a word's trigrams must be in a name. Two letters that changed places in a word of five may leave a third.
const LIKENESS: &str = "0.3";

/// Somebody who may have been meant.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = SimilarCustomer)]
pub(crate) struct Similar {
    pub id: CustomerId,
    pub name: String,
}

/// Most alike first; nobody for what is no name. All other conditions of the filter hold.
pub(super) async fn names(
    db: &Transaction<'_>,
    filter: &CustomerFilter,
    now: Timestamp,
) -> Result<Vec<Similar>> {
    let Some(words) = filter.search.as_deref().and_then(search::words_of_a_name) else {
        return Ok(Vec::new());
    };
    let rest = CustomerFilter { search: None, ..filter.clone() };
    let mut sql = Sql::new("select c.id, c.name");
    sql.push(SOURCE);
    rest.push_conditions(&mut sql, now);
    sql.push(" and c.erased_at is null");
    for word in &words {
        sql.push(" and c.name_key %> fold(").bind(word.clone(), Type::TEXT).push(")");
    }
    sql.push(" order by c.name_key <->> fold(").bind(words.join(" "), Type::TEXT);
    sql.push("), c.name_key, c.id limit ").push(AT_MOST);
    db.execute("select set_config('pg_trgm.word_similarity_threshold', $1, true)", &[&LIKENESS]).await?;
    let rows = sql.query_in(db).await?;
    Ok(rows.iter().map(|row| Similar { id: row.get(0), name: row.get(1) }).collect())
}
