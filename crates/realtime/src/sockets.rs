use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::StatusCode;
use kernel::StaffId;
use platform::{Problem, Result};
use tokio::sync::watch;

/// Open sockets of one person: many tabs on several devices, and no more.
const MOST_PER_PERSON: usize = 64;

/// Every open socket of this process. The HTTP server does not wait for connections that became sockets, so whoever shuts
/// it down also calls [`Sockets::close`].
#[derive(Clone)]
pub struct Sockets(Arc<State>);

struct State {
    draining: watch::Sender<bool>,
    open: Mutex<HashMap<StaffId, usize>>,
}

impl Default for Sockets {
    fn default() -> Self {
        Self(Arc::new(State { draining: watch::channel(false).0, open: Mutex::default() }))
    }
}

impl Sockets {
    /// Opens no more sockets, tells each open one that the server is going away (1001), and returns when the last has
    /// closed: a few seconds at most.
    pub async fn close(&self) {
        self.0.draining.send_replace(true);
        self.0.draining.closed().await;
    }

    /// How many are open now.
    pub fn count(&self) -> usize {
        self.0.draining.receiver_count()
    }

    pub(crate) fn take_seat(&self, staff: StaffId) -> Result<Seat> {
        let draining = self.0.draining.subscribe();
        if *draining.borrow() {
            let mut problem = Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "shutting_down",
                "The server is shutting down. Try again in a moment.",
            );
            problem.retry_after_s = Some(2);
            return Err(problem);
        }
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(staff).or_default();
        if *count == MOST_PER_PERSON {
            return Err(Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_sockets",
                "Too many pages of yours are connected at once. Close some.",
            ));
        }
        *count += 1;
        Ok(Seat { staff, draining, sockets: self.clone() })
    }
}

/// The right to one open socket, given back when dropped.
pub(crate) struct Seat {
    staff: StaffId,
    draining: watch::Receiver<bool>,
    sockets: Sockets,
}

impl Seat {
    /// Returns once the server shuts down.
    pub async fn drained(&mut self) {
        // An error would mean that nobody is left who could say so.
        let _ = self.draining.changed().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.sockets.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.staff) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.staff);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[tokio::test]
    async fn one_person_cannot_take_every_seat() {
        let sockets = Sockets::default();
        let staff = StaffId::new(Timestamp::UNIX_EPOCH);
        let mut seats: Vec<Seat> = (0..MOST_PER_PERSON).map(|_| sockets.take_seat(staff).unwrap()).collect();
        assert_eq!(sockets.take_seat(staff).err().unwrap().code, "too_many_sockets");
        assert!(sockets.take_seat(StaffId::new(Timestamp::UNIX_EPOCH)).is_ok());
        seats.pop();
        assert!(sockets.take_seat(staff).is_ok());
    }

    #[tokio::test]
    async fn closing_waits_for_the_last_and_lets_nobody_in() {
        let sockets = Sockets::default();
        let staff = StaffId::new(Timestamp::UNIX_EPOCH);
        let mut seat = sockets.take_seat(staff).unwrap();
        let leaving = tokio::spawn(async move { seat.drained().await });
        sockets.close().await;
        assert!(leaving.await.is_ok());
        assert_eq!(sockets.count(), 0);
        assert_eq!(sockets.take_seat(staff).err().unwrap().code, "shutting_down");
    }
}
