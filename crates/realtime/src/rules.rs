//! What a hint means for one socket.

use kernel::{CustomerId, SessionId, StaffId};
use platform::live::Hint;

/// Whose socket it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner {
    pub staff: StaffId,
    pub session: SessionId,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Concern {
    /// Of general interest: pass it on.
    All,
    /// About somebody else's sign-in.
    Nobody,
    /// This very session began or ended: look whether it lives.
    Session,
    /// Something about the person: look whether the session lives, and if so, pass it on.
    Person,
}

/// `shown`: whom the page shows.
pub(crate) fn concern(hint: &Hint, owner: Owner, shown: Option<CustomerId>) -> Concern {
    match (hint.topic.as_str(), hint.id) {
        ("session", Some(id)) if id == owner.session.0 => Concern::Session,
        ("sessions", Some(id)) if id == owner.staff.0 => Concern::Person,
        // Who looks at whom is of interest to those who look at the same.
        ("presence", Some(id)) if shown.is_some_and(|shown| shown.0 == id) => Concern::All,
        ("session" | "sessions" | "presence", _) => Concern::Nobody,
        _ => Concern::All,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn heard(topic: &str, id: Option<uuid::Uuid>, owner: Owner, shown: Option<CustomerId>) -> Concern {
        concern(&Hint { topic: topic.to_owned(), id, about: None }, owner, shown)
    }

    #[test]
    fn who_looks_concerns_those_who_look_at_the_same() {
        let owner = Owner {
            staff: StaffId::new(Timestamp::UNIX_EPOCH),
            session: SessionId::new(Timestamp::UNIX_EPOCH),
        };
        let shown = CustomerId::new(Timestamp::UNIX_EPOCH);
        let other = CustomerId::new(Timestamp::UNIX_EPOCH);
        assert_eq!(heard("presence", Some(shown.0), owner, Some(shown)), Concern::All);
        assert_eq!(heard("presence", Some(other.0), owner, Some(shown)), Concern::Nobody);
        assert_eq!(heard("presence", Some(shown.0), owner, None), Concern::Nobody);
    }

    #[test]
    fn sign_ins_concern_only_those_who_signed_in() {
        let owner = Owner {
            staff: StaffId::new(Timestamp::UNIX_EPOCH),
            session: SessionId::new(Timestamp::UNIX_EPOCH),
        };
        let other = Some(StaffId::new(Timestamp::UNIX_EPOCH).0);
        for (topic, id, expected) in [
            ("customer", other, Concern::All),
            ("staff", Some(owner.staff.0), Concern::All),
            ("resync", None, Concern::All),
            ("session", Some(owner.session.0), Concern::Session),
            ("session", other, Concern::Nobody),
            ("sessions", Some(owner.staff.0), Concern::Person),
            ("sessions", other, Concern::Nobody),
            ("sessions", None, Concern::Nobody),
        ] {
            assert_eq!(heard(topic, id, owner, None), expected, "{topic} {id:?}");
        }
    }
}
