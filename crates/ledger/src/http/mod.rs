//! The doors of money: what a customer's story with it is, refunds and their settling, approvals, ceilings, finance's day,
//! what providers tell, and where they and we differ.
//! The acts themselves go through the one door of the customer page.

mod approvals;
mod disputes;
mod explained;
mod money;
mod reconciliation;
mod settings;
mod transfers_by_hand;
mod webhooks;

use platform::App;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(money::routes())
        .merge(approvals::routes())
        .merge(disputes::routes())
        .merge(explained::routes())
        .merge(reconciliation::routes())
        .merge(settings::routes())
        .merge(transfers_by_hand::routes())
        .merge(webhooks::routes())
}
