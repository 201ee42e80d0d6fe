use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::{Kind, SYSTEM};

/// Our id for a record of the source: a UUID version 7 whose time is the record's and whose random part is a digest of
/// its name. So the same source gives the same ids in a dry run, in a run that was interrupted, and in a new database.
pub fn our_id(kind: Kind, external_id: &str, created_at: Timestamp) -> Uuid {
    let digest = Sha256::new()
        .chain_update(SYSTEM)
        .chain_update([0])
        .chain_update(kind.as_str())
        .chain_update([0])
        .chain_update(external_id)
        .finalize();
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    let millis = u64::try_from(created_at.as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// The digest by which a later run knows that a row has not changed.
pub fn content_hash(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_id_is_the_same_every_time_and_differs_by_kind_and_source_id() {
        let when = at("2025-03-01T10:00:00Z");
        let id = our_id(Kind::Customer, "c1", when);
        assert_eq!(id, our_id(Kind::Customer, "c1", when));
        assert_ne!(id, our_id(Kind::Customer, "c2", when));
        assert_ne!(id, our_id(Kind::Booking, "c1", when));
        assert_eq!(id.get_version_num(), 7);
    }

    #[test]
    fn ids_sort_by_the_time_of_the_record() {
        let older = our_id(Kind::Customer, "z", at("2024-01-01T00:00:00Z"));
        let newer = our_id(Kind::Customer, "a", at("2025-01-01T00:00:00Z"));
        assert!(older < newer);
        assert!(
            our_id(Kind::Customer, "a", at("1950-01-01T00:00:00Z")) < older,
            "before 1970 counts as 1970"
        );
    }
}
