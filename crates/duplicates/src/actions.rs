//! What people do to records of the same person: each act one transaction, with an event for each of the two.

pub(crate) mod found;

use deadpool_postgres::Client;
use kernel::{ContactId, CustomerId, MergeId};
use platform::db::GenericClient;
use platform::{App, Event, Problem, Result, Tx};
use serde_json::{Value, json};
use staff::{
    By, Reach,
    permissions::{CustomerMerge, CustomerRead},
};

use crate::{
    Merge, MergeInput, MergeList, MergePreview, UndoMergeInput, rules,
    store::{self, NewMerge},
};

/// The two side by side, and whether they can be merged.
pub(crate) async fn preview_merge(
    app: &App,
    db: &Client,
    by: &By<CustomerMerge>,
    survivor: CustomerId,
    other: CustomerId,
) -> Result<MergePreview> {
    if survivor == other {
        return Err(Problem::invalid("other", "is this customer: choose another record"));
    }
    let both = store::read_both(db, (survivor, other), app.clock.now()).await;
    let (survivor, other) = both.map_err(|problem| match problem.field {
        Some(_) => problem.on_field("other"),
        None => problem,
    })?;
    let blocks = all_blocks(db, survivor.id, other.id).await?;
    let (moves, credit) = store::moves_of(db, other.id).await?;
    let merge = rules::act::<CustomerMerge>(&by.reach(), &blocks);
    for id in [survivor.id, other.id] {
        let event = Event::access("customer.compared").of_customer(id).on("customer", id.0);
        app.access.record(&by.actor, event).await?;
    }
    Ok(MergePreview { survivor, other, moves, credit, blocks, merge })
}

async fn all_blocks(
    db: &impl GenericClient,
    survivor: CustomerId,
    other: CustomerId,
) -> Result<Vec<crate::MergeBlock>> {
    let mut blocks = rules::blocks(&store::standing(db, survivor).await?);
    blocks.extend(rules::blocks(&store::standing(db, other).await?));
    Ok(blocks)
}

/// Of two who merge at once, one does; the other learns that the record has changed.
pub(crate) async fn merge_customers(
    app: &App,
    db: &mut Client,
    by: &By<CustomerMerge>,
    survivor: CustomerId,
    given: &MergeInput,
) -> Result<Merge> {
    let reason = given.check(survivor)?;
    let now = app.clock.now();
    let mut tx = Tx::begin(db, app).await?;
    let (kept, other) = store::lock_both(&*tx, (survivor, given.other_id), now).await?;
    rules::check_blocks(&all_blocks(&*tx, kept.id, other.id).await?)?;
    rules::check_seen(&kept, given.survivor_version)?;
    rules::check_seen(&other, given.other_version)?;
    rules::check_keep(given.keep, &other)?;
    let mut leftovers = rules::leftovers(&kept, &other, given.keep);
    for contact in &mut leftovers {
        contact["id"] = json!(ContactId::new(now));
    }
    let new = NewMerge {
        id: MergeId::new(now),
        survivor: kept.id,
        other: other.id,
        keep: given.keep,
        reason: &reason,
        leftovers: Value::Array(leftovers),
        by: by.staff_id,
        now,
    };
    let (before, after) = store::merge(&*tx, &new).await?;
    let merge = with_undo(&*tx, store::read(&*tx, new.id).await?, &by.reach()).await?;
    let event = told(
        "customer.merged",
        kept.id,
        &merge,
        json!({ "mergedId": other.id, "version": kept.version + 1 }),
    )
    .values(Some(&before), Some(&after));
    let mirror = told("customer.merged_into", other.id, &merge, json!({ "mergedInto": kept.id }));
    tx.leave(&by.actor, mirror);
    tx.commit(&by.actor, event).await?;
    Ok(merge)
}

/// Two records again; what came since stays with the one that stayed.
pub(crate) async fn undo_merge(
    app: &App,
    db: &mut Client,
    by: &By<CustomerMerge>,
    id: MergeId,
    given: &UndoMergeInput,
) -> Result<Merge> {
    let reason = given.check()?;
    let now = app.clock.now();
    let mut tx = Tx::begin(db, app).await?;
    let (survivor, other) = store::sides(&*tx, id).await?;
    let (kept, _) = store::lock_both(&*tx, (survivor, other), now).await?;
    let standing = store::standing(&*tx, survivor).await?;
    rules::check_blocks(&rules::undo_blocks(&standing, &store::since(&*tx, id).await?))?;
    store::undo(&*tx, id, &reason, by.staff_id, now).await?;
    let merge = with_undo(&*tx, store::read(&*tx, id).await?, &by.reach()).await?;
    let event = told(
        "customer.unmerged",
        survivor,
        &merge,
        json!({ "mergedId": other, "version": kept.version + 1 }),
    );
    let mirror = told("customer.unmerged_from", other, &merge, json!({ "mergedInto": survivor }));
    tx.leave(&by.actor, mirror);
    tx.commit(&by.actor, event).await?;
    Ok(merge)
}

fn told(action: &'static str, of: CustomerId, merge: &Merge, mut details: Value) -> Event {
    details["moved"] = json!(merge.moved);
    Event::change(action).of_customer(of).on("merge", merge.id.0).details(details)
}

/// Who was merged into this customer, and which of it can be undone.
pub(crate) async fn list_merges(
    app: &App,
    db: &Client,
    by: &By<CustomerRead>,
    customer: CustomerId,
) -> Result<MergeList> {
    if !customers::exists(db, customer).await? {
        return Err(Problem::not_found("customer"));
    }
    let mut merges = Vec::new();
    for merge in store::merges_of(db, customer).await? {
        merges.push(with_undo(db, merge, &by.reach()).await?);
    }
    let count = i64::try_from(merges.len()).unwrap_or(i64::MAX);
    let event = Event::access("merges.listed").of_customer(customer).items(count);
    app.access.record(&by.actor, event).await?;
    Ok(MergeList { merges })
}

async fn with_undo(db: &impl GenericClient, mut merge: Merge, reach: &Reach) -> Result<Merge> {
    let since = store::since(db, merge.id).await?;
    let blocks = if since.undone {
        rules::undo_blocks(&rules::Standing::default(), &since)
    } else {
        rules::undo_blocks(&store::standing(db, merge.survivor_id).await?, &since)
    };
    merge.undo = rules::act::<CustomerMerge>(reach, &blocks);
    Ok(merge)
}
