//! Slows guessing. Failures are counted, successes are not: per account and address together (tight), per address, and
//! per account (wide), so that a stranger who guesses at an account slows himself, not its owner elsewhere. Counted
//! in the database: guesses spread over several processes count together.

use std::net::{IpAddr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};
use kernel::StaffId;
use platform::db::GenericClient;
use platform::{
    Result,
    rate::{self, Limit},
};

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

/// Counts an attempt as failed before it is tried, so that many at once cannot slip through together. `Err` holds the
/// seconds to wait when there have been too many; that attempt is not counted. Not in a transaction that may come to nothing.
pub async fn attempt(
    db: &impl GenericClient,
    guess: Guess<'_>,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<Result<(), u64>> {
    let Limits { pair, wide } = limits(guess, address);
    let mut all = vec![pair];
    all.extend(wide);
    rate::take(db, &all, now).await
}

/// The attempt was right after all: it is not counted, and the owner's earlier mistakes from this address are forgotten.
pub async fn succeeded(db: &impl GenericClient, guess: Guess<'_>, address: Option<IpAddr>) -> Result<()> {
    let Limits { pair, wide } = limits(guess, address);
    rate::forget(db, pair).await?;
    rate::give_back(db, &wide).await
}

struct Limits {
    /// Of what is guessed, from where.
    pair: Limit,
    /// Of the address, and of what is guessed from wherever.
    wide: Vec<Limit>,
}

fn limits(guess: Guess<'_>, address: Option<IpAddr>) -> Limits {
    let (what, everywhere) = match guess {
        Guess::Password(account) => (format!("password of {account}"), Some((200, 2))),
        Guess::Reset(account) => (format!("new password of {account}"), Some((200, 2))),
        Guess::Link(hash) => (format!("link {hash}"), Some((200, 2))),
        // Some 1,500 guesses a day, from wherever: less than one chance in 200.
        Guess::Code(id) => (format!("code of {id}"), Some((20, 60))),
        Guess::RecoveryCode(id) => (format!("recovery code of {id}"), Some((200, 2))),
        Guess::Passkey => ("a passkey".to_owned(), None),
        Guess::SingleSignOn => ("single sign-on".to_owned(), None),
    };
    let from = address.map_or_else(|| "nowhere".to_owned(), |address| network(address).to_string());
    let mut wide = vec![limit(&format!("address {from}"), 50, 5)];
    wide.extend(everywhere.map(|(burst, seconds)| limit(&format!("{what}, from anywhere"), burst, seconds)));
    Limits { pair: limit(&format!("{what}, from {from}"), 5, 30), wide }
}

/// So many failures at once, then one more after each interval.
fn limit(what: &str, burst: i32, seconds: i64) -> Limit {
    Limit::new(&format!("guess: {what}"), burst, SignedDuration::from_secs(seconds))
}

/// Whoever has one address of IPv6 has the 2^64 beside it.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => address.into(),
            None => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        },
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_ipv6_are_one_and_others_are_not() {
        let at = |text: &str| network(text.parse().unwrap());
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:203.0.113.1"), at("203.0.113.1"));
        assert_ne!(at("203.0.113.1"), at("203.0.113.2"));
    }
}
