//! The doors of sign-in, one's own account, and staff management.

mod account;
mod auth;
mod factors;
mod keys;
mod links;
mod log;
mod manage;
mod passkeys;
mod single_sign_on;

use platform::App;
use utoipa_axum::router::OpenApiRouter;

use crate::Gate;

pub use single_sign_on::pages;

pub fn routes(gate: Gate) -> OpenApiRouter<App> {
    auth::routes()
        .merge(account::routes())
        .merge(factors::routes())
        .merge(keys::routes())
        .merge(links::routes())
        .merge(log::routes())
        .merge(manage::routes())
        .merge(passkeys::routes())
        .layer(axum::Extension(gate))
}
