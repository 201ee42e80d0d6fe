//! What the provider knows, and what it does with a request.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use kernel::Clock;
use serde_json::{Value, json};

use crate::support::Dice;

/// What goes wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// The connection is cut before a byte was read.
    CutAtOnce,
    /// Nothing was done, and the connection is cut.
    CutBefore,
    /// It was done, and the connection is cut.
    CutAfter,
    /// It was done, and the answer is a 500, kept under the key.
    ErrorAfter,
    /// Nothing was done, and the answer is a 500, kept under the key.
    ErrorKept,
    /// It was done, and the answer comes when nobody waits any more.
    Slow,
    /// It was done, and the answer is held back until [`TestProvider::release`].
    Held,
    /// It was done, and the answer is a page of something in between.
    Garbled,
    RateLimited,
    Unauthorized,
    Declined,
    /// The same key is at work just now.
    Busy,
    /// Taken, and succeeded an hour later.
    LateSuccess,
    /// Taken, and failed an hour later.
    LateFailure,
}

impl Fault {
    pub const ALL: [Self; 15] = [
        Self::None,
        Self::CutAtOnce,
        Self::CutBefore,
        Self::CutAfter,
        Self::ErrorAfter,
        Self::ErrorKept,
        Self::Slow,
        Self::Held,
        Self::Garbled,
        Self::RateLimited,
        Self::Unauthorized,
        Self::Declined,
        Self::Busy,
        Self::LateSuccess,
        Self::LateFailure,
    ];
}

/// A refund in the provider's own ledger.
#[derive(Debug, Clone)]
pub struct Made {
    pub id: String,
    pub intent: String,
    pub amount: i64,
    /// The desk's id, as it was told.
    pub ours: Option<String>,
    pub status: &'static str,
    pub currency: &'static str,
    pub created: Timestamp,
    pub(super) settles: Option<(Timestamp, &'static str)>,
}

/// What came in, as the provider has it.
#[derive(Debug, Clone)]
pub struct Paid {
    pub intent: String,
    pub received: i64,
    pub currency: &'static str,
    pub created: Timestamp,
}

/// What a customer's bank asks back.
#[derive(Debug, Clone)]
pub struct Disputed {
    pub id: String,
    pub intent: String,
    pub amount: i64,
    pub status: &'static str,
    pub currency: &'static str,
    pub created: Timestamp,
}

#[derive(Default)]
pub(super) struct Books {
    pub(super) clock: Clock,
    pub(super) made: Vec<Made>,
    pub(super) paid: Vec<Paid>,
    pub(super) disputed: Vec<Disputed>,
    named: usize,
    /// When, for what, and the answer.
    keys: HashMap<String, (Timestamp, String, u16, String)>,
    pub(super) planned: VecDeque<Fault>,
    /// Faults by chance, of refunds and of looking up.
    pub(super) chance: Option<Dice>,
    pub(super) messages: Vec<Value>,
    told: u64,
    pub(super) asked: Vec<String>,
    pub(super) traces: Vec<String>,
}

pub(super) fn error(kind: &str, code: &str, message: &str) -> String {
    json!({ "error": { "type": kind, "code": code, "message": message } }).to_string()
}

impl Books {
    pub(super) fn next_fault(&mut self) -> Fault {
        if let Some(planned) = self.planned.pop_front() {
            return planned;
        }
        let Some(dice) = &mut self.chance else { return Fault::None };
        // Every second request is served as it should be.
        if dice.one_in(2) {
            return Fault::None;
        }
        match *dice.pick(&Fault::ALL) {
            // A held answer needs somebody to let it go.
            Fault::Held => Fault::None,
            fault => fault,
        }
    }

    /// Carries out a request for a refund as far as the fault lets it.
    pub(super) fn refund(&mut self, fault: Fault, key: &str, body: &[u8]) -> (u16, String) {
        let now = self.clock.now();
        let content = String::from_utf8(body.to_vec()).unwrap();
        assert!(!key.is_empty(), "a refund without an idempotency key");
        match fault {
            Fault::CutBefore | Fault::CutAtOnce => return (0, String::new()),
            Fault::RateLimited => return (429, error("rate_limit_error", "rate_limit", "Slow down")),
            Fault::Unauthorized => {
                return (401, error("invalid_request_error", "api_key_expired", "Expired"));
            }
            Fault::Busy => return (409, error("idempotency_error", "idempotency_key_in_use", "At work")),
            _ => {}
        }
        self.keys.retain(|_, (at, ..)| now.duration_since(*at) < SignedDuration::from_hours(24));
        if let Some((_, before, status, answer)) = self.keys.get(key) {
            return if *before == content {
                (*status, answer.clone())
            } else {
                (400, error("idempotency_error", "", "Other parameters"))
            };
        }
        let (status, answer) = match fault {
            Fault::ErrorKept => (500, error("api_error", "", "Something went wrong")),
            Fault::Declined => (402, error("card_error", "expired_or_canceled_card", "The card is closed.")),
            _ => self.make(fault, &content, now),
        };
        let (status, answer) = match fault {
            Fault::ErrorAfter if status == 200 => (500, error("api_error", "", "Something went wrong")),
            _ => (status, answer),
        };
        self.keys.insert(key.to_owned(), (now, content, status, answer.clone()));
        if fault == Fault::Garbled { (200, "<html>".to_owned()) } else { (status, answer) }
    }

    fn make(&mut self, fault: Fault, content: &str, now: Timestamp) -> (u16, String) {
        let form: HashMap<String, String> = form_urlencoded::parse(content.as_bytes()).into_owned().collect();
        let later = |status| Some((now + SignedDuration::from_hours(1), status));
        let (status, settles) = match fault {
            Fault::LateSuccess => ("pending", later("succeeded")),
            Fault::LateFailure => ("pending", later("failed")),
            _ => ("succeeded", None),
        };
        let made = Made {
            id: self.next_name(),
            intent: form["payment_intent"].clone(),
            amount: form["amount"].parse().unwrap(),
            ours: form.get("metadata[hub_refund_id]").cloned(),
            status,
            currency: "gbp",
            created: now,
            settles,
        };
        let shown = made.shown();
        self.tell("refund.created", &shown);
        self.made.push(made);
        (200, shown.to_string())
    }

    pub(super) fn next_name(&mut self) -> String {
        self.named += 1;
        format!("re_{}", self.named)
    }

    /// What was to come about by now has.
    pub(super) fn settle(&mut self) {
        let now = self.clock.now();
        let mut told = Vec::new();
        for made in &mut self.made {
            if let Some((_, status)) = made.settles.filter(|(at, _)| *at <= now) {
                made.status = status;
                made.settles = None;
                told.push(made.shown());
            }
        }
        for shown in told {
            self.tell("refund.updated", &shown);
        }
    }

    pub(super) fn tell(&mut self, kind: &str, shown: &Value) {
        self.told += 1;
        self.messages.push(json!({ "id": format!("evt_{}", self.told), "object": "event", "type": kind,
            "data": { "object": shown } }));
    }

    pub(super) fn show(&self, path: &str, query: &str) -> (u16, String) {
        if let Some(id) = path.strip_prefix("/v1/refunds/") {
            return self.made.iter().find(|made| made.id == id).map_or_else(
                || (404, error("invalid_request_error", "resource_missing", "No such refund")),
                |made| (200, made.shown().to_string()),
            );
        }
        if let Some(intent) = path.strip_prefix("/v1/payment_intents/") {
            return self.paid.iter().find(|paid| paid.intent == intent).map_or_else(
                || (404, error("invalid_request_error", "resource_missing", "No such payment")),
                |paid| (200, paid.shown().to_string()),
            );
        }
        if let Some(id) = path.strip_prefix("/v1/disputes/") {
            return self.disputed.iter().find(|one| one.id == id).map_or_else(
                || (404, error("invalid_request_error", "resource_missing", "No such dispute")),
                |one| (200, one.shown().to_string()),
            );
        }
        let query: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let bound = |name: &str| query.get(name).map(|text| text.parse::<i64>().unwrap());
        let within = |created: Timestamp| {
            let at = created.as_second();
            bound("created[gte]").is_none_or(|since| since <= at)
                && bound("created[lte]").is_none_or(|until| at <= until)
        };
        let all: Vec<(&str, Value)> = match path {
            "/v1/refunds" => {
                let of = |made: &&Made| {
                    query.get("payment_intent").is_none_or(|intent| *intent == made.intent)
                        && within(made.created)
                };
                self.made.iter().rev().filter(of).map(|made| (made.id.as_str(), made.shown())).collect()
            }
            "/v1/payment_intents" => {
                let of = |paid: &&Paid| within(paid.created);
                self.paid.iter().rev().filter(of).map(|paid| (paid.intent.as_str(), paid.shown())).collect()
            }
            "/v1/disputes" => {
                let of = |one: &&Disputed| within(one.created);
                self.disputed.iter().rev().filter(of).map(|one| (one.id.as_str(), one.shown())).collect()
            }
            other => panic!("the provider knows no {other}"),
        };
        page(all, &query)
    }
}

fn page(mut all: Vec<(&str, Value)>, query: &HashMap<String, String>) -> (u16, String) {
    let limit: usize = query["limit"].parse().unwrap();
    if let Some(last) = query.get("starting_after") {
        let place = all.iter().position(|(id, _)| id == last).unwrap();
        all.drain(..=place);
    }
    let more = all.len() > limit;
    let data: Vec<Value> = all.into_iter().take(limit).map(|(_, shown)| shown).collect();
    (200, json!({ "object": "list", "data": data, "has_more": more }).to_string())
}

impl Paid {
    fn shown(&self) -> Value {
        json!({ "id": self.intent, "object": "payment_intent", "amount_received": self.received, "currency": self.currency,
            "created": self.created.as_second() })
    }
}

impl Disputed {
    pub(super) fn shown(&self) -> Value {
        let due = matches!(self.status, "needs_response" | "warning_needs_response")
            .then(|| self.created.as_second() + 7 * 86_400);
        json!({ "id": self.id, "object": "dispute", "amount": self.amount, "currency": self.currency,
            "created": self.created.as_second(), "payment_intent": self.intent, "charge": "ch_1", "reason": "product_not_received",
            "status": self.status, "evidence_details": { "due_by": due, "has_evidence": false } })
    }
}

impl Made {
    pub(super) fn shown(&self) -> Value {
        let metadata = self.ours.as_ref().map_or(json!({}), |id| json!({ "hub_refund_id": id }));
        let failure = (self.status == "failed").then_some("expired_or_canceled_card");
        json!({ "id": self.id, "object": "refund", "amount": self.amount, "currency": self.currency,
            "created": self.created.as_second(), "payment_intent": self.intent,
            "status": self.status, "metadata": metadata, "failure_reason": failure })
    }
}
