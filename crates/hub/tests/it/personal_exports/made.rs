//! What is in the ZIP, how it is made, and what becomes of one that cannot be made.

use std::time::Instant;

use jiff::SignedDuration;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Desk, data, fetched, text};
use crate::support::{id, id_of};

#[tokio::test]
async fn the_copy_reads_like_a_letter_and_proves_itself() {
    let desk = Desk::new().await;
    let customer = id_of(&desk.customer);
    desk.ops.create_address(&desk.customer, "Manchester", "M1 1AE").await;
    desk.app.booking(customer).reference("SV-77").paid(123_456).refunded(5_000).insert().await;
    desk.app.ticket(customer, "OPEN", "HIGH").await;
    let hostile = "=HYPERLINK(\"http://evil\")<script>alert(1)</script>";
    desk.ops
        .post(&format!("/api/admin/customers/{}/notes", id(&desk.customer)), &json!({ "body": hostile }))
        .await
        .ok();
    let mut db = desk.app.database.connect().await;
    desk.app.sealer().seal(&mut db).await.unwrap();
    let path = desk.ready().await;
    let files = fetched(&desk.app, &path).await;

    let page = text(&files, "index.html");
    for part in [
        "Emma Davis",
        "SV-77",
        "£1,234.56",
        "Sun 22 Nov 2026, 10:00",
        "M1 1AE",
        "The van is late",
        "Your record was made",
        "Staff: operations",
        "What is not in here, and why",
        "ico.org.uk",
    ] {
        assert!(page.contains(part), "{part} is not in the page");
    }
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    // Staff are there as roles.
    assert!(!page.contains("Operations 0") && !text(&files, "data.json").contains("Operations 0"));
    assert!(text(&files, "csv/notes.csv").contains("'=HYPERLINK"));
    assert!(text(&files, "csv/payments.csv").contains("1234.56"));

    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len(), files.len() - 1, "every file but the manifest itself");
    for file in listed {
        let content = &files[file["name"].as_str().unwrap()];
        let hash: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            (file["bytes"].as_u64(), file["sha256"].as_str()),
            (Some(content.len() as u64), Some(hash.as_str()))
        );
    }
    // Busy neighbours may have kept the sealer from sealing anything.
    let head = "select encode(chain, 'hex') from seals where number = $1";
    match manifest["auditHead"]["seal"].as_i64() {
        Some(seal) => {
            let chain: String = desk.app.sql.query_one(head, &[&seal]).await.unwrap().get(0);
            assert_eq!(manifest["auditHead"]["chain"], chain);
        }
        None => assert!(manifest["auditHead"].is_null()),
    }

    let data = data(&files);
    assert_eq!((data["version"].as_i64(), data["customerId"].as_str()), (Some(1), Some(id(&desk.customer))));
    let rows: usize =
        data["sections"].as_object().unwrap().values().map(|rows| rows.as_array().unwrap().len()).sum();
    assert_eq!(manifest["rows"].as_u64(), Some(rows as u64));
    assert_eq!(desk.latest().await["rows"].as_u64(), Some(rows as u64));
    desk.app.finish().await;
}

#[tokio::test]
async fn every_field_of_the_copy_is_documented() {
    let documented = crate::support::read("docs/personal-export.md");
    for section in privacy::SECTIONS {
        assert!(
            documented.contains(&format!("`{}`", section.name)),
            "docs/personal-export.md: {}",
            section.name
        );
        for column in section.columns {
            assert!(
                documented.contains(&format!("`{}`", column.key)),
                "docs/personal-export.md: {}.{}",
                section.name,
                column.key
            );
        }
    }
}

#[tokio::test]
async fn what_cannot_be_made_says_so_and_may_be_tried_again() {
    let desk = Desk::new().await;
    desk.app.sql.batch_execute("alter table notes rename to notes_gone").await.unwrap();
    desk.asked().await;
    for _ in 0..6 {
        desk.app.run_jobs().await;
        desk.app.advance(SignedDuration::from_mins(5));
    }
    desk.app.sql.batch_execute("alter table notes_gone rename to notes").await.unwrap();
    let latest = desk.latest().await;
    assert_eq!(latest["state"], "failed");
    assert!(latest["remark"].as_str().unwrap().contains("Try again"), "{latest}");
    let path = desk.ready().await;
    fetched(&desk.app, &path).await;
    desk.app.leave_jobs();
    desk.app.finish().await;
}

#[tokio::test]
async fn a_copy_that_nobody_makes_any_more_is_given_up() {
    let desk = Desk::new().await;
    desk.asked().await;
    desk.app.sql.execute("delete from jobs where kind = 'export.make'", &[]).await.unwrap();
    desk.app.advance(SignedDuration::from_hours(2));
    desk.app.run_jobs().await;
    assert_eq!(desk.latest().await["state"], "failed");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_run_that_was_stopped_leaves_nothing_and_the_next_one_makes_it() {
    let desk = Desk::new().await;
    let customer = id_of(&desk.customer);
    for _ in 0..20 {
        desk.app.ticket(customer, "OPEN", "HIGH").await;
    }
    let asked = desk.asked().await;
    let export = asked["export"]["id"].as_str().unwrap().parse().unwrap();
    for steps in [1, 5, 20, 60, 120] {
        let mut db = desk.app.app.db.client().await.unwrap();
        let make = privacy::make(&desk.app.app, &mut db, export);
        tokio::pin!(make);
        // As if the process had died there.
        for _ in 0..steps {
            if futures_util::FutureExt::now_or_never(&mut make).is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
    let left = "select (select count(*) from personal_export_parts), state from personal_exports";
    let row = desk.app.sql.query_one(left, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, &str>(1)), (0, "asked"));
    desk.app.run_jobs().await;
    let files = fetched(&desk.app, &desk.path(&asked)).await;
    assert_eq!(data(&files)["sections"]["tickets"].as_array().unwrap().len(), 20);
    desk.app.finish().await;
}

/// Sixty bookings, ten thousand events, twenty-five megabytes of attachments: pieces come and go.
#[tokio::test]
async fn a_long_history_is_made_in_bounded_memory() {
    let desk = Desk::new().await;
    let customer = id_of(&desk.customer);
    for number in 0..60 {
        desk.app.booking(customer).reference(&format!("SV-{number}")).paid(10_000).insert().await;
    }
    desk.app
        .sql
        .batch_execute(&format!(
            "insert into events (id, at, action, kind, actor_kind, customer_id, details)
             select gen_random_uuid(), timestamptz '2026-01-01' + make_interval(secs => n), 'customer.read', 'access', 'system', '{customer}', '{{}}'
             from generate_series(1, 10000) n"
        ))
        .await
        .unwrap();
    let mail = desk.app.mail(customer).await;
    desk.app
        .sql
        .execute(
            "insert into mail_attachments (mail_id, position, file_name, content_type, content)
             select $1, n, '../../photo ' || n || '.bin', 'application/octet-stream', (
                 select string_agg(sha256((n * 1000000 + i)::text::bytea), '') from generate_series(1, 100000) i)
             from generate_series(1, 8) n",
            &[&mail],
        )
        .await
        .unwrap();
    let before = resident_kb();
    let begun = Instant::now();
    let path = desk.ready().await;
    let (seconds, grown) = (begun.elapsed().as_secs(), resident_kb().saturating_sub(before));
    let size = desk.latest().await["size"].as_i64().unwrap();
    eprintln!("{size} bytes in {seconds} s, {grown} kB more than before");
    assert!(size > 25_000_000, "{size}");
    assert!(grown < 50_000, "{grown} kB more than before");
    let files = fetched(&desk.app, &path).await;
    let data = data(&files);
    assert_eq!(data["sections"]["bookings"].as_array().unwrap().len(), 60);
    assert!(data["sections"]["access"].as_array().unwrap().len() >= 10_000);
    assert_eq!(files["attachments/000008-.._.._photo_8.bin"].len(), 3_200_000);
    // The events were slipped in beside the trail.
    desk.app.abandon();
}

fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
