//! Who is proposed for erasure because their time is over.

use jiff::Timestamp;
use kernel::CustomerId;
use platform::db::GenericClient;
use platform::{Cursor, Result};
use tokio_postgres::Row;

use crate::{ErasureProposal, ProposalPage};

/// Those that stand: still archived, nothing heard since, nothing planned, and no hold on them.
const STANDING: &str = "from erasure_proposals p join customers c on c.id = p.customer_id
    where c.archived_at is not null and c.erased_at is null and c.merged_into is null
      and p.last_contact_at >= last_contact(c.id)
      and not exists (select from erasures e where e.customer_id = c.id and e.state not in ('withdrawn', 'stopped', 'done'))
      and not exists (
          select from legal_holds h where h.customer_id = any ((select same_person(c.id))::uuid[]) and h.lifted_at is null)";

const COLUMNS: &str = "c.id, c.name, c.archived_at, p.last_contact_at, p.proposed_at";

fn proposal(row: &Row) -> ErasureProposal {
    ErasureProposal {
        customer_id: row.get(0),
        name: row.get(1),
        archived_at: row.get(2),
        last_contact_at: row.get(3),
        proposed_at: row.get(4),
    }
}

/// Of whom nothing has been heard for longest first.
pub(crate) async fn list_proposals(
    db: &impl GenericClient,
    after: Option<&str>,
    limit: i64,
) -> Result<ProposalPage> {
    let (at, id): (Option<Timestamp>, Option<CustomerId>) =
        after.map(Cursor::read_instant).transpose()?.unzip();
    let total = db.query_one(&format!("select count(*) {STANDING}"), &[]).await?.get(0);
    let sql = format!(
        "select {COLUMNS} {STANDING} and ($1::timestamptz is null or (p.last_contact_at, c.id) > ($1, $2::uuid))
         order by p.last_contact_at, c.id limit $3"
    );
    let rows = db.query(&sql, &[&at, &id, &(limit + 1)]).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let proposals: Vec<ErasureProposal> = rows.iter().take(shown).map(proposal).collect();
    let last = proposals.last().filter(|_| rows.len() > shown);
    let next = last.map(|last| Cursor::write(&(last.last_contact_at, last.customer_id)));
    Ok(ProposalPage { proposals, total, next })
}

/// That of one customer, if one stands.
pub(crate) async fn proposal_of(
    db: &impl GenericClient,
    customer: CustomerId,
) -> Result<Option<ErasureProposal>> {
    let sql = format!("select {COLUMNS} {STANDING} and c.id = $1 order by p.last_contact_at desc limit 1");
    Ok(db.query_opt(&db.prepare_cached(&sql).await?, &[&customer]).await?.as_ref().map(proposal))
}
