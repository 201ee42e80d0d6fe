//! The routes of every feature under one roof, and the document that describes them.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use platform::{App, Problem, http, metrics::Requests, settings::Settings};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        self,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::{functions, refusals::Refusals, shapes::Shapes, watching};

/// Longer than any statement may take, so that the database gives up first and says so.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Customers Hub",
        description = "The customer desk's HTTP API. Amounts are integer pence, instants RFC 3339 in UTC, errors RFC 9457 \
            problems with a stable `code`. Every operation names the permission it needs in `x-permission`; \
            `GET /api/admin/roles` tells which roles have it."
    ),
    security(("session" = []), ("key" = [])),
    modifiers(&Session)
)]
struct Document;

struct Session;

impl Modify for Session {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let cookie = ApiKey::Cookie(ApiKeyValue::new(staff::SESSION_COOKIE));
        let key = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
            "An API key. It is good for the permissions among its scopes, and closed to what is marked `x-step-up`.",
        ));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        components.add_security_scheme("key", SecurityScheme::Http(key.build()));
    }
}

/// What requests share beside the database: memory only, nothing that must survive.
#[derive(Clone)]
pub struct Shared {
    pub gate: staff::Gate,
    pub lists: customers::ListCache,
    pub sockets: realtime::Sockets,
}

impl Shared {
    pub fn new(settings: &Settings) -> Self {
        let lists = customers::ListCache::new(settings.remember);
        Self { gate: staff::Gate::default(), lists, sockets: realtime::Sockets::default() }
    }
}

fn features(shared: &Shared) -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(staff::routes(shared.gate.clone()))
        .merge(profile::routes())
        .merge(customers::routes(shared.lists.clone()))
        .merge(duplicates::routes())
        .merge(saved_views::routes())
        .merge(bulk::routes())
        .merge(bookings::routes())
        .merge(ledger::routes())
        .merge(tickets::routes())
        .merge(mail::routes())
        .merge(dead_jobs::routes())
        .merge(page_timings::routes())
        .merge(watch::routes(watching::FIGURES))
        .merge(invoices::routes())
        .merge(data_requests::routes())
        .merge(sight::routes())
        .merge(erasure::routes())
        .merge(privacy::routes())
        .merge(retention::routes(RETENTION))
        .merge(backups::routes())
        .merge(audit::routes())
        .merge(realtime::routes(shared.sockets.clone()))
}

/// How long each feature keeps what of its own, in the order it is shown and carried out.
pub const RETENTION: retention::Rules = &[
    mail::RETENTION,
    tickets::RETENTION,
    data_requests::RETENTION,
    ledger::RETENTION,
    platform::retention::RETENTION,
    staff::RETENTION,
    sight::RETENTION,
    bulk::RETENTION,
    imports::RETENTION,
    dead_jobs::RETENTION,
    erasure::RETENTION,
];

/// What runs the jobs of every feature.
pub fn handlers() -> jobs::Handlers<App> {
    functions::know();
    jobs::Handlers::new()
        .merge(audit::jobs(ledger::CHECKS))
        .merge(customers::jobs())
        .merge(bulk::jobs())
        .merge(ledger::jobs())
        .merge(mail::jobs())
        .merge(notices::jobs())
        .merge(sight::jobs())
        .merge(erasure::jobs())
        .merge(privacy::jobs())
        .merge(data_requests::jobs())
        .merge(retention::jobs(RETENTION))
        .merge(watch::jobs(watching::FIGURES, watching::gauges))
}

/// The OpenAPI 3.1 document of this very program.
pub fn openapi() -> openapi::OpenApi {
    parts(&Shared::new(&Settings::defaults())).1
}

fn parts(shared: &Shared) -> (Router<App>, openapi::OpenApi) {
    let (api, mut document) = features(shared).split_for_parts();
    profile::declare_acts(&mut document);
    data_requests::declare_acts(&mut document);
    bulk::declare_acts(&mut document);
    Refusals.modify(&mut document);
    Shapes.modify(&mut document);
    (api, document)
}

pub fn router(app: App, shared: &Shared) -> Router {
    functions::know();
    let (api, document) = parts(shared);
    app.metrics.serve(|| Requests::of(document.paths.paths.keys().cloned().chain(BESIDE.map(str::to_owned))));
    let docs = Router::from(SwaggerUi::new("/api/docs").url("/api/openapi.json", document))
        .layer(middleware::map_response(allow_own_scripts));
    api.layer(middleware::from_fn_with_state(app.clone(), sight::hide))
        .merge(health())
        .merge(docs)
        .merge(privacy::pages())
        .merge(staff::pages())
        .fallback_service(assets::routes())
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn(|request, next| within(REQUEST_TIMEOUT, request, next)))
        .layer(middleware::from_fn_with_state(app.clone(), http::guard))
        .layer(middleware::from_fn_with_state(app.clone(), http::security_headers))
        .with_state(app)
}

/// The answer, or after that long a problem instead; an answer that has begun may take longer.
async fn within(limit: Duration, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        // Unlike a statement that the database stopped, this may have been given up while it was being written down.
        Err(_) => {
            let detail =
                "This took too long and was given up. Look whether it was done before you try again.";
            Problem { detail: detail.to_owned(), ..Problem::too_slow() }.into_response()
        }
    }
}

/// Where a supervisor asks: whether the process lives, and whether it can serve.
pub(crate) fn health() -> Router<App> {
    Router::new().route("/healthz", get(|| async { "alive\n" })).route("/readyz", get(ready))
}

/// Beside what the API's document lists.
const BESIDE: [&str; 2] = ["/healthz", "/readyz"];

/// Longer than a database in order takes. Who asks wants to know soon, and asks again.
const READY_WITHIN: Duration = Duration::from_secs(3);

/// Whether requests can be served: the database answers and is at this release, and this process is not about to end.
async fn ready(State(app): State<App>) -> Result<Json<serde_json::Value>, Problem> {
    if app.is_stopping() {
        let detail = "The server is shutting down. Try again in a moment.";
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "shutting_down", detail);
        return Err(Problem { retry_after_s: Some(2), ..problem });
    }
    let asked = async {
        if !platform::migrate::missing(&app.db.client().await?).await?.is_empty() {
            return Err(Problem::not_migrated());
        }
        Ok(Json(serde_json::json!({ "ready": true, "version": env!("CARGO_PKG_VERSION") })))
    };
    let in_vain = |_| Err(Problem::unavailable(&"it does not answer"));
    tokio::time::timeout(READY_WITHIN, asked).await.unwrap_or_else(in_vain)
}

async fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address does not take that method.",
    )
}

/// The page that shows the document is made of files of ours with inline styles.
async fn allow_own_scripts(response: Response) -> Response {
    let mut response = response.into_response();
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
             connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
    );
    response
}
