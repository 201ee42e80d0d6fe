//! The door through which a page starts to listen.

use axum::{
    Extension, Json,
    extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    http::HeaderMap,
    response::Response,
};
use futures_util::StreamExt;
use jiff::SignedDuration;
use kernel::{CustomerId, PresenceId, StaffId};
use platform::{
    App, Problem, Result,
    http::{Path, ValidQuery, origin_is_ours},
    problem::ProblemBody,
};
use serde::{Deserialize, Serialize};
use staff::{
    Authorized,
    permissions::{CustomerRead, OwnAccount},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Sockets,
    conversation::{self, Desk},
    presence::Telling,
    rules::Owner,
    store,
};

/// Nothing of size is sent either way.
const BUFFER: usize = 4 * 1024;
/// A message beyond this is not even taken in.
const FRAME_LIMIT: usize = 16 * 1024;

pub fn routes(sockets: Sockets) -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open_live)).layer(Extension(sockets)).routes(routes!(list_presences))
}

/// Who else has a customer open.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct PresenceList {
    people: Vec<Present>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Present {
    pub staff_id: StaffId,
    pub name: String,
    /// Something about the customer is being edited.
    pub editing: bool,
}

/// List who else has this customer open, by name
///
/// Of the pages that are open at this moment; nothing is kept of it afterwards. A page says what it shows over `/api/live`, which
/// hints with the topic `presence` and the customer's id when this list has changed.
#[utoipa::path(get, path = "/api/admin/presences/{id}", tag = "live", operation_id = "listPresences",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = PresenceList), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn list_presences(
    desk: Authorized<CustomerRead>,
    Path(customer): Path<CustomerId>,
) -> Result<Json<PresenceList>> {
    let people = store::list_presences(&desk.db, customer, desk.by.staff_id, desk.app.clock.now()).await?;
    Ok(Json(PresenceList { people: people.ok_or_else(|| Problem::not_found("customer"))? }))
}

/// What a page has not heard.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct LiveQuery {
    /// For how many milliseconds the page has shown something without listening; it is told what has changed in that time.
    unheard_ms: Option<u64>,
}

/// Listen for changes
///
/// A WebSocket on which the server sends JSON texts `{"topic": "customer", "id": "…"}`: what has changed, never what it
/// now holds; `about` says what of it, such as `refund`. The topic `resync` says that some may have been missed: read again what is on the screen. The topic `alive`,
/// every 25 seconds, says that the socket still hears. The topic `session`, followed by the close code 4401, says that the session has ended. A page says whom it shows
/// as `{"looking": {"customer": "…", "editing": false}}`, and `{"looking": null}` when it shows nobody any more; whatever else it sends is ignored.
#[utoipa::path(get, path = "/api/live", tag = "live", operation_id = "openLive",
    params(LiveQuery), extensions(("x-permission" = json!("account.own"))),
    responses((status = 101, description = "The connection is now a WebSocket"), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn open_live(
    Authorized { by, app, db }: Authorized<OwnAccount>,
    Extension(sockets): Extension<Sockets>,
    ValidQuery(query): ValidQuery<LiveQuery>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    // An upgrade is a GET, which passes the guard, and browsers let any site's page start one with our cookies.
    if !origin_is_ours(&headers, &app.settings.public_url) {
        return Err(Problem::forbidden(
            "cross_site",
            "This request was started by another site and was refused.",
        ));
    }
    let upgrade = upgrade.map_err(|_| {
        Problem::malformed("not_a_websocket", "Open this address as a WebSocket, version 13, over HTTP/1.1.")
    })?;
    let seat = sockets.take_seat(by.staff_id)?;
    // Whoever may not read customers has none open.
    let shows = by.may::<CustomerRead>().is_ok();
    let owner = Owner { staff: by.staff_id, session: by.session()? };
    // From here on no hint is missed, although the socket is not open yet.
    let hints = app.live.subscribe();
    let missed = match query.unheard_ms {
        Some(unheard) => store::missed(&db, unheard, app.clock.now()).await?,
        None => Vec::new(),
    };
    // A socket may stay for hours; the connections to the database are few.
    drop(db);
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(4 * BUFFER)
        .max_message_size(FRAME_LIMIT)
        .max_frame_size(FRAME_LIMIT);
    Ok(upgrade.on_upgrade(async move |socket| {
        let (outgoing, incoming) = socket.split();
        let id = PresenceId::new(app.clock.now());
        conversation::hold(incoming, outgoing, missed, hints, seat, owner, OfApp { app, owner, shows, id })
            .await;
    }))
}

struct OfApp {
    app: App,
    owner: Owner,
    shows: bool,
    id: PresenceId,
}

impl Desk for OfApp {
    async fn lives(&self) -> Result<bool> {
        let now = self.app.clock.now();
        let idle = SignedDuration::try_from(self.app.settings.session_idle).unwrap_or(SignedDuration::MAX);
        let db = self.app.db.client().await?;
        let idle_since = now.saturating_sub(idle).unwrap_or(now);
        store::session_lives(&db, self.owner.session, now, idle_since).await
    }

    async fn tell(&self, telling: Telling) -> Result<()> {
        if !self.shows {
            return Ok(());
        }
        let db = self.app.db.client().await?;
        let now = self.app.clock.now();
        match telling {
            Telling::Looks(looking) => store::keep_presence(&db, self.id, self.owner, looking, now).await,
            Telling::Still => store::renew_presence(&db, self.id, now).await,
            Telling::Gone => store::remove_presence(&db, self.id).await,
        }
    }
}
