//! Decisions about merging and undoing.

use customers::{Act, Customer};
use kernel::{CustomerId, Pence};
use platform::{Problem, Result};
use serde_json::{Value, json};
use staff::{Permission, Reach};

use crate::{DuplicateReason, DuplicateStrength, MergeBlock, MergeKeep, MergeSide};

/// What of a record and its person may stand in the way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    pub name: String,
    pub erased: bool,
    pub merged: bool,
    pub archived: bool,
    pub erasure_open: bool,
    pub held: bool,
    /// Numbers of data requests that are not answered.
    pub requests: Vec<i64>,
    pub refunds_under_way: i64,
    pub approvals_pending: i64,
    pub export_in_the_making: bool,
}

pub(crate) fn blocks(standing: &Standing) -> Vec<MergeBlock> {
    let name = &standing.name;
    let requests: Vec<String> = standing.requests.iter().map(|number| format!("DR-{number}")).collect();
    let all = [
        (standing.erased, "erased", "was erased.".to_owned()),
        (standing.merged, "merged", "was merged into another record by now. Go on there.".to_owned()),
        (standing.archived && !standing.merged, "archived", "is archived. Restore them first.".to_owned()),
        (standing.erasure_open, "erasure_open", "is to be erased, or is being erased.".to_owned()),
        (standing.held, "legal_hold", "is under a legal hold.".to_owned()),
        (
            !requests.is_empty(),
            "data_request_open",
            format!("has a data request that is not answered: {}. Answer it first.", requests.join(", ")),
        ),
        (
            standing.refunds_under_way > 0,
            "refund_under_way",
            "has a refund under way. Let it come to its end first.".to_owned(),
        ),
        (
            standing.approvals_pending > 0,
            "approval_pending",
            "has a request that waits for approval. Decide first.".to_owned(),
        ),
        (
            standing.export_in_the_making,
            "export_in_the_making",
            "has a copy of everything in the making. Wait a moment.".to_owned(),
        ),
    ];
    let blocks = all.into_iter().filter(|(holds, ..)| *holds);
    blocks
        .map(|(_, code, words)| MergeBlock { code: code.to_owned(), reason: format!("{name} {words}") })
        .collect()
}

/// What came since a merge that makes undoing it impossible.
#[derive(Debug, Clone, Default)]
pub(crate) struct Since {
    pub undone: bool,
    /// Who has the e-mail address that one of the two would get back.
    pub email_owner: Option<String>,
    /// The one's credit has paid for the other's bookings.
    pub credit_spent: Pence,
}

/// Undoing needs of the record that stayed what merging needs, and that the two can be parted.
pub(crate) fn undo_blocks(standing: &Standing, since: &Since) -> Vec<MergeBlock> {
    let mut found = Vec::new();
    let mut add = |code: &str, reason: String| found.push(MergeBlock { code: code.to_owned(), reason });
    if since.undone {
        add("merge_undone", "This merge was undone already.".to_owned());
    }
    if standing.merged {
        add(
            "merged_again",
            format!("{} was merged into another record since. Undo that first.", standing.name),
        );
    }
    if let Some(owner) = &since.email_owner {
        add("email_taken", format!("{owner} has the e-mail address by now that would go back."));
    }
    if since.credit_spent != Pence(0) {
        let detail =
            "of store credit was spent since, the one's on a booking of the other. It cannot be parted.";
        add("credit_spent", format!("{} {detail}", since.credit_spent));
    }
    found.extend(blocks(&Standing { merged: false, ..standing.clone() }));
    found
}

/// The first thing in the way, as a refusal.
pub(crate) fn check_blocks(blocks: &[MergeBlock]) -> Result<()> {
    const CODES: [&str; 13] = [
        "erased",
        "merged",
        "archived",
        "erasure_open",
        "legal_hold",
        "data_request_open",
        "refund_under_way",
        "approval_pending",
        "export_in_the_making",
        "merge_undone",
        "merged_again",
        "email_taken",
        "credit_spent",
    ];
    let Some(block) = blocks.first() else { return Ok(()) };
    let code = CODES.iter().find(|code| **code == block.code).unwrap_or(&"merge_blocked");
    Err(Problem::conflict(code, block.reason.clone()).with("blocks", json!(blocks)))
}

pub(crate) fn act<P: Permission>(reach: &Reach, blocks: &[MergeBlock]) -> Act {
    match reach.may::<P>().and_then(|()| check_blocks(blocks)) {
        Ok(()) => Act { allowed: true, code: None, reason: None },
        Err(problem) => {
            Act { allowed: false, code: Some(problem.code.to_owned()), reason: Some(problem.detail) }
        }
    }
}

/// Nobody is merged who is not who was looked at.
pub(crate) fn check_seen(record: &Customer, seen: i32) -> Result<()> {
    if record.version == seen { Ok(()) } else { Err(Problem::changed_meanwhile(record)) }
}

/// What is chosen must be there.
pub(crate) fn check_keep(keep: MergeKeep, other: &Customer) -> Result<()> {
    if keep.email == MergeSide::Other && other.email.is_none() {
        return Err(Problem::invalid("keep.email", "cannot be the other's: they have no e-mail address"));
    }
    if keep.phone == MergeSide::Other && other.phone.is_none() {
        return Err(Problem::invalid("keep.phone", "cannot be the other's: they have no phone number"));
    }
    Ok(())
}

/// What was not chosen and would be lost: as a contact for each of the two that has something. Ids are the caller's.
pub(crate) fn leftovers(survivor: &Customer, other: &Customer, keep: MergeKeep) -> Vec<Value> {
    let of = |side: MergeSide| if side == MergeSide::Survivor { survivor } else { other };
    let lower = |text: &Option<String>| text.as_ref().map(|text| text.to_lowercase());
    let number = |who: &Customer| who.phone_e164.clone().or_else(|| who.phone.clone());
    let left = |side: MergeSide| {
        let who = of(side);
        let email = who
            .email
            .as_ref()
            .filter(|_| keep.email != side && lower(&who.email) != lower(&of(keep.email).email));
        let phone =
            who.phone.as_ref().filter(|_| keep.phone != side && number(who) != number(of(keep.phone)));
        let e164 = who.phone_e164.as_ref().filter(|_| phone.is_some());
        (email.is_some() || phone.is_some())
            .then(|| json!({ "name": who.name, "email": email, "phone": phone, "phoneE164": e164 }))
    };
    [MergeSide::Survivor, MergeSide::Other].into_iter().filter_map(left).collect()
}

/// Everybody with everybody of a few.
pub(crate) fn pairs(ids: &[CustomerId]) -> Vec<(CustomerId, CustomerId)> {
    let with_later = |(index, one): (usize, &CustomerId)| {
        let one = *one;
        ids[index + 1..].iter().map(move |other| (one, *other)).collect::<Vec<_>>()
    };
    ids.iter().enumerate().flat_map(with_later).collect()
}

/// The kind of a key, as it begins.
fn kind(key: &str) -> Option<DuplicateReason> {
    let name = key.split(' ').next()?;
    DuplicateReason::ALL.into_iter().find(|kind| kind.name() == name)
}

/// The key at which a pair is listed, of those of the kinds that are asked for.
pub(crate) fn first_key<'a>(keys: &'a [String], kinds: &[DuplicateReason]) -> Option<&'a str> {
    let asked_for = |key: &&String| kind(key).is_some_and(|kind| kinds.contains(&kind));
    keys.iter().filter(asked_for).min().map(String::as_str)
}

pub(crate) fn reasons(keys: &[String]) -> Vec<DuplicateReason> {
    DuplicateReason::ALL.into_iter().filter(|one| keys.iter().any(|key| kind(key) == Some(*one))).collect()
}

pub(crate) fn strength(reasons: &[DuplicateReason]) -> DuplicateStrength {
    match reasons {
        [DuplicateReason::Phone] => DuplicateStrength::Fair,
        [DuplicateReason::SurnamePostcode] | [] => DuplicateStrength::Weak,
        _ => DuplicateStrength::Strong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_in_the_way_is_told_by_name() {
        let calm = Standing { name: "Emma Davis".into(), ..Standing::default() };
        assert_eq!(blocks(&calm), []);
        let all = Standing {
            erased: true,
            merged: true,
            archived: true,
            erasure_open: true,
            held: true,
            requests: vec![7, 9],
            refunds_under_way: 1,
            approvals_pending: 1,
            export_in_the_making: true,
            ..calm.clone()
        };
        let told = blocks(&all);
        // Who was merged is archived by it, which is no news.
        assert_eq!(told.len(), 8);
        assert!(told.iter().all(|block| block.reason.starts_with("Emma Davis ")), "{told:?}");
        assert!(told.iter().any(|block| block.reason.contains("DR-7, DR-9")));
        for block in &told {
            assert_eq!(check_blocks(std::slice::from_ref(block)).unwrap_err().code, block.code);
        }
        let since = Since { undone: true, email_owner: Some("Ng".into()), credit_spent: Pence(500) };
        let told = undo_blocks(&Standing { merged: true, ..calm }, &since);
        let codes: Vec<&str> = told.iter().map(|block| block.code.as_str()).collect();
        assert_eq!(codes, ["merge_undone", "merged_again", "email_taken", "credit_spent"]);
        for block in &told {
            assert_eq!(check_blocks(std::slice::from_ref(block)).unwrap_err().code, block.code);
        }
    }

    #[test]
    fn a_pair_is_listed_once_by_the_first_key_that_is_asked_for() {
        let keys =
            ["phone +44".to_owned(), "surname_postcode ng LS14AP".to_owned(), "email a@b.co".to_owned()];
        assert_eq!(first_key(&keys, &DuplicateReason::ALL), Some("email a@b.co"));
        assert_eq!(first_key(&keys, &[DuplicateReason::Phone]), Some("phone +44"));
        assert_eq!(first_key(&keys[..1], &[DuplicateReason::Email]), None);
        assert_eq!(reasons(&keys), DuplicateReason::ALL);
        assert_eq!(strength(&reasons(&keys[..1])), DuplicateStrength::Fair);
        assert_eq!(strength(&reasons(&keys[1..2])), DuplicateStrength::Weak);
        assert_eq!(strength(&reasons(&keys[..2])), DuplicateStrength::Strong);
        let ids: Vec<CustomerId> = (0..4).map(|_| CustomerId::new(jiff::Timestamp::UNIX_EPOCH)).collect();
        assert_eq!(pairs(&ids).len(), 6);
        assert_eq!(pairs(&ids[..1]), []);
    }
}
