//! The figures over a list are those of exactly the customers in it, whatever the filter and whatever happened since.

use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Client, Dice, TestApp, id_of};

/// Figures summed by hand over every row of the list.
async fn by_hand(client: &Client, query: &str) -> Value {
    let statuses = ["new", "active", "inactive", "archived"];
    // Of each status: customers, active ones, LTV, orders, cancelled ones.
    let mut parts = [[0_i64; 5]; 4];
    let mut after = String::new();
    loop {
        let list = client.list(&format!("{query}&limit=200{after}")).await;
        for row in list["customers"].as_array().unwrap() {
            let stats = &row["stats"];
            let number = |name: &str| stats[name].as_i64().unwrap();
            let recent = stats["lastOrderAt"].as_str().is_some_and(|at| at >= "2025-11-22T00:00:00Z");
            assert!(row["status"] == "archived" || recent == (row["status"] == "active"), "{row}");
            let status = statuses.iter().position(|status| row["status"] == *status).unwrap();
            let of_row =
                [1, i64::from(recent), number("totalLtv"), number("totalOrders"), number("cancelledOrders")];
            for (sum, one) in parts[status].iter_mut().zip(of_row) {
                *sum += one;
            }
        }
        match list["pagination"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let [customers, active, ltv, orders, cancelled] =
        std::array::from_fn(|at| parts.iter().map(|part| part[at]).sum::<i64>());
    let average = if customers == 0 { 0 } else { (2 * ltv + customers).div_euclid(2 * customers) };
    let of_status = |(status, [customers, active, ltv, orders, cancelled]): (&str, [i64; 5])| {
        json!({ "status": status, "customers": customers, "active": active, "totalLtv": ltv, "orders": orders,
            "cancelled": cancelled })
    };
    let by_status: Vec<Value> =
        statuses.into_iter().zip(parts).filter(|(_, part)| part[0] > 0).map(of_status).collect();
    json!({ "customers": customers, "active": active, "totalLtv": ltv, "averageLtv": average, "orders": orders,
        "cancelled": cancelled, "byStatus": by_status })
}

async fn check(client: &Client, query: &str) {
    let list = client.list(&format!("{query}&limit=1")).await;
    assert_eq!(list["kpis"], by_hand(client, query).await, "{query}");
    assert_eq!(list["pagination"]["total"], list["kpis"]["customers"], "{query}");
}

/// A filter put together by chance.
fn any_filter(dice: &mut Dice) -> String {
    let day = |dice: &mut Dice| format!("20{}-{:02}-15", 24 + dice.below(3), 1 + dice.below(12));
    let mut parts = Vec::new();
    let mut maybe = |dice: &mut Dice, many: u64, part: String| {
        if dice.one_in(many) {
            parts.push(part);
        }
    };
    let status = *dice.pick(&["new", "active", "inactive", "flagged", "archived"]);
    maybe(dice, 2, format!("status={status}"));
    let flag = dice.one_in(2);
    maybe(dice, 4, format!("verified={flag}"));
    maybe(dice, 4, format!("openTickets={flag}"));
    let from = day(dice);
    maybe(dice, 5, format!("lastOrderFrom={from}"));
    let to = day(dice);
    maybe(dice, 5, format!("joinedTo={to}"));
    let pence = dice.below(90_000);
    maybe(dice, 4, format!("minLtv={pence}"));
    let word = *dice.pick(&["bulk", "bulk%200", "bulk1", "nobody", "LS1"]);
    maybe(dice, 3, format!("search={word}"));
    parts.join("&")
}

/// Something that changes what the figures count.
async fn change(app: &TestApp, dice: &mut Dice, people: &[Uuid]) {
    let who = *dice.pick(people);
    let sql = &app.sql;
    match dice.below(8) {
        0 | 1 => {
            let at = format!("20{}-{:02}-22T00:00:00Z", 24 + dice.below(2), 1 + dice.below(12));
            let paid = i64::try_from(dice.below(80_000)).unwrap();
            let status = *dice.pick(&["COMPLETED", "CANCELLED", "DRAFT"]);
            app.booking(who).at(&at).status(status).paid(paid).refunded(paid / 3).insert().await;
        }
        2 => drop(app.ticket(who, "OPEN", "HIGH").await),
        3 => {
            sql.execute("update tickets set status = 'CLOSED' where customer_id = $1", &[&who])
                .await
                .unwrap();
        }
        4 => {
            let toggle = "update customers set archived_at = case when archived_at is null then created_at end where id = $1";
            sql.execute(toggle, &[&who]).await.unwrap();
        }
        5 => {
            sql.execute("update customers set email_verified_at = created_at where id = $1", &[&who])
                .await
                .unwrap();
        }
        6 => {
            sql.execute("update bookings set status = 'CANCELLED' where customer_id = $1", &[&who])
                .await
                .unwrap();
        }
        _ => {
            sql.execute("select fold_customer_totals()", &[]).await.unwrap();
        }
    }
}

#[tokio::test]
async fn figures_equal_the_list_for_any_filter_after_any_changes() {
    let app = TestApp::new().await;
    app.many_customers(60).await;
    let client = app.as_role(Role::ReadOnly).await;
    let people: Vec<Uuid> = app
        .sql
        .query("select id from customers order by name", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    app.flag(people[3], "vip").await;
    let mut dice = Dice::new(20_261_122);
    for _ in 0..40 {
        for _ in 0..3 {
            change(&app, &mut dice, &people).await;
        }
        check(&client, "").await;
        check(&client, &any_filter(&mut dice)).await;
    }
    app.finish().await;
}

/// Caches change how long an answer takes, and nothing else: three processes, one of which remembers nothing, answer alike.
#[tokio::test]
async fn what_is_remembered_changes_no_answer() {
    const ORDERS: [&str; 4] =
        ["sortBy=name", "sortBy=ltv&sortOrder=asc", "sortBy=createdAt", "sortBy=lastOrder"];
    let app = TestApp::new().await;
    app.many_customers(60).await;
    let client = app.as_role(Role::ReadOnly).await;
    let other = client.clone().through(app.beside(|_| {}));
    let forgetful = client.clone().through(app.beside(|settings| settings.remember = false));
    let rows = app.sql.query("select id from customers order by name", &[]).await.unwrap();
    let people: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
    let mut dice = Dice::new(20_261_128);
    let (mut answers, mut seen) = (0, std::collections::BTreeSet::new());
    for _ in 0..25 {
        change(&app, &mut dice, &people).await;
        let order = *dice.pick(&ORDERS);
        let query = format!("{}&{order}&limit=7&page={}", any_filter(&mut dice), 1 + dice.below(3));
        let expected = forgetful.list(&query).await;
        // The second time they remember.
        for process in [&client, &other, &client, &other, &forgetful] {
            assert_eq!(process.list(&query).await, expected, "{query}");
            answers += 1;
        }
        seen.insert(expected["kpis"].to_string());
    }
    assert_eq!(answers, 125);
    assert!(seen.len() > 5, "the same figures again and again prove nothing: {seen:?}");
    app.finish().await;
}

#[tokio::test]
async fn the_average_is_rounded_half_up_to_the_penny() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    assert_eq!(client.list("").await["kpis"]["averageLtv"], 0);
    let first = client.create_customer("A", "a@example.com").await;
    client.create_customer("B", "b@example.com").await;
    app.booking(id_of(&first)).paid(101).insert().await;
    assert_eq!(client.list("").await["kpis"]["averageLtv"], 51);
    client.create_customer("C", "c@example.com").await;
    assert_eq!(client.list("").await["kpis"]["averageLtv"], 34);
    app.finish().await;
}

#[tokio::test]
async fn ltv_counts_all_time_and_takes_refunds_off() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Finance).await;
    let customer = app.as_role(Role::Support).await.create_customer("A", "a@example.com").await;
    for year in 2012..2026 {
        app.booking(id_of(&customer))
            .at(&format!("{year}-03-01T10:00:00Z"))
            .paid(10_000)
            .refunded(1)
            .insert()
            .await;
    }
    let list = client.list("").await;
    assert_eq!(list["kpis"]["totalLtv"], 14 * 9_999);
    assert_eq!(list["customers"][0]["stats"]["totalLtv"], 14 * 9_999);
    app.finish().await;
}

#[tokio::test]
async fn figures_follow_every_write_at_once() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    for number in 1..=5 {
        let customer = client.create_customer("A", &format!("a{number}@example.com")).await;
        assert_eq!(client.list("").await["kpis"]["customers"], number);
        app.booking(id_of(&customer)).paid(100).insert().await;
        assert_eq!(client.list("").await["kpis"]["totalLtv"], 100 * number);
        assert_eq!(client.list("search=a").await["kpis"]["totalLtv"], 100 * number);
    }
    app.finish().await;
}
