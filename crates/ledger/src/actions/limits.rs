use deadpool_postgres::Client;
use platform::{App, Event, Problem, Result, Tx, db::GenericClient as _};
use serde_json::json;
use staff::{By, permissions::LimitManage};

use crate::{
    input::{self, LimitsInput, ReasonInput},
    model::{Limits, RefundReason},
    store,
};

/// New ceilings for a role; acts that wait already keep the policy they were held back by.
pub(crate) async fn update_limits(
    app: &App,
    db: &mut Client,
    by: &By<LimitManage>,
    input: LimitsInput,
) -> Result<Limits> {
    let (role, act, version) = (input.role, input.act, input.version);
    let after = Limits {
        role,
        act,
        per_act: input::ceiling("perAct", input.per_act)?,
        per_customer_90_days: input::ceiling("perCustomer90Days", input.per_customer_90_days)?,
        per_person_day: input::ceiling("perPersonDay", input.per_person_day)?,
        version: version.saturating_add(1),
    };
    let tx = Tx::begin(db, app).await?;
    tx.execute(
        "select 1 from act_limits where role = $1 and act = $2 for update",
        &[&role.name(), &act.name()],
    )
    .await?;
    let before = store::limits_of(&*tx, role, act).await?;
    if before.version == 0 {
        return Err(Problem::not_found("ceiling"));
    }
    if before.version != version {
        return Err(Problem::conflict("stale", "Somebody else has changed these ceilings meanwhile.")
            .with("current", json!(before)));
    }
    store::update_limits(&*tx, &after, by.staff_id, app.clock.now()).await?;
    let event = Event::change("limits.updated")
        .details(json!({ "role": role.name(), "act": act.name() }))
        .values(Some(&before), Some(&after));
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

pub(crate) async fn update_reason(
    app: &App,
    db: &mut Client,
    by: &By<LimitManage>,
    input: ReasonInput,
) -> Result<Vec<RefundReason>> {
    let code = input::line("code", &input.code, 40)?;
    let title = input::line("title", &input.title, 100)?;
    let tx = Tx::begin(db, app).await?;
    let retired_at = input.retired.then(|| app.clock.now());
    store::update_reason(&*tx, &code, &title, input.needs_note, retired_at).await?;
    let reasons = store::list_reasons(&*tx).await?;
    let event = Event::change("refund_reason.updated").details(json!({ "code": code })).values(
        None::<&()>,
        Some(&json!({ "title": title, "needsNote": input.needs_note, "retired": input.retired })),
    );
    tx.commit(&by.actor, event).await?;
    Ok(reasons)
}
