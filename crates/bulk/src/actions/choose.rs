use deadpool_postgres::Client;
use jiff::SignedDuration;
use kernel::{SelectionId, london_day};
use platform::{Actor, App, Event, Problem, Result, Tx, db::snapshot};
use staff::{
    By,
    permissions::{CustomerAct, CustomerExport},
};

use super::check_right;
use crate::{
    input::{BulkAct, Chosen, SelectionInput},
    model::{BulkAction, BulkActs, BulkPreview, BulkReason, NamedCustomer, Selection},
    rules, store,
};

/// Long enough to look at it and to be called away; who was chosen is not what the list shows for ever.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// Freezes who was chosen. The filter, which may name a person, stands in the access event.
pub(crate) async fn select_customers(
    app: &App,
    db: &mut Client,
    by: &By<CustomerAct>,
    input: SelectionInput,
) -> Result<Selection> {
    let chosen = input.check()?;
    let now = app.clock.now();
    let expires_at = now.saturating_add(KEPT).unwrap_or(now);
    let most = app.settings.bulk_customers;
    let tx = Tx::begin(db, app).await?;
    let id = SelectionId::new(now);
    let count = store::freeze(&tx, id, by.staff_id, &chosen, most, (now, expires_at)).await?;
    let access = Event::access("customers.selected").on("selection", id.0).items(i64::from(count));
    let access = match &chosen {
        Chosen::Ticked(ids) if ids.len() != usize::try_from(count).unwrap_or_default() => {
            return Err(Problem::invalid("customers", "names somebody who is no customer"));
        }
        Chosen::Ticked(_) => access,
        Chosen::Matching(filter, ..) => access.filter(filter),
    };
    if count == 0 {
        return Err(Problem::conflict("nobody_selected", "No customer matches."));
    }
    if count > most {
        let detail = format!(
            "More than {most} customers match, which is as many as one act may be about. Narrow the filter."
        );
        return Err(Problem::conflict("selection_too_large", detail).with("most", most.into()));
    }
    let sample = store::sample(&*tx, id).await?;
    let may = |action| rules::may(check_right(by, action));
    let acts = BulkActs {
        add_flag: may(BulkAction::AddFlag),
        remove_flag: may(BulkAction::RemoveFlag),
        archive: may(BulkAction::Archive),
        restore: may(BulkAction::Restore),
        export: rules::may(by.may::<CustomerExport>()),
    };
    app.access.record(&by.actor, access).await?;
    let event = Event::change("selection.made").on("selection", id.0).items(i64::from(count));
    tx.commit(&by.actor, event).await?;
    Ok(Selection { id, count, sample, expires_at, acts })
}

/// What the act would come to, were it done now.
pub(crate) async fn preview_bulk_act(
    app: &App,
    db: &mut Client,
    by: &By<CustomerAct>,
    selection: SelectionId,
    act: BulkAct,
) -> Result<BulkPreview> {
    check_right(by, act.action())?;
    let now = app.clock.now();
    let act = act.check(london_day(now))?;
    let tx = snapshot(db).await?;
    let size = store::read_selection(&tx, selection, by.staff_id, now).await?;
    let foretold = customers::foretell(&tx, act.many(), store::CHOSEN, selection.0).await?;
    tx.commit().await?;
    let mut preview =
        BulkPreview { count: i64::from(size), change: 0, sample: vec![], skip: vec![], refuse: vec![] };
    for group in foretold {
        let sample = group.first.into_iter().map(|(id, name)| NamedCustomer { id, name }).collect();
        let Some(code) = group.code else {
            (preview.change, preview.sample) = (group.count, sample);
            continue;
        };
        let reason = rules::words(&code).to_owned();
        let list = if rules::is_so_already(&code) { &mut preview.skip } else { &mut preview.refuse };
        list.push(BulkReason { code, reason, count: group.count, sample });
    }
    let shown = preview.skip.iter().chain(&preview.refuse).map(|reason| reason.sample.len()).sum::<usize>();
    let event = Event::access("bulk_act.previewed")
        .on("selection", selection.0)
        .items(i64::try_from(shown + preview.sample.len()).unwrap_or(i64::MAX))
        .details(serde_json::json!({ "action": act.action() }));
    app.access.record(&by.actor, event).await?;
    Ok(preview)
}

/// Clears away who was chosen for what has ended.
pub(crate) async fn tidy(app: &App) -> Result<()> {
    let mut db = app.db.client().await?;
    loop {
        let tx = Tx::begin(&mut db, app).await?;
        let gone = store::delete_ended(&*tx, app.clock.now()).await?;
        if gone == 0 {
            return Ok(());
        }
        tx.commit(&Actor::system(), Event::change("selections.cleared").items(gone)).await?;
    }
}
