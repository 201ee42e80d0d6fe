//! How fast somebody may guess or ask, whichever process they turn to.

use std::net::IpAddr;

use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::StaffId;
use serde_json::json;
use staff::{Guess, Role, throttle};

use crate::{
    api_keys::with_scopes,
    auth::{PASSWORD, person, sign_in},
    support::{Client, TestApp},
};

fn host(number: u8) -> Option<IpAddr> {
    Some(std::net::Ipv4Addr::new(203, 0, 113, number).into())
}

async fn attempt(app: &TestApp, guess: Guess<'_>, from: Option<IpAddr>) -> Result<(), u64> {
    let db = app.app.db.client().await.unwrap();
    throttle::attempt(&db, guess, from, app.now()).await.unwrap()
}

async fn rows(app: &TestApp) -> i64 {
    app.sql.query_one("select count(*) from rate_limits", &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn guesses_over_several_processes_count_together() {
    let app = TestApp::new().await;
    person(&app, "emma@desk.example.com", Role::Support).await;
    let processes = [app.client(), app.client().through(app.beside(|_| {}))];
    let guesser = |process: &Client| process.clone().at_ip("198.51.100.7");
    for process in processes.iter().cycle().take(5) {
        let answer = sign_in(&guesser(process), "emma@desk.example.com", "guess number nine").await;
        answer.problem(401, "invalid_credentials");
    }
    for process in &processes {
        let answer = sign_in(&guesser(process), "emma@desk.example.com", PASSWORD).await;
        answer.problem(429, "too_many_attempts");
        // The owner elsewhere is not locked out.
        let owner = process.clone().at_ip("203.0.113.5");
        sign_in(&owner, "emma@desk.example.com", PASSWORD).await.ok();
    }
    app.finish().await;
}

#[tokio::test]
async fn of_many_guesses_at_once_no_more_than_the_bound_slip_through() {
    let app = TestApp::new().await;
    let here = host(1);
    let outcomes = join_all((0..40).map(|_| attempt(&app, Guess::Password("emma"), here))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(31))), "{outcomes:?}");
    app.advance(SignedDuration::from_secs(31));
    assert_eq!(attempt(&app, Guess::Password("emma"), here).await, Ok(()));
    assert!(attempt(&app, Guess::Password("emma"), here).await.is_err());
    app.finish().await;
}

#[tokio::test]
async fn who_gets_in_is_not_slowed() {
    let app = TestApp::new().await;
    let here = host(1);
    let db = app.app.db.client().await.unwrap();
    for _ in 0..120 {
        let counted = throttle::attempt(&db, Guess::Password("emma"), here, app.now()).await.unwrap();
        assert_eq!(counted, Ok(()));
        throttle::succeeded(&db, Guess::Password("emma"), here).await.unwrap();
    }
    app.finish().await;
}

#[tokio::test]
async fn codes_are_slowed_from_wherever_they_come_and_recovery_codes_apart() {
    let app = TestApp::new().await;
    let emma = StaffId::new(app.now());
    for number in 0..20 {
        assert_eq!(attempt(&app, Guess::Code(emma), host(number)).await, Ok(()));
    }
    assert_eq!(attempt(&app, Guess::Code(emma), host(99)).await, Err(61));
    assert_eq!(attempt(&app, Guess::RecoveryCode(emma), host(99)).await, Ok(()));
    assert_eq!(attempt(&app, Guess::Code(StaffId::new(app.now())), host(99)).await, Ok(()));
    app.finish().await;
}

#[tokio::test]
async fn one_network_cannot_try_many_accounts_and_what_is_paid_off_goes() {
    let app = TestApp::new().await;
    let mut let_through = 0;
    for account in 0..60 {
        let neighbour = format!("2001:db8:1:2::{account:x}").parse().unwrap();
        let account = format!("account{account}");
        let_through += i32::from(attempt(&app, Guess::Password(&account), Some(neighbour)).await.is_ok());
    }
    assert_eq!(let_through, 50);
    assert!(attempt(&app, Guess::Password("another"), "2001:db8:1:2::ffff".parse().ok()).await.is_err());
    assert_eq!(attempt(&app, Guess::Password("another"), "2001:db8:1:3::1".parse().ok()).await, Ok(()));
    // What was refused left nothing; what is paid off says nothing any more.
    assert_eq!(rows(&app).await, 50 * 2 + 1 + 3);
    app.advance(SignedDuration::from_secs(251));
    let db = app.app.db.client().await.unwrap();
    platform::rate::tidy(&db, app.now()).await.unwrap();
    assert_eq!(rows(&app).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_key_that_asks_two_processes_is_one_key() {
    let app = TestApp::with(|settings| settings.access.key_requests_per_minute = 5).await;
    let emma = app.as_role(Role::Support).await;
    let one = with_scopes(&app, &emma, &json!(["customer.read"])).await;
    let other = one.clone().through(app.beside(|_| {}));
    for process in [&one, &other, &one, &other, &one] {
        process.get("/api/admin/customers").await.ok();
    }
    for process in [&one, &other] {
        process.get("/api/admin/customers").await.problem(429, "too_many_requests");
    }
    app.finish().await;
}
