//! The door through which a page starts to listen.

use axum::{
    Extension,
    extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    http::HeaderMap,
    response::Response,
};
use futures_util::StreamExt;
use jiff::SignedDuration;
use kernel::SessionId;
use platform::{App, Problem, Result, http::origin_is_ours, problem::ProblemBody};
use staff::{Authorized, permissions::OwnAccount};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Sockets, conversation, rules::Owner, store};

/// Nothing of size is sent either way.
const BUFFER: usize = 4 * 1024;
/// A message beyond this is not even taken in.
const FRAME_LIMIT: usize = 16 * 1024;

pub fn routes(sockets: Sockets) -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open_live)).layer(Extension(sockets))
}

/// Listen for changes
///
/// A WebSocket on which the server sends JSON texts `{"topic": "customer", "id": "…"}`: what has changed, never what it
/// now holds; `about` says what of it, such as `refund`. The topic `resync` says that some may have been missed: read again what is on the screen. The topic `alive`,
/// every 25 seconds, says that the socket still hears. The topic `session`, followed by the close code 4401, says that the session has ended. What the client sends is ignored.
#[utoipa::path(get, path = "/api/live", tag = "live", operation_id = "openLive",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 101, description = "The connection is now a WebSocket"), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 429, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn open_live(
    Authorized { by, app, db }: Authorized<OwnAccount>,
    Extension(sockets): Extension<Sockets>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    // A socket may stay for hours; the connections to the database are few.
    drop(db);
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
    let owner = Owner { staff: by.staff_id, session: by.session()? };
    // From here on no hint is missed, although the socket is not open yet.
    let hints = app.live.subscribe();
    let upgrade = upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(4 * BUFFER)
        .max_message_size(FRAME_LIMIT)
        .max_frame_size(FRAME_LIMIT);
    Ok(upgrade.on_upgrade(async move |socket| {
        let (outgoing, incoming) = socket.split();
        let lives = || session_lives(&app, owner.session);
        conversation::hold(incoming, outgoing, hints, seat, owner, lives).await;
    }))
}

async fn session_lives(app: &App, session: SessionId) -> Result<bool> {
    let now = app.clock.now();
    let idle = SignedDuration::try_from(app.settings.session_idle).unwrap_or(SignedDuration::MAX);
    let db = app.db.client().await?;
    store::session_lives(&db, session, now, now.saturating_sub(idle).unwrap_or(now)).await
}
