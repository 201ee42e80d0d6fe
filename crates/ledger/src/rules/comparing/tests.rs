use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

fn ours(status: RefundStatus, amount: i64) -> OurRefund {
    OurRefund {
        id: RefundId::new(at(0)),
        payment: PaymentId::new(at(0)),
        intent: Some("pi_1".into()),
        name: Some("re_1".into()),
        amount: Pence(amount),
        currency: "GBP".into(),
        status,
        created: at(0),
        changed: at(0),
    }
}

fn theirs(state: ProviderState, amount: i64) -> ProviderRefund {
    ProviderRefund {
        id: "re_1".into(),
        refund: None,
        intent: Some("pi_1".into()),
        amount: Pence(amount),
        currency: "GBP".into(),
        created: at(0),
        state,
        failure: None,
    }
}

fn kinds(ours: Option<OurRefund>, theirs: Option<ProviderRefund>, minute: i64) -> Vec<DifferenceKind> {
    let pair = Pair::Refund { ours, theirs, payment: None };
    compare(&pair, at(minute)).into_iter().map(|found| found.kind).collect()
}

#[test]
fn refunds_differ_by_amount_by_state_or_by_being_on_one_side_only() {
    use DifferenceKind::*;
    use RefundStatus::{Approved, Cancelled, Failed, InDoubt, RequiresAction, Submitted, Succeeded};
    let both = |status, state, expected: &[DifferenceKind]| {
        assert_eq!(
            kinds(Some(ours(status, 5)), Some(theirs(state, 5)), 10),
            expected,
            "{status:?} {state:?}"
        );
    };
    both(Succeeded, ProviderState::Succeeded, &[]);
    both(Submitted, ProviderState::Pending, &[]);
    both(RequiresAction, ProviderState::RequiresAction, &[]);
    both(Failed, ProviderState::Failed, &[]);
    both(Cancelled, ProviderState::Cancelled, &[]);
    both(Succeeded, ProviderState::Failed, &[RefundFailedThere]);
    both(Succeeded, ProviderState::Pending, &[RefundState]);
    both(Failed, ProviderState::Succeeded, &[RefundSucceededThere]);
    both(Failed, ProviderState::Pending, &[RefundState]);
    both(InDoubt, ProviderState::Succeeded, &[RefundState]);
    both(Submitted, ProviderState::Failed, &[RefundState]);
    assert_eq!(kinds(Some(ours(InDoubt, 5)), Some(theirs(ProviderState::Succeeded, 5)), 9), []);
    assert_eq!(kinds(Some(ours(Succeeded, 5)), Some(theirs(ProviderState::Succeeded, 6)), 0), [RefundAmount]);
    let euros = ProviderRefund { currency: "EUR".into(), ..theirs(ProviderState::Succeeded, 5) };
    assert_eq!(kinds(Some(ours(Succeeded, 5)), Some(euros), 0), [RefundAmount]);
    assert_eq!(kinds(Some(ours(Failed, 5)), Some(theirs(ProviderState::Failed, 6)), 0), []);
    assert_eq!(kinds(Some(ours(Succeeded, 5)), None, 0), [RefundMissingThere]);
    assert_eq!(kinds(Some(ours(Approved, 5)), None, 0), []);
    assert_eq!(kinds(None, Some(theirs(ProviderState::Succeeded, 5)), 0), [RefundMissingHere]);
    assert_eq!(kinds(None, Some(theirs(ProviderState::Failed, 5)), 0), []);
}

#[test]
fn the_same_difference_has_the_same_line_and_another_amount_another() {
    let line = |amount| {
        let pair = Pair::Refund {
            ours: Some(ours(RefundStatus::Succeeded, 5)),
            theirs: Some(theirs(ProviderState::Succeeded, amount)),
            payment: None,
        };
        fingerprint_of(&compare(&pair, at(0))[0])
    };
    assert_eq!(line(6), "re_1 5 GBP succeeded | re_1 6 GBP succeeded");
    assert_ne!(line(6), line(7));
}

#[test]
fn a_run_is_due_once_a_day_early_in_london() {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    // Summer: 04:00 in London is 03:00 UTC.
    assert!(!run_is_due(at("2026-07-01T02:59:00Z"), None));
    assert!(run_is_due(at("2026-07-01T03:00:00Z"), None));
    assert!(!run_is_due(at("2026-07-01T10:00:00Z"), None));
    assert!(!run_is_due(at("2026-07-01T05:00:00Z"), Some(at("2026-07-01T03:00:00Z"))));
    assert!(run_is_due(at("2026-07-01T10:00:00Z"), Some(at("2026-06-30T03:00:00Z"))));
    assert!(!run_is_due(at("2026-07-01T02:00:00Z"), Some(at("2026-06-30T03:00:00Z"))));
}

#[test]
fn a_run_looks_as_far_back_as_the_oldest_open_difference() {
    let now = "2026-11-22T10:00:00Z".parse::<Timestamp>().unwrap();
    assert_eq!(since(now, None), now - SPAN);
    assert_eq!(since(now, Some(at(0))), at(0));
    assert_eq!(since(now, Some(now)), now - SPAN);
}
