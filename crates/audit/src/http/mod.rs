//! The doors of the audit trail.

mod events;
mod looks;
mod verifications;

use platform::App;
use utoipa_axum::router::OpenApiRouter;

pub fn routes() -> OpenApiRouter<App> {
    events::routes().merge(looks::routes()).merge(verifications::routes())
}
