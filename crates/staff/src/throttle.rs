//! Slows guessing. Failures are counted, successes are not: per account and address together (tight), per address, and
//! per account (wide), so that a stranger who guesses at an account slows himself, not its owner elsewhere.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use kernel::StaffId;

/// What somebody tries to guess.
#[derive(Clone, Copy)]
pub enum Guess<'a> {
    /// The password of this account, known or not.
    Password(&'a str),
    /// The code of an authenticator app. One in 330,000 guesses is right, and whoever guesses knows the password already.
    Code(StaffId),
    /// 80 random bits: slowed like a password, and apart from codes, so that the owner keeps this way in.
    RecoveryCode(StaffId),
    /// Nothing: a new password is asked for at this address. Slowed like a guess, because it makes mail.
    Reset(&'a str),
    /// The secret of a one-time link, by the hash of it.
    Link(&'a str),
    /// Nobody guesses a signature: slowed by address only, for the work it makes.
    Passkey,
    SingleSignOn,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Pair(String, Option<IpAddr>),
    Address(Option<IpAddr>),
    Account(String),
    Code(StaffId),
}

/// So many failures at once, then one more after each interval.
struct Bound {
    burst: u32,
    interval: SignedDuration,
}

fn bound(key: &Key) -> Bound {
    let (burst, seconds) = match key {
        Key::Pair(..) => (5, 30),
        Key::Address(_) => (50, 5),
        Key::Account(_) => (200, 2),
        // Some 1,500 guesses a day, from wherever: less than one chance in 200.
        Key::Code(_) => (20, 60),
    };
    Bound { burst, interval: SignedDuration::from_secs(seconds) }
}

/// Failures are remembered as the instant at which the last of them is forgiven (a "generic cell rate" clock).
#[derive(Clone, Default)]
pub struct Throttle(Arc<Mutex<HashMap<Key, Timestamp>>>);

impl Throttle {
    /// Counts an attempt as failed before it is tried, so that many at once cannot slip through together. `Err` holds the
    /// seconds to wait when there have been too many; that attempt is not counted.
    pub fn attempt(&self, guess: Guess<'_>, address: Option<IpAddr>, now: Timestamp) -> Result<(), u64> {
        let mut forgiven = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = keys(guess, address);
        if let Some(seconds) = keys.iter().filter_map(|key| wait(&forgiven, key, now)).max() {
            return Err(seconds);
        }
        if forgiven.len() > 10_000 {
            forgiven.retain(|_, at| *at > now);
        }
        for key in keys {
            let interval = bound(&key).interval;
            let at = forgiven.entry(key).or_insert(now);
            *at = (*at).max(now).saturating_add(interval).unwrap_or(*at);
        }
        Ok(())
    }

    /// The attempt was right after all: it is not counted, and the owner's earlier mistakes from this address are forgotten.
    pub fn succeeded(&self, guess: Guess<'_>, address: Option<IpAddr>) {
        let mut forgiven = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys(guess, address) {
            let interval = bound(&key).interval;
            match &key {
                Key::Pair(..) => {
                    forgiven.remove(&key);
                }
                Key::Address(_) | Key::Account(_) | Key::Code(_) => {
                    if let Some(at) = forgiven.get_mut(&key) {
                        *at = at.saturating_sub(interval).unwrap_or(*at);
                    }
                }
            }
        }
    }
}

fn wait(forgiven: &HashMap<Key, Timestamp>, key: &Key, now: Timestamp) -> Option<u64> {
    let bound = bound(key);
    let allowance = bound.interval * i32::try_from(bound.burst - 1).unwrap_or(i32::MAX);
    let earliest = forgiven.get(key)?.checked_sub(allowance).ok()?;
    let wait = earliest.duration_since(now);
    wait.is_positive().then(|| wait.as_secs().unsigned_abs() + 1)
}

fn keys(guess: Guess<'_>, address: Option<IpAddr>) -> Vec<Key> {
    let (account, wide) = match guess {
        Guess::Password(account) => (account.to_owned(), Key::Account(account.to_owned())),
        Guess::Reset(account) => {
            let account = format!("new password of {account}");
            (account.clone(), Key::Account(account))
        }
        Guess::Link(hash) => (format!("link {hash}"), Key::Account(format!("link {hash}"))),
        Guess::Code(id) => (format!("code of {id}"), Key::Code(id)),
        Guess::RecoveryCode(id) => {
            let account = format!("recovery code of {id}");
            (account.clone(), Key::Account(account))
        }
        Guess::Passkey => return vec![Key::Pair("a passkey".to_owned(), address), Key::Address(address)],
        Guess::SingleSignOn => {
            return vec![Key::Pair("single sign-on".to_owned(), address), Key::Address(address)];
        }
    };
    vec![Key::Pair(account, address), Key::Address(address), wide]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn five_failures_then_a_wait() {
        let throttle = Throttle::default();
        let here = Some("203.0.113.1".parse().unwrap());
        for _ in 0..5 {
            assert_eq!(throttle.attempt(Guess::Password("emma"), here, at(0)), Ok(()));
        }
        assert_eq!(throttle.attempt(Guess::Password("emma"), here, at(0)), Err(31));
        assert_eq!(throttle.attempt(Guess::Password("emma"), here, at(31)), Ok(()));
    }

    #[test]
    fn who_gets_in_is_not_slowed() {
        let throttle = Throttle::default();
        let here = Some("203.0.113.1".parse().unwrap());
        for _ in 0..500 {
            assert_eq!(throttle.attempt(Guess::Password("emma"), here, at(0)), Ok(()));
            throttle.succeeded(Guess::Password("emma"), here);
        }
    }

    #[test]
    fn the_owner_elsewhere_is_not_locked_out() {
        let throttle = Throttle::default();
        let stranger = Some("203.0.113.1".parse().unwrap());
        for second in 0..100 {
            let _ = throttle.attempt(Guess::Password("emma"), stranger, at(second));
        }
        assert!(throttle.attempt(Guess::Password("emma"), stranger, at(100)).is_err());
        assert_eq!(
            throttle.attempt(Guess::Password("emma"), Some("198.51.100.7".parse().unwrap()), at(100)),
            Ok(())
        );
    }

    #[test]
    fn codes_are_slowed_from_wherever_they_come_and_recovery_codes_apart() {
        let throttle = Throttle::default();
        let emma = StaffId::new(at(0));
        let from = |host: u8| Some(std::net::Ipv4Addr::new(203, 0, 113, host).into());
        for host in 0..20 {
            assert_eq!(throttle.attempt(Guess::Code(emma), from(host), at(0)), Ok(()));
        }
        assert_eq!(throttle.attempt(Guess::Code(emma), from(99), at(0)), Err(61));
        assert_eq!(throttle.attempt(Guess::RecoveryCode(emma), from(99), at(0)), Ok(()));
        assert_eq!(throttle.attempt(Guess::Code(StaffId::new(at(1))), from(99), at(0)), Ok(()));
    }

    #[test]
    fn one_address_cannot_try_many_accounts() {
        let throttle = Throttle::default();
        let here = Some("203.0.113.1".parse().unwrap());
        for account in 0..60 {
            let _ = throttle.attempt(Guess::Password(&format!("account{account}")), here, at(0));
        }
        assert!(throttle.attempt(Guess::Password("another"), here, at(0)).is_err());
    }
}
