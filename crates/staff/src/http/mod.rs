//! The doors of sign-in, one's own account, and staff management.

mod auth;
mod manage;

use platform::App;
use utoipa_axum::router::OpenApiRouter;

use crate::Gate;

pub fn routes(gate: Gate) -> OpenApiRouter<App> {
    auth::routes().merge(manage::routes()).layer(axum::Extension(gate))
}
