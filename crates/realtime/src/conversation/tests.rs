use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::extract::ws::Message;
use futures_util::{sink, stream};
use jiff::Timestamp;
use kernel::{SessionId, StaffId};
use platform::live::Live;
use tokio::{sync::mpsc, task::JoinHandle, time::sleep};
use uuid::Uuid;

use super::*;
use crate::Sockets;

/// A page at the other end of a socket, with a hand on the clock.
struct Page {
    to_server: mpsc::UnboundedSender<Result<Message, Infallible>>,
    from_server: mpsc::UnboundedReceiver<Message>,
    live: Live,
    sockets: Sockets,
    owner: Owner,
    alive: Arc<AtomicBool>,
    tellings: mpsc::UnboundedReceiver<Telling>,
    task: JoinHandle<()>,
}

struct TestDesk {
    alive: Arc<AtomicBool>,
    told: mpsc::UnboundedSender<Telling>,
}

impl Desk for TestDesk {
    async fn lives(&self) -> Result<bool> {
        Ok(self.alive.load(Ordering::Relaxed))
    }

    async fn tell(&self, telling: Telling) -> Result<()> {
        self.told.send(telling).map_err(|error| platform::Problem::internal(&error))
    }
}

impl Page {
    fn open() -> Self {
        let (to_server, mut received) = mpsc::unbounded_channel();
        let (sent, from_server) = mpsc::unbounded_channel();
        let incoming = stream::poll_fn(move |cx| received.poll_recv(cx));
        let outgoing =
            Box::pin(sink::unfold(sent, |sent, message| async { sent.send(message).map(|()| sent) }));
        let live = Live::default();
        let sockets = Sockets::default();
        let owner = Owner {
            staff: StaffId::new(Timestamp::UNIX_EPOCH),
            session: SessionId::new(Timestamp::UNIX_EPOCH),
        };
        let alive = Arc::new(AtomicBool::new(true));
        let seat = sockets.take_seat(owner.staff).unwrap();
        let hints = live.subscribe();
        let state = alive.clone();
        let (told, tellings) = mpsc::unbounded_channel();
        let desk = TestDesk { alive: state, told };
        let task = tokio::spawn(hold(incoming, outgoing, Vec::new(), hints, seat, owner, desk));
        Self { to_server, from_server, live, sockets, owner, alive, tellings, task }
    }

    fn hint(&self, topic: &str, id: Uuid) {
        self.live.send(Hint { topic: topic.to_owned(), id: Some(id), about: None });
    }

    /// What arrives within a second, pings left out.
    async fn hears(&mut self) -> Vec<String> {
        sleep(Duration::from_secs(1)).await;
        let mut heard = Vec::new();
        while let Ok(message) = self.from_server.try_recv() {
            match message {
                Message::Text(text) => heard.push(text.to_string()),
                Message::Close(frame) => {
                    heard.push(format!("closed {}", frame.map_or(0, |frame| frame.code)))
                }
                _ => {}
            }
        }
        heard
    }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn customer(number: u128) -> String {
    format!(r#"{{"topic":"customer","id":"{}"}}"#, id(number))
}

#[tokio::test(start_paused = true)]
async fn a_burst_arrives_as_one_hint_for_each_thing() {
    let mut page = Page::open();
    for number in [1, 1, 2, 1] {
        page.hint("customer", id(number));
    }
    assert_eq!(page.hears().await, [customer(1), customer(2)]);
    page.hint("customer", id(1));
    assert_eq!(page.hears().await, [customer(1)]);
}

#[tokio::test(start_paused = true)]
async fn who_lags_behind_is_told_to_read_again() {
    let mut page = Page::open();
    for number in 0..5000 {
        page.hint("customer", id(number));
    }
    assert_eq!(page.hears().await, [r#"{"topic":"resync"}"#]);
}

#[tokio::test(start_paused = true)]
async fn other_peoples_sign_ins_are_kept_back() {
    let mut page = Page::open();
    page.hint("session", id(1));
    page.hint("sessions", id(2));
    assert_eq!(page.hears().await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ended_closes_its_socket_at_once() {
    for everywhere in [false, true] {
        let mut page = Page::open();
        page.alive.store(false, Ordering::Relaxed);
        match everywhere {
            true => page.hint("sessions", page.owner.staff.0),
            false => page.hint("session", page.owner.session.0),
        }
        let farewell = format!(r#"{{"topic":"session","id":"{}"}}"#, page.owner.session);
        assert_eq!(page.hears().await, [farewell, "closed 4401".to_owned()]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_lives_on_keeps_its_socket() {
    let mut page = Page::open();
    page.hint("session", page.owner.session.0);
    page.hint("sessions", page.owner.staff.0);
    let changed = format!(r#"{{"topic":"sessions","id":"{}"}}"#, page.owner.staff);
    assert_eq!(page.hears().await, [changed]);
    assert!(!page.task.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ended_unheard_closes_within_a_minute() {
    let mut page = Page::open();
    page.alive.store(false, Ordering::Relaxed);
    for _ in 0..5 {
        sleep(Duration::from_secs(12)).await;
        page.to_server.send(Ok(Message::Pong(Vec::new().into()))).unwrap();
    }
    assert_eq!(page.hears().await.last().map(String::as_str), Some("closed 4401"));
}

#[tokio::test(start_paused = true)]
async fn silence_for_a_minute_ends_it_and_an_answered_ping_does_not() {
    let mut page = Page::open();
    let mut alive = 0;
    for _ in 0..40 {
        match page.from_server.recv().await {
            Some(Message::Ping(payload)) => page.to_server.send(Ok(Message::Pong(payload))).unwrap(),
            Some(Message::Text(text)) if text == r#"{"topic":"alive"}"# => alive += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(alive, 20, "each ping comes with a word that scripts can hear");
    assert!(!page.task.is_finished());
    sleep(Duration::from_secs(59)).await;
    assert!(!page.task.is_finished());
    sleep(Duration::from_secs(4)).await;
    assert!(page.task.is_finished());
}

#[tokio::test(start_paused = true)]
async fn small_talk_is_ignored_and_a_long_message_closes() {
    let mut page = Page::open();
    page.to_server.send(Ok(Message::Text("hello".into()))).unwrap();
    assert_eq!(page.hears().await, [""; 0]);
    page.to_server.send(Ok(Message::Binary(vec![0; 1025].into()))).unwrap();
    assert_eq!(page.hears().await, ["closed 1009"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_page_shows_is_told_renewed_and_taken_back() {
    let mut page = Page::open();
    let customer = kernel::CustomerId(id(7));
    let says = format!(r#"{{"looking":{{"customer":"{customer}","editing":true}}}}"#);
    page.to_server.send(Ok(Message::Text(says.into()))).unwrap();
    let looking = crate::presence::Looking { customer, editing: true };
    assert_eq!(page.tellings.recv().await, Some(Telling::Looks(looking)));
    for number in [7, 8] {
        page.hint("presence", id(number));
    }
    let heard = page.hears().await;
    assert_eq!(heard, [format!(r#"{{"topic":"presence","id":"{}"}}"#, id(7))]);
    assert_eq!(page.tellings.recv().await, Some(Telling::Still), "with the next ping");
    drop(page.to_server);
    assert_eq!(page.tellings.recv().await, Some(Telling::Gone));
    assert_eq!(page.tellings.recv().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_shuts_down_says_so() {
    let mut page = Page::open();
    page.sockets.close().await;
    assert_eq!(page.hears().await, ["closed 1001"]);
    assert!(page.task.is_finished());
}
