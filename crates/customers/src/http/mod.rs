//! The doors of customers.

mod addresses;
mod contacts;
mod customers;
mod flags;
mod list;
mod notes;

use platform::App;
use utoipa_axum::router::OpenApiRouter;

use crate::ListCache;

pub fn routes(cache: ListCache) -> OpenApiRouter<App> {
    list::routes()
        .merge(customers::routes())
        .merge(addresses::routes())
        .merge(contacts::routes())
        .merge(notes::routes())
        .merge(flags::routes())
        .layer(axum::Extension(cache))
}
