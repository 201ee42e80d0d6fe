//! One search box: names, e-mail addresses, phone numbers, postcodes, booking references.

use serde_json::json;
use staff::Role;

use crate::support::{Client, TestApp, id, id_of, percent};

async fn found(client: &Client, text: &str) -> Vec<String> {
    let query = format!("sortBy=name&search={}", percent(text));
    client.names(&query).await
}

async fn people(app: &TestApp) -> Client {
    let client = app.as_role(Role::Superadmin).await;
    for (name, email, phone) in [
        ("Zoë Müller-Smith", "zoe.mueller@example.co.uk", Some("07700 900123")),
        ("Seán O’Brien", "sean@obrien.ie", Some("+353 1 234 5678")),
        ("Emma Davis", "emma.davis@example.com", Some("020 7946 0018")),
        ("Emma Jones", "ejones_50%off@example.com", None),
        ("Łukasz Żółć", "lukasz@example.pl", None),
        ("李小龍", "bruce@example.hk", None),
    ] {
        let customer = client
            .post("/api/admin/customers", &json!({ "name": name, "email": email, "phone": phone }))
            .await
            .ok();
        match name {
            "Emma Davis" => {
                client.create_address(&customer, "London", "SW1A 1AA").await;
                app.booking(id_of(&customer))
                    .reference("SV-20261122-7QK2")
                    .from("M1 1AE")
                    .to("EH1 1YZ")
                    .insert()
                    .await;
            }
            "Emma Jones" => {
                let gone = client.create_address(&customer, "Leeds", "LS1 4DY").await;
                client
                    .delete(&format!("/api/admin/customers/{}/addresses/{}", id(&customer), id(&gone)))
                    .await
                    .no_content();
            }
            _ => {}
        }
    }
    client
}

#[tokio::test]
async fn names_are_found_in_any_case_without_accents_by_the_beginnings_of_their_words() {
    let app = TestApp::new().await;
    let client = people(&app).await;
    for (text, expected) in [
        ("zoe", vec!["Zoë Müller-Smith"]),
        ("ZOË", vec!["Zoë Müller-Smith"]),
        ("muller", vec!["Zoë Müller-Smith"]),
        ("smith zoe", vec!["Zoë Müller-Smith"]),
        ("müller-smith", vec!["Zoë Müller-Smith"]),
        ("obrien", vec!["Seán O’Brien"]),
        ("o'brien", vec!["Seán O’Brien"]),
        ("O’Brien sean", vec!["Seán O’Brien"]),
        ("emma", vec!["Emma Davis", "Emma Jones"]),
        ("emm", vec!["Emma Davis", "Emma Jones"]),
        ("emma dav", vec!["Emma Davis"]),
        ("davis emma", vec!["Emma Davis"]),
        ("emma smith", vec![]),
        ("mma", vec![]),
        ("zolc", vec!["Łukasz Żółć"]),
        ("lukasz", vec!["Łukasz Żółć"]),
        ("李小龍", vec!["李小龍"]),
        ("nobody", vec![]),
        ("  emma   jones ", vec!["Emma Jones"]),
    ] {
        assert_eq!(found(&client, text).await, expected, "{text}");
    }
    app.finish().await;
}

#[tokio::test]
async fn email_addresses_are_found_from_their_beginning_and_by_their_words() {
    let app = TestApp::new().await;
    let client = people(&app).await;
    for (text, expected) in [
        ("emma.davis@example.com", vec!["Emma Davis"]),
        ("EMMA.DAVIS@Example", vec!["Emma Davis"]),
        ("emma.davis@", vec!["Emma Davis"]),
        ("sean@obrien.ie", vec!["Seán O’Brien"]),
        ("@obrien.ie", vec!["Seán O’Brien"]),
        ("davis@example.com", vec![]),
        ("zoe.mueller", vec!["Zoë Müller-Smith"]),
    ] {
        assert_eq!(found(&client, text).await, expected, "{text}");
    }
    app.finish().await;
}

#[tokio::test]
async fn phone_numbers_are_found_in_any_spelling() {
    let app = TestApp::new().await;
    let client = people(&app).await;
    for text in [
        "07700 900123",
        "07700900123",
        "+44 7700 900-123",
        "+447700900123",
        "0044 7700 900123",
        "+44 (0)7700 900123",
        "(07700) 900 123",
        "07700.900.123",
        "447700900123",
        "07700 900",
        "0770090",
        "+44 7700",
        "900123",
    ] {
        assert_eq!(found(&client, text).await, ["Zoë Müller-Smith"], "{text}");
    }
    assert_eq!(found(&client, "020 7946 0018").await, ["Emma Davis"]);
    assert_eq!(found(&client, "+353 1 234 5678").await, ["Seán O’Brien"]);
    assert_eq!(found(&client, "zoe 07700 900123").await, ["Zoë Müller-Smith"]);
    assert_eq!(found(&client, "emma 07700 900123").await, [""; 0]);
    assert_eq!(found(&client, "07700 900124").await, [""; 0]);
    app.finish().await;
}

#[tokio::test]
async fn postcodes_are_found_with_or_without_their_space_in_addresses_and_bookings() {
    let app = TestApp::new().await;
    let client = people(&app).await;
    for text in [
        "SW1A 1AA",
        "sw1a1aa",
        "SW1A1AA",
        "sw1a 1aa",
        "SW1A",
        "sw1a1",
        "M1 1AE",
        "m11ae",
        "eh1 1yz",
        "EH11YZ",
        "emma SW1A 1AA",
        "sw1a 1aa davis",
    ] {
        assert_eq!(found(&client, text).await, ["Emma Davis"], "{text}");
    }
    for text in ["SW1A 1AB", "W1A 1AA", "1AA", "jones SW1A 1AA"] {
        assert_eq!(found(&client, text).await, [""; 0], "{text}");
    }
    assert_eq!(found(&client, "LS1 4DY").await, [""; 0], "a removed address");
    app.finish().await;
}

#[tokio::test]
async fn booking_references_are_found_from_their_beginning() {
    let app = TestApp::new().await;
    let client = people(&app).await;
    for text in ["SV-20261122-7QK2", "sv-20261122-7qk2", "SV-20261122", "sv-2026", "emma SV-20261122-7QK2"] {
        assert_eq!(found(&client, text).await, ["Emma Davis"], "{text}");
    }
    for text in ["SV-20261122-7QK3", "7QK2", "V-2026", "jones SV-20261122-7QK2"] {
        assert_eq!(found(&client, text).await, [""; 0], "{text}");
    }
    app.finish().await;
}

#[tokio::test]
async fn signs_that_mean_something_elsewhere_mean_themselves() {
    let app = TestApp::new().await;
    let client = people(&app).await;
    assert_eq!(found(&client, "ejones_50%off@example").await, ["Emma Jones"]);
    for text in [
        "ejones%off@example",
        "ejonesX50%off@",
        "_jones@",
        "%@example.com",
        "1%",
        "_1",
        "5_",
        "SV-%",
        "SV-2026112_-7QK2",
        "M1_1AE",
        "e\\@",
        "\\1",
        "' or 1=1 --",
        "'; drop table customers; --1",
        "a:*",
        "!emma",
        "emma & jones'",
        "(emma",
        "<->",
        "''''",
        "$1",
        "zoe')",
    ] {
        // Whatever is found, it is found without a fault, and a wildcard does not find everybody.
        let names = found(&client, text).await;
        assert!(names.len() < 6, "{text}: {names:?}");
    }
    for text in ["%", "_", "*", "&", "'", "-", "..."] {
        let names = found(&client, text).await;
        assert!(names.is_empty() || names.len() == 6, "{text}: {names:?}");
    }
    app.finish().await;
}

#[tokio::test]
async fn what_was_searched_for_stays_out_of_the_header_of_the_trail() {
    let app = TestApp::new().await;
    let client = people(&app).await;
    found(&client, "Emma Davis").await;
    let headers = app.sql.query("select to_jsonb(e)::text from events e", &[]).await.unwrap();
    assert!(headers.iter().all(|row| !row.get::<_, String>(0).to_lowercase().contains("emma")));
    let filter = app.last_values("customers.listed").await.filter.unwrap();
    assert_eq!(filter["search"], "Emma Davis");
    app.finish().await;
}

#[tokio::test]
async fn bookings_and_tickets_are_found_by_their_numbers() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::ReadOnly).await;
    let desk = app.as_role(Role::Support).await;
    let emma = desk.create_customer("Emma Davis", "emma@example.com").await;
    for _ in 0..8 {
        app.booking(id_of(&emma)).insert().await;
    }
    let number = app.ticket(id_of(&emma), "OPEN", "LOW").await;
    let sql = "with named as (select id, row_number() over (order by id) as n from bookings)
        update bookings b set reference = 'SV-AB%' || n from named where named.id = b.id";
    app.sql.batch_execute(sql).await.unwrap();

    let found = async |text: &str| {
        let found = client.get(&format!("/api/admin/bookings?reference={}", percent(text))).await.ok();
        let found = found["bookings"].as_array().unwrap().clone();
        (found.len(), found.first().map(|first| (first["reference"].clone(), first["customerName"].clone())))
    };
    assert_eq!(found("sv-ab%7").await, (1, Some((json!("SV-AB%7"), json!("Emma Davis")))));
    assert_eq!(found("SV-").await.0, 6, "no more than six");
    assert_eq!(found("AB").await.0, 0, "from its beginning only");
    assert_eq!(found("SV-A%8").await.0, 0, "a wildcard means itself");
    client.get("/api/admin/bookings?reference=%20").await.invalid("reference");
    client.get(&format!("/api/admin/bookings?reference={}", "A".repeat(61))).await.invalid("reference");

    let shown: i64 =
        app.sql.query_one("select number from tickets where id = $1", &[&number]).await.unwrap().get(0);
    let ticket = client.get(&format!("/api/admin/tickets?number={shown}")).await.ok();
    assert_eq!(ticket["tickets"][0]["customerName"], "Emma Davis");
    let none = client.get(&format!("/api/admin/tickets?number={}", shown + 1)).await.ok();
    assert_eq!(none["tickets"], json!([]));
    client.get("/api/admin/tickets?number=x").await.invalid("number");
    app.finish().await;
}

#[tokio::test]
async fn whom_the_search_names_exactly_comes_first_on_whatever_page_and_order() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    for (name, email, phone) in [
        ("Aaron First", "kim@example.com.au", "07700 900124"),
        ("Bea Second", "kim@example.com.uk", "020 7946 0018"),
        ("Zoe Last", "kim@example.com", "07700 900123"),
    ] {
        let customer = client
            .post("/api/admin/customers", &json!({ "name": name, "email": email, "phone": phone }))
            .await
            .ok();
        let reference = format!("SV-1{}", if name == "Zoe Last" { "" } else { &name[..1] });
        app.booking(id_of(&customer)).reference(&reference).insert().await;
    }
    for text in ["kim@example.com", "KIM@Example.com", "sv-1"] {
        for order in ["asc", "desc"] {
            let query = format!("sortBy=name&sortOrder={order}&search={}", percent(text));
            let names = client.names(&query).await;
            let mut rest = vec!["Aaron First", "Bea Second"];
            if order == "desc" {
                rest.reverse();
            }
            assert_eq!(names, [&["Zoe Last"], rest.as_slice()].concat(), "{text} {order}");
            // The same one by one, by number and by cursor.
            let mut by_number = Vec::new();
            let mut by_cursor = Vec::new();
            let mut after = String::new();
            for page in 1..=3 {
                by_number.extend(client.names(&format!("{query}&limit=1&page={page}")).await);
                let answer = client.get(&format!("/api/admin/customers?{query}&limit=1{after}")).await.ok();
                by_cursor.push(answer["customers"][0]["name"].as_str().unwrap_or_default().to_owned());
                after =
                    format!("&after={}", percent(answer["pagination"]["next"].as_str().unwrap_or_default()));
            }
            assert_eq!(by_number, names, "{text} {order}");
            assert_eq!(by_cursor, names, "{text} {order}");
        }
    }
    // The beginning of several names nobody exactly.
    assert_eq!(
        client.names("sortBy=name&search=kim@example").await,
        ["Aaron First", "Bea Second", "Zoe Last"]
    );
    app.finish().await;
}

async fn similar(client: &Client, query: &str) -> Vec<String> {
    let answer = client.get(&format!("/api/admin/customers?{query}")).await.ok();
    assert_eq!(answer["customers"], json!([]), "{query}");
    assert_eq!(answer["kpis"]["customers"], 0, "{query}");
    let similar = answer["similar"].as_array().cloned().unwrap_or_default();
    similar.iter().filter_map(|one| one["name"].as_str()).map(str::to_owned).collect()
}

#[tokio::test]
async fn names_with_a_slip_are_told_when_nobody_is_found() {
    let app = TestApp::new().await;
    let client = people(&app).await;
    for (typed, meant) in [
        ("davsi", "Emma Davis"),
        ("mulller", "Zoë Müller-Smith"),
        ("smiht", "Zoë Müller-Smith"),
        ("lukas%20zolcz", "Łukasz Żółć"),
        ("ema%20jonse", "Emma Jones"),
        ("obrian", "Seán O’Brien"),
    ] {
        let told = similar(&client, &format!("search={typed}")).await;
        assert_eq!(told.first().map(String::as_str), Some(meant), "{typed}: {told:?}");
    }
    // What is like nobody, what is no name, and whoever another condition leaves out.
    for query in [
        "search=qqqzzz",
        "search=zz",
        "search=davsi@example.com",
        "search=davsi9",
        "search=davsi&status=archived",
    ] {
        assert_eq!(similar(&client, query).await, Vec::<String>::new(), "{query}");
    }
    let answer = client.get("/api/admin/customers?search=davis").await.ok();
    assert!(answer.get("similar").is_none(), "somebody was found");
    // Whoever is told of is somebody who was read.
    let read = async || -> i64 {
        let sum = "select sum(item_count)::bigint from events where action = 'customers.listed'";
        app.sql.query_one(sum, &[]).await.unwrap().get(0)
    };
    let before = read().await;
    let told = similar(&client, "search=smiht").await.len();
    assert!(told > 0);
    assert_eq!(read().await - before, i64::try_from(told).unwrap());
    app.finish().await;
}

#[tokio::test]
async fn a_search_document_has_each_word_once_folded_and_cut_at_sixty_letters() {
    let app = TestApp::new().await;
    let long = "ä".repeat(200);
    for (text, words) in [
        (Some(""), vec![]),
        (Some(" ,;- "), vec![]),
        (None, vec![]),
        (Some("O'Brien-Smith  O’Brien"), vec!["obrien", "smith"]),
        (Some("Zoë zoe ZOË"), vec!["zoe"]),
        (Some("a_b.c+d@e.co.uk"), vec!["a", "b", "c", "co", "d", "e", "uk"]),
        (Some("tab\tnew\nline"), vec!["line", "new", "tab"]),
        (Some("🚚 李小龍"), vec!["李小龍"]),
        (Some(long.as_str()), vec![&"a".repeat(60)]),
    ] {
        let sql = "select coalesce(array_agg(word order by word), '{}') from unnest(tsvector_to_array(search_words($1))) word";
        let found: Vec<String> = app.sql.query_one(sql, &[&text]).await.unwrap().get(0);
        assert_eq!(found, words, "{text:?}");
    }
    for (e164, typed, forms) in [
        (None, None, vec![]),
        (None, Some("ext. 12"), vec!["12"]),
        (Some("+447700900118"), Some("07700 900118"), vec!["07700900118", "447700900118", "900118"]),
        (Some("+35312345678"), Some("+353 1 234 5678"), vec!["345678", "35312345678"]),
    ] {
        let sql = "select coalesce(array_agg(form order by form), '{}') from unnest(tsvector_to_array(search_phone($1, $2))) form";
        let found: Vec<String> = app.sql.query_one(sql, &[&e164, &typed]).await.unwrap().get(0);
        assert_eq!(found, forms, "{e164:?} {typed:?}");
    }
    app.finish().await;
}
