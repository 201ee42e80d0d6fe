//! Requests by route, method and outcome. The routes are laid out once: an address that is none of them, however it is
//! written, is counted with all others that are none.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use jiff::Timestamp;

use super::{
    histogram::{Histogram, PLACES},
    text::{Family, Sample},
};

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "other"];
/// By the first digit of the status; whoever had gone before there was one is in the first.
const CLASSES: [&str; 6] = ["gone", "1xx", "2xx", "3xx", "4xx", "5xx"];
const FAILED: usize = 5;
/// Files of the web app, and whatever else no route is for.
const NO_ROUTE: &str = "(web app)";
/// Pages that the API's document does not list.
const OTHER: &str = "(other)";

#[derive(Default)]
struct Place {
    classes: [AtomicU64; CLASSES.len()],
    durations: Histogram,
}

pub struct Requests {
    routes: Vec<String>,
    by_route: HashMap<String, usize>,
    /// A row of methods for each route.
    places: Vec<Place>,
    under_way: AtomicI64,
    failed: Mutex<VecDeque<Failed>>,
}

/// So many failures are kept until somebody writes them down.
const MOST_FAILED: usize = 100;

/// A request that ended with a 5xx.
#[derive(Debug, Clone)]
pub struct Failed {
    pub request_id: String,
    pub at: Timestamp,
    pub route: String,
    pub method: &'static str,
    pub status: u16,
}

/// What was counted of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    pub route: String,
    pub method: &'static str,
    pub requests: u64,
    /// Answered with a 5xx.
    pub failed: u64,
    /// Between the bounds of the histogram, the last without one.
    pub counts: [u64; PLACES],
}

impl Total {
    pub fn key(&self) -> (String, &'static str) {
        (self.route.clone(), self.method)
    }

    /// What has come to it since then; none, if nothing has.
    pub fn since(&self, before: Option<&Self>) -> Option<Self> {
        let Some(before) = before else { return Some(self.clone()) };
        let requests = self.requests.saturating_sub(before.requests);
        let failed = self.failed.saturating_sub(before.failed).min(requests);
        let counts = std::array::from_fn(|at| self.counts[at].saturating_sub(before.counts[at]));
        (requests > 0).then(|| Self { requests, failed, counts, ..self.clone() })
    }
}

impl Requests {
    /// `routes`: as the router matches them, such as `/api/admin/customers/{id}`.
    pub fn of(routes: impl IntoIterator<Item = String>) -> Self {
        let fixed = [NO_ROUTE.to_owned(), OTHER.to_owned()];
        let routes: Vec<String> = fixed.into_iter().chain(routes).collect();
        let by_route = routes.iter().enumerate().map(|(at, route)| (route.clone(), at)).collect();
        let places = (0..routes.len() * METHODS.len()).map(|_| Place::default()).collect();
        Self { routes, by_route, places, under_way: AtomicI64::new(0), failed: Mutex::default() }
    }

    /// Of every operation that was asked for.
    pub fn totals(&self) -> impl Iterator<Item = Total> {
        self.places.iter().enumerate().filter_map(|(at, place)| {
            let counts = place.durations.counts();
            let requests = counts.iter().sum();
            let failed = place.classes[FAILED].load(Relaxed).min(requests);
            let (route, method) = (self.routes[at / METHODS.len()].clone(), METHODS[at % METHODS.len()]);
            (requests > 0).then_some(Total { route, method, requests, failed, counts })
        })
    }

    /// It ended with a 5xx. Of too many the oldest go.
    pub fn note_failed(&self, failed: Failed) {
        self.give_back(vec![failed]);
    }

    /// Those that nobody has taken yet.
    pub fn take_failed(&self) -> Vec<Failed> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }

    /// They could not be written down.
    pub fn give_back(&self, failed: Vec<Failed>) {
        let mut kept = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(failed);
        while kept.len() > MOST_FAILED {
            kept.pop_front();
        }
    }

    /// A request begins; dropped without an outcome, it was given up by who asked.
    pub fn begin(&self, route: Option<&str>, method: &str) -> Under<'_> {
        let route = match route {
            Some(route) => self.by_route.get(route).copied().unwrap_or(1),
            None => 0,
        };
        // What HEAD asks for is what GET would.
        let method = if method == "HEAD" { "GET" } else { method };
        let method = METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len() - 1);
        self.under_way.fetch_add(1, Relaxed);
        Under { requests: self, place: route * METHODS.len() + method, began: Instant::now(), class: 0 }
    }

    pub(super) fn families(&self) -> Vec<Family> {
        let mut total = Family::counter(
            "hub_http_requests_total",
            "Requests, by the pattern of their address, method and class of status; gone: given up by who asked.",
        );
        let mut durations = Family::histogram(
            "hub_http_request_duration_seconds",
            "How long until an answer began, by the pattern of the address and method.",
        );
        for (at, place) in self.places.iter().enumerate() {
            let (route, method) = (self.routes[at / METHODS.len()].as_str(), METHODS[at % METHODS.len()]);
            let labels = [("route", route), ("method", method)];
            let counts: Vec<u64> = place.classes.iter().map(|count| count.load(Relaxed)).collect();
            if counts.iter().all(|count| *count == 0) {
                continue;
            }
            for (class, count) in CLASSES.iter().zip(counts).filter(|(_, count)| *count > 0) {
                let labels = [("route", route), ("method", method), ("class", class)];
                total.samples.push(Sample::of(&labels, count as f64));
            }
            durations.samples.extend(place.durations.samples(&labels));
        }
        let under_way = self.under_way.load(Relaxed) as f64;
        let under_way =
            Family::gauge("hub_http_requests_under_way", "Requests that are being answered.").at(under_way);
        vec![total, durations, under_way]
    }
}

/// A request that is being answered.
pub struct Under<'a> {
    requests: &'a Requests,
    place: usize,
    began: Instant,
    class: usize,
}

impl Under<'_> {
    /// It was answered with this status.
    pub fn ended(mut self, status: u16) {
        self.class = usize::from(status / 100).min(CLASSES.len() - 1);
    }

    pub fn route(&self) -> &str {
        &self.requests.routes[self.place / METHODS.len()]
    }

    pub fn method(&self) -> &'static str {
        METHODS[self.place % METHODS.len()]
    }
}

impl Drop for Under<'_> {
    fn drop(&mut self) {
        let place = &self.requests.places[self.place];
        place.classes[self.class].fetch_add(1, Relaxed);
        place.durations.record(self.began.elapsed());
        self.requests.under_way.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(requests: &Requests) -> usize {
        requests.families().iter().map(|family| family.samples.len()).sum()
    }

    #[test]
    fn whatever_is_asked_for_the_series_are_bounded_by_the_routes() {
        let requests = Requests::of(["/a/{id}".to_owned()]);
        let ask = |route: Option<&str>, method: &str, status: u16| {
            requests.begin(route, method).ended(status);
        };
        for (route, method) in [(Some("/a/{id}"), "GET"), (Some("/b"), "GET"), (None, "BREW")] {
            ask(route, method, 200);
        }
        let few = series(&requests);
        for number in 0..10_000 {
            ask(Some(&format!("/a/{number}")), "GET", 200);
            ask(None, &format!("M{number}"), 200);
        }
        assert_eq!(series(&requests), few);
        // The control: another method of a known route is another series.
        ask(Some("/a/{id}"), "PUT", 999);
        assert!(series(&requests) > few);
    }

    #[test]
    fn what_came_since_is_told_apart() {
        let requests = Requests::of(["/a".to_owned()]);
        let ask = |status: u16| requests.begin(Some("/a"), "GET").ended(status);
        ask(200);
        let before = requests.totals().next().unwrap();
        assert_eq!(before.since(Some(&before)), None);
        assert_eq!(before.since(None), Some(before.clone()));
        ask(500);
        let new = requests.totals().next().unwrap().since(Some(&before)).unwrap();
        assert_eq!((new.requests, new.failed, new.counts.iter().sum::<u64>()), (1, 1, 1));
    }

    #[test]
    fn failures_are_kept_until_they_are_taken_and_not_for_ever() {
        let requests = Requests::of([]);
        let failed = |number: usize| Failed {
            request_id: number.to_string(),
            at: Timestamp::UNIX_EPOCH,
            route: "/a".to_owned(),
            method: "GET",
            status: 500,
        };
        for number in 0..MOST_FAILED + 5 {
            requests.note_failed(failed(number));
        }
        let taken = requests.take_failed();
        assert_eq!((taken.len(), taken[0].request_id.as_str()), (MOST_FAILED, "5"));
        assert!(requests.take_failed().is_empty());
    }

    #[test]
    fn a_request_that_is_given_up_is_counted_as_such() {
        let requests = Requests::of(["/a".to_owned()]);
        let under = requests.begin(Some("/a"), "HEAD");
        assert_eq!((under.route(), under.method()), ("/a", "GET"));
        let at_work = requests.families();
        assert_eq!(at_work[2].samples[0].value, 1.0);
        drop(under);
        let counted = requests.families();
        assert_eq!(counted[0].samples[0].label("class"), Some("gone"));
        assert_eq!(counted[2].samples[0].value, 0.0);
    }
}
