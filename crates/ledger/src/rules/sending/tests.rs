use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

/// First reached at the beginning, last sent at this minute.
fn standing(status: RefundStatus, last_sent: i64) -> Standing {
    Standing { status, attempts: 2, first_reached: Some(at(0)), last_started: Some(at(last_sent)) }
}

#[test]
fn nothing_is_sent_from_doubt_or_under_a_key_that_may_be_forgotten() {
    let day = 23 * 60;
    for (status, minute, expected) in [
        (RefundStatus::Approved, day - 1, Move::Send),
        (RefundStatus::Approved, day, Move::GiveUp(KEY_GONE)),
        (RefundStatus::Sending, 1, Move::Doubt),
        (RefundStatus::InDoubt, 1, Move::LookUp),
        (RefundStatus::InDoubt, 10 * day, Move::LookUp),
        (RefundStatus::Submitted, 1, Move::Nothing),
        (RefundStatus::Succeeded, 1, Move::Nothing),
        (RefundStatus::ManualReview, 1, Move::Nothing),
        (RefundStatus::PendingApproval, 1, Move::Nothing),
    ] {
        assert_eq!(next_move(&standing(status, 0), at(minute)), expected, "{status:?} at {minute}");
    }
    let never = Standing { first_reached: None, ..standing(RefundStatus::Approved, 0) };
    assert_eq!(next_move(&never, at(10 * day)), Move::Send);
    let often = Standing { attempts: MOST_ATTEMPTS, ..never };
    assert_eq!(next_move(&often, at(0)), Move::GiveUp(TOO_OFTEN));
}

#[test]
fn what_is_missing_is_waited_for_then_sent_again_then_left_to_a_person() {
    let doubt = |last_sent| standing(RefundStatus::InDoubt, last_sent);
    assert_eq!(missing(&doubt(0), at(4)), Missing::Wait(SignedDuration::from_mins(6)));
    assert_eq!(missing(&doubt(0), at(10)), Missing::SendAgain);
    assert_eq!(missing(&doubt(1370), at(1379)), Missing::Wait(SignedDuration::from_mins(1)));
    assert_eq!(missing(&doubt(1360), at(1380)), Missing::GiveUp(KEY_GONE));
}

#[test]
fn only_what_is_known_not_to_have_arrived_goes_back_to_approved() {
    let status = |error| judge(Pence(5), Err(error)).status;
    assert_eq!(status(ProviderError::NotSent("down".into())), RefundStatus::Approved);
    assert_eq!(status(ProviderError::RateLimited { retry_after: None }), RefundStatus::Approved);
    assert_eq!(status(ProviderError::Unauthorized), RefundStatus::Approved);
    assert_eq!(status(ProviderError::Unknown("lost".into())), RefundStatus::InDoubt);
    let refused = ProviderError::Refused { code: "c".into(), message: "m".into() };
    assert_eq!(status(refused), RefundStatus::Failed);
}

#[test]
fn what_the_provider_shows_counts_only_where_it_is_news() {
    let shown = |state, amount| ProviderRefund {
        id: "re_1".into(),
        refund: None,
        intent: None,
        amount: Pence(amount),
        currency: "GBP".into(),
        created: at(0),
        state,
        failure: None,
    };
    let changed = |status, state| change(status, Pence(5), shown(state, 5)).map(|news| news.status);
    let (pending, done) = (ProviderState::Pending, ProviderState::Succeeded);
    assert_eq!(changed(RefundStatus::Sending, done), Some(RefundStatus::Succeeded));
    assert_eq!(changed(RefundStatus::Submitted, pending), None);
    assert_eq!(changed(RefundStatus::Submitted, ProviderState::Failed), Some(RefundStatus::Failed));
    assert_eq!(changed(RefundStatus::ManualReview, ProviderState::RequiresAction), None);
    assert_eq!(changed(RefundStatus::ManualReview, done), Some(RefundStatus::Succeeded));
    for decided in [RefundStatus::Succeeded, RefundStatus::Failed, RefundStatus::Cancelled] {
        assert_eq!(changed(decided, ProviderState::Failed), None);
    }
    let other = change(RefundStatus::InDoubt, Pence(5), shown(done, 6)).unwrap();
    assert_eq!(other.status, RefundStatus::ManualReview);
}
