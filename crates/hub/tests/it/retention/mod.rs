//! How long things are kept: nothing goes unseen, what is past its period goes at night, and a legal hold stops it.

mod archived;
mod ends;
mod periods;

use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};
use platform::values::Opened;
use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Client, TestApp, id_of};

const PATH: &str = "/api/admin/retention";
const GONE: &str = "No longer kept.";

/// Somebody with something of every kind, each a minute past its period, and the same a minute younger.
struct Desk {
    app: TestApp,
    boss: Client,
    emma: Uuid,
}

impl Desk {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let boss = app.as_role(Role::Superadmin).await;
        let emma = id_of(&boss.create_customer("Emma Davis", "emma@example.com").await);
        Self { app, boss, emma }
    }

    /// So many months and minutes ago, in London.
    fn ago(&self, months: i32, minutes: i64) -> Timestamp {
        let london = TimeZone::get("Europe/London").unwrap();
        let then =
            self.app.now().to_zoned(london).checked_sub(Span::new().months(months)).unwrap().timestamp();
        then - SignedDuration::from_mins(minutes)
    }

    /// A request of hers, answered and closed, of which only the words tell how old it is.
    async fn closed_request(&self, reviewer: &Client, word: &str) {
        let day = "2026-11-22";
        let asked = json!({ "kind": "access", "customerId": self.emma, "channel": "email", "receivedOn": day,
            "asked": format!("to be {word}") });
        let mut case = self.boss.post("/api/admin/data-requests", &asked).await.ok();
        for (who, act) in [
            (&self.boss, json!({ "action": "confirm_identity", "on": day, "method": "known_contact" })),
            (&self.boss, json!({ "action": "prepare", "proposal": "fulfil", "done": "Sent" })),
            (reviewer, json!({ "action": "approve", "word": "Complete" })),
            (&self.boss, json!({ "action": "answer", "on": day, "via": "email", "rightsTold": true })),
            (&self.boss, json!({ "action": "close" })),
        ] {
            let path = format!("/api/admin/data-requests/{}/actions", case["id"].as_str().unwrap());
            case = who.post(&path, &act).header("if-match", &format!("\"{}\"", case["version"])).await.ok();
        }
    }

    async fn planted(self) -> Self {
        let reviewer = self.app.as_role(Role::Reviewer).await;
        // A job that is dead is part of it.
        self.app.leave_jobs();
        for (minutes, word) in [(1, "old"), (-1, "young")] {
            self.closed_request(&reviewer, word).await;
            let at = |months| self.ago(months, minutes);
            let sql = include_str!("planted.sql")
                .replace("{word}", word)
                .replace("{emma}", &self.emma.to_string())
                .replace("{3}", &at(3).to_string())
                .replace("{6}", &at(6).to_string())
                .replace("{12}", &at(12).to_string())
                .replace("{13}", &at(13).to_string())
                .replace("{18}", &at(18).to_string())
                .replace("{84}", &at(84).to_string())
                .replace("{72}", &at(72).to_string());
            self.app.sql.batch_execute(&sql).await.unwrap();
        }
        self
    }

    async fn page(&self) -> Value {
        self.boss.get(PATH).await.ok()
    }

    async fn dry_run(&self) -> Value {
        // The last run is the one that began last, so they do not begin at once.
        self.app.advance(SignedDuration::from_secs(1));
        self.boss.act(&format!("{PATH}/dry-run")).await.ok();
        self.app.run_jobs().await;
        self.page().await["lastDry"].clone()
    }

    async fn switched_on(&self) {
        self.dry_run().await;
        self.boss.put(PATH, 0, &json!({ "isOn": true })).await.ok();
    }

    /// The next night, whenever the last one was.
    async fn night(&self) -> Value {
        self.app.advance(SignedDuration::from_secs(1));
        self.app.sql.execute("update schedules set next_run_at = $1", &[&self.app.now()]).await.unwrap();
        self.app.run_jobs().await;
        self.page().await["last"].clone()
    }

    /// Everything that was planted, one text a row.
    async fn content(&self) -> Vec<String> {
        let sql = "select 'mail ' || m.body_text || ' ' || m.to_address || ' ' || encode(a.content, 'escape')
                from mails m join mail_attachments a on a.mail_id = m.id
            union all select 'ticket ' || t.description || ' ' || coalesce(t.phone, '-') || ' ' || r.message
                from tickets t join ticket_responses r on r.ticket_id = t.id
            union all select 'inbox ' || body from provider_inbox
            union all select 'job ' || state || ' ' || coalesce(last_error, '-') from jobs where kind = 'nobody.knows'
            union all select 'idempotency ' || encode(content_hash, 'escape') from idempotency where key like 'planted%'
            union all select 'session ' || coalesce(user_agent, '-') from sessions where token_hash like '%planted%'
            union all select 'request ' || asked || ' ' || coalesce(done, '-') || ' ' || p.answer
                from data_requests r join data_request_pauses p on p.request_id = r.id
            union all select 'reveal ' || case extract(year from day) when 2000 then 'old' else 'young' end from reveals
            union all select 'alarm ' || case extract(year from day) when 2000 then 'old' else 'young' end from read_alarms
            union all select 'run ' || coalesce(user_agent, '-') from bulk_runs
            union all select 'history ' || coalesce(actor, '-') || ' ' || coalesce(before::text, '-') from imported_history
            order by 1";
        self.app.sql.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }
}

fn of<'a>(run: &'a Value, rule: &str) -> &'a Value {
    run["report"].as_array().unwrap().iter().find(|one| one["rule"] == rule).unwrap()
}

const KINDS: [&str; 11] = [
    "mails",
    "tickets",
    "provider_messages",
    "dead_jobs",
    "idempotency",
    "sessions",
    "data_requests",
    "reveals",
    "read_alarms",
    "bulk_runs",
    "imported_history",
];

#[tokio::test]
async fn nothing_goes_before_somebody_has_looked_and_switched_it_on() {
    let desk = Desk::new().await.planted().await;
    let before = desk.content().await;
    assert_eq!(before.len(), 22, "{before:#?}");
    let reviewer = desk.app.as_role(Role::Reviewer).await;
    assert_eq!(reviewer.get(PATH).await.ok()["isOn"], false);
    let on = json!({ "isOn": true });
    reviewer.put(PATH, 0, &on).await.problem(403, "not_permitted");
    reviewer.act(&format!("{PATH}/dry-run")).await.problem(403, "not_permitted");
    desk.app.as_role(Role::Support).await.get(PATH).await.problem(403, "not_permitted");
    desk.boss.put(PATH, 0, &on).await.problem(409, "dry_run_needed");
    assert_eq!(desk.night().await, Value::Null, "it is off");

    let run = desk.dry_run().await;
    for rule in KINDS {
        let one = of(&run, rule);
        assert_eq!((&one["due"], &one["held"], &one["gone"]), (&json!(1), &json!(0), &json!(0)), "{one:#}");
        assert_eq!(one["examples"].as_array().unwrap().len(), 1, "{one:#}");
    }
    assert_eq!(of(&run, "mails")["examples"][0]["customerId"], json!(desk.emma));
    assert_eq!(desk.content().await, before, "it only looked");

    desk.app.advance(SignedDuration::from_hours(8 * 24));
    let boss = desk.app.as_role(Role::Superadmin).await;
    boss.put(PATH, 0, &on).await.problem(409, "dry_run_needed");
    desk.app.finish().await;
}

#[tokio::test]
async fn what_is_past_its_period_goes_at_night_and_what_is_not_stays() {
    let desk = Desk::new().await.planted().await;
    desk.app.booking(desk.emma).paid(45_000).refunded(5_000).insert().await;
    desk.switched_on().await;
    let books = "select count(*), sum(amount)::bigint from transfers";
    let books = async || -> (i64, i64) {
        let row = desk.app.sql.query_one(books, &[]).await.unwrap();
        (row.get(0), row.get(1))
    };
    let before = books().await;
    let run = desk.night().await;
    for rule in KINDS {
        let one = of(&run, rule);
        assert_eq!((&one["due"], &one["gone"], one.get("failure")), (&json!(1), &json!(1), None), "{one:#}");
    }
    let content = desk.content().await;
    assert_eq!(content.iter().filter(|text| text.contains("old")).count(), 0, "{content:#?}");
    assert_eq!(
        content.iter().filter(|text| text.contains("young")).count(),
        KINDS.len(),
        "the control: {content:#?}"
    );
    assert_eq!(content.iter().filter(|text| text.contains(GONE)).count(), 3, "{content:#?}");
    assert_eq!(books().await, before);
    let found = of(&desk.dry_run().await, "mails")["due"].clone();
    assert_eq!(found, 0, "what has gone is not due again");

    desk.app.advance(SignedDuration::from_mins(2));
    desk.night().await;
    let content = desk.content().await;
    assert_eq!(content.iter().filter(|text| text.contains("young")).count(), 0, "{content:#?}");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_legal_hold_stops_it_until_it_is_lifted() {
    let desk = Desk::new().await.planted().await;
    let hold = format!("/api/admin/customers/{}/holds", desk.emma);
    let placed = desk.boss.post(&hold, &json!({ "reason": "Court case" })).await.ok();
    desk.switched_on().await;
    let run = desk.night().await;
    let held = ["mails", "tickets", "provider_messages", "data_requests", "reveals", "imported_history"];
    for rule in held {
        let one = of(&run, rule);
        assert_eq!((&one["due"], &one["held"], &one["gone"]), (&json!(0), &json!(1), &json!(0)), "{one:#}");
    }
    assert_eq!(of(&run, "sessions")["gone"], 1, "the control: it is nobody's");
    let content = desk.content().await;
    assert_eq!(content.iter().filter(|text| text.contains("old")).count(), held.len(), "{content:#?}");
    let lift = format!("/api/admin/holds/{}/lift", placed["holds"][0]["id"].as_str().unwrap());
    desk.boss.post(&lift, &json!({ "reason": "It is over" })).await.ok();
    let run = desk.night().await;
    assert_eq!((&of(&run, "mails")["held"], &of(&run, "mails")["gone"]), (&json!(0), &json!(1)));
    desk.app.finish().await;
}

#[tokio::test]
async fn the_key_of_a_month_goes_and_the_trail_is_whole() {
    let desk = Desk::new().await;
    desk.boss.get("/api/admin/customers?search=emma").await.ok();
    desk.boss.get(&format!("/api/admin/customers/{}", desk.emma)).await.ok();
    let readable = async || {
        let values = desk.app.values("customers.listed").await;
        values.iter().filter(|one| matches!(one, Opened::Content(_))).count()
    };
    assert!(readable().await > 0, "the control");
    // November is over on 1 December; 13 months later is 1 January 2028.
    let until = |text: &str| text.parse::<Timestamp>().unwrap().duration_since(desk.app.now());
    desk.app.advance(until("2027-12-31T23:59:00Z"));
    let boss = desk.app.as_role(Role::Superadmin).await;
    let desk = Desk { boss, ..desk };
    desk.switched_on().await;
    let run = desk.night().await;
    assert_eq!(of(&run, "access_values")["gone"], 0, "{run:#}");
    let values = desk.app.values("customers.listed").await;
    assert!(values.iter().all(|one| matches!(one, Opened::Content(_))));

    // Somebody who was looked at in that month is under a hold: what was looked for stays readable.
    let hold = format!("/api/admin/customers/{}/holds", desk.emma);
    let held = desk.boss.post(&hold, &json!({ "reason": "Court case" })).await.ok();
    desk.app.advance(SignedDuration::from_mins(2));
    let run = desk.night().await;
    assert_eq!(
        (&of(&run, "access_values")["held"], &of(&run, "access_values")["gone"]),
        (&json!(1), &json!(0))
    );
    let lift = format!("/api/admin/holds/{}/lift", held["holds"][0]["id"].as_str().unwrap());
    desk.boss.post(&lift, &json!({ "reason": "It is over" })).await.ok();
    let run = desk.night().await;
    assert_eq!(of(&run, "access_values")["gone"], 1, "{run:#}");
    let values = desk.app.values("customers.listed").await;
    assert!(!values.is_empty() && values.iter().all(|one| *one == Opened::Erased), "{values:?}");
    let changes = desk.app.values("customer.created").await;
    assert!(changes.iter().all(|one| matches!(one, Opened::Content(_))), "the customer's own key lives");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_rule_that_fails_keeps_no_other_from_its_work_and_is_told() {
    let desk = Desk::new().await.planted().await;
    desk.switched_on().await;
    let broken =
        "create function keeps() returns trigger language plpgsql as $$ begin raise 'not this one'; end $$;
        create trigger keeps before update on tickets for each row execute function keeps()";
    desk.app.sql.batch_execute(broken).await.unwrap();
    let run = desk.night().await;
    assert_eq!((&of(&run, "tickets")["gone"], &of(&run, "tickets")["due"]), (&json!(0), &json!(1)));
    assert!(of(&run, "tickets")["failure"].is_string(), "{run:#}");
    assert_eq!(of(&run, "mails")["gone"], 1);
    // One that does not fail but leaves everything as it is would be tried for ever.
    let idle =
        "create or replace function keeps() returns trigger language plpgsql as $$ begin return null; end $$";
    desk.app.sql.batch_execute(idle).await.unwrap();
    let run = desk.night().await;
    assert!(of(&run, "tickets")["failure"].is_string(), "{run:#}");
    desk.app.sql.batch_execute("drop function keeps cascade").await.unwrap();
    let run = desk.night().await;
    assert_eq!((&of(&run, "tickets")["gone"], of(&run, "tickets").get("failure")), (&json!(1), None));
    desk.app.finish().await;
}

#[tokio::test]
async fn a_run_that_was_killed_is_taken_up_where_it_stopped() {
    let desk = Desk::new().await.planted().await;
    desk.switched_on().await;
    // It had counted three mails, taken two, and died.
    let before = desk.ago(12, 0);
    let report = json!([{ "rule": "mails", "months": 12, "before": before, "due": 3, "held": 0, "gone": 2, "examples": [], "finished": false }]);
    desk.app
        .sql
        .execute(
            "insert into retention_runs (id, dry, started_at, report) values (gen_random_uuid(), false, $1, $2)",
            &[&desk.app.now(), &report],
        )
        .await
        .unwrap();
    assert!(desk.page().await["running"].is_object());
    let run = desk.night().await;
    assert_eq!((&of(&run, "mails")["due"], &of(&run, "mails")["gone"]), (&json!(3), &json!(3)));
    assert_eq!(of(&run, "tickets")["gone"], 1);
    assert!(desk.page().await.get("running").is_none());
    for statement in [
        "update retention_runs set report = '[]'",
        "update retention_runs set finished_at = null",
        "delete from retention_runs",
        "truncate retention_runs",
    ] {
        assert!(desk.app.sql.batch_execute(statement).await.is_err(), "{statement}");
    }
    desk.app.finish().await;
}
