//! One open socket, from its first hint to its closing.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use platform::{Result, live::Hint};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, interval_at, sleep_until, timeout},
};

use crate::{
    gathered::Gathered,
    presence::{Presence, Telling},
    rules::{Concern, Owner, concern},
    sockets::Seat,
};

/// The page gives a socket up that was silent for 70 s (`live-connection.ts`).
const PING_EVERY: Duration = Duration::from_secs(25);
/// Nothing heard for so long, not even the answer to a ping: nobody is there.
const SILENCE: Duration = Duration::from_secs(60);
const CHECK_EVERY: Duration = Duration::from_secs(60);
/// When the database could not be asked whether the session lives.
const CHECK_AGAIN: Duration = Duration::from_secs(5);
/// Who takes nothing in for so long is given up.
const SEND_WITHIN: Duration = Duration::from_secs(10);
const CLOSE_WITHIN: Duration = Duration::from_secs(2);
/// A page says no more than what it shows; what is longer than this is not a mistake.
const MESSAGE_LIMIT: usize = 1024;

/// Why a socket is closed.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The other side closed it, or cannot be reached.
    Gone,
    SessionEnded,
    TooLarge,
    ShuttingDown,
}

/// What a socket asks of the database.
pub(crate) trait Desk {
    /// Whether the session does.
    fn lives(&self) -> impl Future<Output = Result<bool>> + Send;
    /// Writes down what the page shows.
    fn tell(&self, telling: Telling) -> impl Future<Output = Result<()>> + Send;
}

/// Passes hints on, first those that were `missed`, until either side ends it. While it cannot be found
/// out whether the session lives, the socket stays: a hint says nothing that a fresh request would not have to be allowed to read.
pub(crate) async fn hold<I, O, E>(
    mut incoming: I,
    mut outgoing: O,
    missed: Vec<Hint>,
    mut hints: Receiver<Hint>,
    mut seat: Seat,
    owner: Owner,
    desk: impl Desk,
) where
    I: Stream<Item = Result<Message, E>> + Unpin,
    O: Sink<Message> + Unpin,
{
    let start = Instant::now();
    let mut gathered = Gathered::default();
    let mut ping = interval_at(start + PING_EVERY, PING_EVERY);
    let mut check_at = start + CHECK_EVERY;
    let mut heard_at = start;
    let mut presence = Presence::default();
    for hint in missed {
        if concern(&hint, owner, None) == Concern::All {
            gathered.add(hint, start);
        }
    }
    let end = loop {
        let (due, news) = (gathered.due(), presence.due());
        tokio::select! {
            message = incoming.next() => match message {
                Some(Ok(message)) if size(&message) > MESSAGE_LIMIT => break End::TooLarge,
                Some(Ok(Message::Close(_)) | Err(_)) | None => break End::Gone,
                Some(Ok(message)) => {
                    heard_at = Instant::now();
                    if let Message::Text(text) = message {
                        presence.hear(&text, heard_at);
                    }
                }
            },
            hint = hints.recv() => {
                let now = Instant::now();
                match hint {
                    Ok(hint) => match concern(&hint, owner, presence.customer()) {
                        Concern::All => gathered.add(hint, now),
                        Concern::Nobody => {}
                        Concern::Session => check_at = now,
                        Concern::Person => {
                            gathered.add(hint, now);
                            check_at = now;
                        }
                    },
                    // The news that the session has ended may be among what was missed.
                    Err(RecvError::Lagged(_)) => {
                        gathered.add(Hint::resync(), now);
                        check_at = now;
                    }
                    Err(RecvError::Closed) => break End::ShuttingDown,
                }
            }
            () = sleep_until(news.unwrap_or(start)), if news.is_some() => {
                if let Some(telling) = presence.news(Instant::now()) {
                    tell(&desk, telling).await;
                }
            }
            () = sleep_until(check_at) => match desk.lives().await {
                Ok(true) => check_at = Instant::now() + CHECK_EVERY,
                Ok(false) => break End::SessionEnded,
                Err(_) => check_at = Instant::now() + CHECK_AGAIN,
            },
            () = sleep_until(due.unwrap_or(start)), if due.is_some() => {
                let messages = gathered.take().iter().map(text).collect::<Vec<_>>();
                if !send(&mut outgoing, messages).await {
                    break End::Gone;
                }
            }
            _ = ping.tick() => {
                // Scripts do not hear pings: the text tells the page that it would hear of changes.
                let alive = text(&Hint { topic: "alive".to_owned(), id: None, about: None });
                if !send(&mut outgoing, vec![alive, Message::Ping(Vec::new().into())]).await {
                    break End::Gone;
                }
                if let Some(telling) = presence.still() {
                    tell(&desk, telling).await;
                }
            }
            () = sleep_until(heard_at + SILENCE) => break End::Gone,
            () = seat.drained() => break End::ShuttingDown,
        }
    };
    if let Some(telling) = presence.end() {
        tell(&desk, telling).await;
    }
    let parting = match end {
        End::Gone => {
            // Answers the other side's farewell, where there was one.
            let _ = timeout(CLOSE_WITHIN, outgoing.close()).await;
            return;
        }
        End::SessionEnded => {
            let hint = Hint { topic: "session".to_owned(), id: Some(owner.session.0), about: None };
            vec![text(&hint), close(4401, "session ended")]
        }
        End::TooLarge => vec![close(1009, "message too large")],
        End::ShuttingDown => vec![close(1001, "going away")],
    };
    if send(&mut outgoing, parting).await {
        // Closing at once could cut off what was just sent: the other side answers first.
        let _ = timeout(CLOSE_WITHIN, async { while let Some(Ok(_)) = incoming.next().await {} }).await;
    }
}

/// What could not be written down is told again with the next ping, or ends by itself.
async fn tell(desk: &impl Desk, telling: Telling) {
    if let Err(problem) = desk.tell(telling).await {
        tracing::debug!(detail = problem.detail, "who looks at whom was not written down");
    }
}

/// False when the other side has gone or takes nothing in.
async fn send<O: Sink<Message> + Unpin>(outgoing: &mut O, messages: Vec<Message>) -> bool {
    let all = async {
        for message in messages {
            outgoing.feed(message).await?;
        }
        outgoing.flush().await
    };
    matches!(timeout(SEND_WITHIN, all).await, Ok(Ok(())))
}

fn text(hint: &Hint) -> Message {
    Message::Text(serde_json::to_string(hint).unwrap_or_default().into())
}

fn close(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }))
}

fn size(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    }
}

#[cfg(test)]
mod tests;
