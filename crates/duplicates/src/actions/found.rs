use std::collections::HashMap;

use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::{CustomerId, DismissalId};
use platform::db::GenericClient;
use platform::{App, Cursor, Event, Problem, Result, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use staff::{By, permissions::CustomerMerge};

use crate::{
    DismissInput, Dismissal, DismissalList, DuplicatePage, DuplicatePair, DuplicateReason, rules,
    store::found::{self, NewDismissal, Shared},
};

/// Stretches of the indexes that are looked through for one page. Where duplicates are rare a page may be empty, and the next goes on.
const STRETCHES: usize = 8;

/// Behind which key of which kind the next page begins.
#[derive(Clone, Serialize, Deserialize)]
struct Position(DuplicateReason, String);

/// Pairs that may be one person, by the keys they share, those for this reason only when one is given.
pub(crate) async fn list_duplicates(
    app: &App,
    db: &Client,
    by: &By<CustomerMerge>,
    reason: Option<DuplicateReason>,
    after: Option<&str>,
    limit: i64,
) -> Result<DuplicatePage> {
    let kinds: &[DuplicateReason] = reason.as_ref().map_or(&DuplicateReason::ALL, std::slice::from_ref);
    let first = Position(kinds[0], String::new());
    let mut at = Some(match after.map(Cursor::read::<Position>).transpose()? {
        Some(position) if position.1.contains('\0') || !kinds.contains(&position.0) => {
            return Err(Problem::invalid(
                "after",
                "is not a cursor of this list; start again from the first page",
            ));
        }
        position => position.unwrap_or(first),
    });
    let (mut found, mut members) = (Vec::new(), HashMap::new());
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    for _ in 0..STRETCHES {
        let Some(Position(kind, behind)) = at.clone() else { break };
        let stretch = found::look(db, kind, &behind).await?;
        let mut last = None;
        for group in stretch.groups {
            // A page ends between keys, never within one.
            if found.len() >= wanted && last.as_ref() != Some(&group.at) {
                break;
            }
            let own_key = format!("{} {}", kind.name(), group.key);
            for pair in found::shared(db, &rules::pairs(&group.ids)).await? {
                // Each pair once: where the first of the keys that are asked for leads.
                if !pair.dismissed && rules::first_key(&pair.keys, kinds) == Some(own_key.as_str()) {
                    members.insert((pair.one, pair.other), group.members);
                    found.push(pair);
                }
            }
            last = Some(group.at);
        }
        if found.len() >= wanted {
            at = last.map(|key| Position(kind, key));
            break;
        }
        let next_kind = || kinds.iter().skip_while(|one| **one != kind).nth(1);
        at = match stretch.next {
            Some(key) => Some(Position(kind, key)),
            None => next_kind().map(|kind| Position(*kind, String::new())),
        };
    }
    let pairs = with_people(db, found, &members, app.clock.now()).await?;
    let count = i64::try_from(pairs.len()).unwrap_or(i64::MAX);
    app.access.record(&by.actor, Event::access("duplicates.listed").items(count)).await?;
    Ok(DuplicatePage { pairs, next: at.map(|position| Cursor::write(&position)) })
}

/// Who may be the same person as this customer.
pub(crate) async fn list_duplicates_of(
    app: &App,
    db: &Client,
    by: &By<CustomerMerge>,
    customer: CustomerId,
) -> Result<DuplicatePage> {
    if !customers::exists(db, customer).await? {
        return Err(Problem::not_found("customer"));
    }
    let candidates = found::candidates(db, customer).await?;
    let pairs: Vec<_> = candidates.into_iter().map(|other| (customer, other)).collect();
    let found = found::shared(db, &pairs).await?.into_iter().filter(|pair| !pair.dismissed).collect();
    let pairs = with_people(db, found, &HashMap::new(), app.clock.now()).await?;
    let event = Event::access("duplicates.listed")
        .of_customer(customer)
        .items(i64::try_from(pairs.len()).unwrap_or(i64::MAX));
    app.access.record(&by.actor, event).await?;
    Ok(DuplicatePage { pairs, next: None })
}

async fn with_people(
    db: &impl GenericClient,
    found: Vec<Shared>,
    members: &HashMap<(CustomerId, CustomerId), i64>,
    now: Timestamp,
) -> Result<Vec<DuplicatePair>> {
    let mut people = HashMap::new();
    for id in found.iter().flat_map(|pair| [pair.one, pair.other]) {
        if !people.contains_key(&id)
            && let Some(customer) = customers::read(db, id, now).await?
        {
            people.insert(id, customer);
        }
    }
    let pair = |pair: Shared| {
        let reasons = rules::reasons(&pair.keys);
        Some(DuplicatePair {
            one: people.get(&pair.one)?.clone(),
            other: people.get(&pair.other)?.clone(),
            strength: rules::strength(&reasons),
            reasons,
            shared_by: members.get(&(pair.one, pair.other)).copied().unwrap_or(2),
        })
    };
    Ok(found.into_iter().filter_map(pair).collect())
}

/// They are not the same person: they are not shown again until they share something more.
pub(crate) async fn dismiss_duplicate(
    app: &App,
    db: &mut Client,
    by: &By<CustomerMerge>,
    given: &DismissInput,
) -> Result<Dismissal> {
    let reason = given.check()?;
    let now = app.clock.now();
    let mut tx = Tx::begin(db, app).await?;
    for (id, field) in [(given.one_id, "oneId"), (given.other_id, "otherId")] {
        if !customers::exists(&*tx, id).await? {
            return Err(Problem::invalid(field, "is not a customer"));
        }
    }
    let shared = found::shared(&*tx, &[(given.one_id, given.other_id)]).await?.pop();
    let Some(pair) = shared else {
        let detail = "These two share no phone number, e-mail address, or surname and postcode now.";
        return Err(Problem::conflict("not_duplicates", detail));
    };
    let id = DismissalId::new(now);
    found::dismiss(&*tx, &NewDismissal { id, pair: &pair, reason: &reason, by: by.staff_id, now }).await?;
    let dismissal = found::read_dismissal(&*tx, id).await?;
    let event = told("duplicate.dismissed", pair.one, pair.other, id);
    let mirror = told("duplicate.dismissed", pair.other, pair.one, id);
    tx.leave(&by.actor, mirror);
    tx.commit(&by.actor, event.values(None::<&()>, Some(&json!({ "reason": reason })))).await?;
    Ok(dismissal)
}

pub(crate) async fn list_dismissals(app: &App, db: &Client, by: &By<CustomerMerge>) -> Result<DismissalList> {
    let dismissals = found::dismissals(db).await?;
    let count = i64::try_from(dismissals.len()).unwrap_or(i64::MAX);
    app.access.record(&by.actor, Event::access("dismissals.listed").items(count)).await?;
    Ok(DismissalList { dismissals })
}

/// They may be the same person after all.
pub(crate) async fn withdraw_dismissal(
    app: &App,
    db: &mut Client,
    by: &By<CustomerMerge>,
    id: DismissalId,
) -> Result<Dismissal> {
    let mut tx = Tx::begin(db, app).await?;
    let dismissal = found::read_dismissal(&*tx, id).await?;
    if !found::withdraw(&*tx, id, by.staff_id, app.clock.now()).await? {
        return Err(Problem::conflict("dismissal_withdrawn", "This was taken back already."));
    }
    let event = told("duplicate.reconsidered", dismissal.one_id, dismissal.other_id, id);
    let mirror = told("duplicate.reconsidered", dismissal.other_id, dismissal.one_id, id);
    tx.leave(&by.actor, mirror);
    tx.commit(&by.actor, event).await?;
    Ok(dismissal)
}

fn told(action: &'static str, of: CustomerId, other: CustomerId, id: DismissalId) -> Event {
    Event::change(action).of_customer(of).on("dismissal", id.0).details(json!({ "otherId": other }))
}
