//! A payment provider of its own: a real HTTP server that speaks as much of Stripe's API as the desk uses, with its own ledger
//! of refunds, idempotency keys that it forgets after a day of its clock, and faults at every phase of a request.

mod books;

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use kernel::Clock;
use platform::settings::{Secret, StripeSettings};
use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
};

use books::{Books, error};
pub use books::{Disputed, Fault, Made, Paid};

use super::Dice;

const KEY: &str = "rk_test_hub";
/// What it signs its messages with.
pub const WEBHOOK_SECRET: &str = "whsec_test_hub";
/// How long the desk waits for an answer in tests.
const PATIENCE: Duration = Duration::from_millis(250);

struct Shared {
    books: Mutex<Books>,
    released: Notify,
    cuts: AtomicU32,
}

pub struct TestProvider {
    shared: Arc<Shared>,
    address: SocketAddr,
    server: Mutex<Option<JoinHandle<()>>>,
}

impl TestProvider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared =
            Arc::new(Shared { books: Mutex::default(), released: Notify::new(), cuts: AtomicU32::new(0) });
        let server = tokio::spawn(serve(listener, shared.clone()));
        Self { shared, address, server: Mutex::new(Some(server)) }
    }

    pub fn settings(&self) -> StripeSettings {
        StripeSettings {
            api_key: Secret(KEY.to_owned()),
            webhook_secret: Some(Secret(WEBHOOK_SECRET.to_owned())),
            api_url: format!("http://{}", self.address),
            timeout: PATIENCE,
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.shared.books.lock().unwrap()
    }

    /// The provider's time is the test's.
    pub fn follow(&self, clock: &Clock) {
        self.books().clock = clock.clone();
    }

    /// What happens to the next requests for a refund, one after the other.
    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        let faults: Vec<Fault> = faults.into_iter().collect();
        if faults.first() == Some(&Fault::CutAtOnce) {
            self.shared.cuts.store(1, Ordering::Relaxed);
        }
        self.books().planned.extend(faults.into_iter().filter(|fault| *fault != Fault::CutAtOnce));
    }

    /// From now on faults come by chance; none again without dice.
    pub fn by_chance(&self, dice: Option<Dice>) {
        self.books().chance = dice;
    }

    /// Refuses connections until it is up again.
    pub async fn down(&self) {
        let server = self.server.lock().unwrap().take();
        if let Some(server) = server {
            server.abort();
            let _ = server.await;
        }
    }

    pub async fn up(&self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        *self.server.lock().unwrap() = Some(tokio::spawn(serve(listener, self.shared.clone())));
    }

    /// Lets the answer go that was held back.
    pub fn release(&self) {
        self.shared.released.notify_one();
    }

    /// A refund that somebody made at the provider's own desk.
    pub fn seed(&self, intent: &str, amount: i64) -> String {
        self.put(intent, amount, None)
    }

    /// One that bears the desk's name.
    pub fn seed_ours(&self, intent: &str, amount: i64, ours: &str) {
        self.put(intent, amount, Some(ours.to_owned()));
    }

    fn put(&self, intent: &str, amount: i64, ours: Option<String>) -> String {
        let mut books = self.books();
        let id = books.next_name();
        let created = books.clock.now();
        let made = Made {
            id: id.clone(),
            intent: intent.to_owned(),
            amount,
            ours,
            status: "succeeded",
            currency: "gbp",
            created,
            settles: None,
        };
        let shown = made.shown();
        books.made.push(made);
        books.tell("refund.created", &shown);
        id
    }

    /// Money that came in at the provider.
    pub fn pay(&self, intent: &str, received: i64) {
        let mut books = self.books();
        let created = books.clock.now();
        books.paid.push(Paid { intent: intent.to_owned(), received, currency: "gbp", created });
    }

    /// What the provider has is not what it told before.
    pub fn change_payment(&self, intent: &str, change: impl FnOnce(&mut Paid)) {
        change(self.books().paid.iter_mut().find(|paid| paid.intent == intent).unwrap());
    }

    /// As above, of a refund; the desk is told.
    pub fn change_refund(&self, id: &str, change: impl FnOnce(&mut Made)) {
        let mut books = self.books();
        let made = books.made.iter_mut().find(|made| made.id == id).unwrap();
        change(made);
        let shown = made.shown();
        books.tell("refund.updated", &shown);
    }

    /// A customer's bank asks this much back; the desk is told.
    pub fn dispute(&self, intent: &str, amount: i64, status: &'static str) -> String {
        let mut books = self.books();
        let id = format!("dp_{}", books.disputed.len() + 1);
        let created = books.clock.now();
        let new =
            Disputed { id: id.clone(), intent: intent.to_owned(), amount, status, currency: "gbp", created };
        let shown = new.shown();
        books.disputed.push(new);
        books.tell("charge.dispute.created", &shown);
        id
    }

    /// What the bank says next; the desk is told.
    pub fn change_dispute(&self, id: &str, change: impl FnOnce(&mut Disputed)) {
        let mut books = self.books();
        let one = books.disputed.iter_mut().find(|one| one.id == id).unwrap();
        change(one);
        let shown = one.shown();
        books.tell("charge.dispute.updated", &shown);
    }

    pub fn lose_dispute(&self, id: &str) {
        self.books().disputed.retain(|one| one.id != id);
    }

    pub fn lose_refund(&self, id: &str) {
        self.books().made.retain(|made| made.id != id);
    }

    pub fn lose_payment(&self, intent: &str) {
        self.books().paid.retain(|paid| paid.intent != intent);
    }

    pub fn made(&self) -> Vec<Made> {
        let mut books = self.books();
        books.settle();
        books.made.clone()
    }

    /// Method and address of every request that was read.
    pub fn asked(&self) -> Vec<String> {
        self.books().asked.clone()
    }

    /// The chain of calls that each of them said it belongs to.
    pub fn traces(&self) -> Vec<String> {
        self.books().traces.clone()
    }

    /// What it would tell the desk by now, oldest first; told once.
    pub fn messages(&self) -> Vec<Value> {
        let mut books = self.books();
        books.settle();
        std::mem::take(&mut books.messages)
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let cut = shared.cuts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if cut.is_ok() {
            continue;
        }
        tokio::spawn(connection(stream, shared.clone()));
    }
}

#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut")
    }
}

impl std::error::Error for Cut {}

type Reply = Result<Response<Full<Bytes>>, Cut>;

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request| answer(request, shared.clone()));
    // An error is a cut that was asked for, or a desk that waits no more.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, shared: Arc<Shared>) -> Reply {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).map_err(|_| Cut)?;
    let header =
        |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = parts.uri.path();
    let asks = parts.method == Method::GET;
    let (fault, status, text) = {
        let mut books = shared.books.lock().unwrap();
        books.settle();
        books.asked.push(format!("{} {}", parts.method, parts.uri));
        books.traces.push(header("traceparent").to_owned());
        if header("authorization") != format!("Bearer {KEY}") || header("stripe-version").is_empty() {
            (Fault::None, 401, error("invalid_request_error", "invalid_key", "No such key"))
        } else if asks {
            let (status, text) = books.show(path, parts.uri.query().unwrap_or_default());
            match books.chance.as_mut().map_or(99, |dice| dice.below(20)) {
                0 => (Fault::CutAfter, status, text),
                1 => (Fault::None, 503, String::new()),
                2 => (Fault::RateLimited, 429, String::new()),
                _ => (Fault::None, status, text),
            }
        } else {
            let fault = books.next_fault();
            let (status, text) = books.refund(fault, header("idempotency-key"), &body);
            (fault, status, text)
        }
    };
    match fault {
        Fault::CutAtOnce | Fault::CutBefore | Fault::CutAfter => return Err(Cut),
        Fault::Slow => tokio::time::sleep(PATIENCE * 2).await,
        Fault::Held => shared.released.notified().await,
        _ => {}
    }
    let reply = Response::builder().status(status).header("retry-after", "90");
    Ok::<_, Infallible>(reply.body(Full::new(Bytes::from(text))).unwrap()).map_err(|never| match never {})
}
