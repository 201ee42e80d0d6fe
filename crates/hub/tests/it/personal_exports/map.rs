//! Complete by the map: of every column that tells something about a customer the copy holds what stands in it, and nothing of
//! anybody else's.

use serde_json::Value;

use super::{
    Desk, Files, data, fetched,
    plants::{Canary, stale, wanted},
};
use crate::support::id_of;

/// Where canaries are that are in none of the files; readable ones must stand on the page as well.
fn missing(files: &Files, canaries: &[Canary]) -> Vec<String> {
    let holds = |content: &[u8], needle: &[u8]| content.windows(needle.len()).any(|window| window == needle);
    let mut missing = Vec::new();
    for canary in canaries {
        let in_a_file = files.iter().any(|(name, content)| {
            (name == "data.json" || name.starts_with("attachments/")) && holds(content, &canary.needle)
        });
        if !in_a_file {
            missing.push(canary.place.clone());
        } else if canary.readable && !holds(&files["index.html"], &canary.needle) {
            missing.push(format!("{} on the page", canary.place));
        }
    }
    missing
}

/// Canaries that are in any file.
fn found(files: &Files, canaries: &[Canary]) -> Vec<String> {
    let holds = |needle: &[u8]| {
        files.values().any(|content| content.windows(needle.len()).any(|window| window == needle))
    };
    canaries
        .iter()
        .filter(|canary| canary.own && holds(&canary.needle))
        .map(|canary| canary.place.clone())
        .collect()
}

/// As if somebody had forgotten this section.
fn without(files: &Files, section: &str) -> Files {
    let mut files = files.clone();
    let mut data: Value = serde_json::from_slice(&files["data.json"]).unwrap();
    data["sections"].as_object_mut().unwrap().remove(section).unwrap();
    files.insert("data.json".to_owned(), data.to_string().into_bytes());
    files
}

#[tokio::test]
async fn all_of_the_persons_data_is_in_the_copy_and_nothing_of_anybody_elses() {
    let desk = Desk::new().await;
    let other = desk.ops.create_customer("Noor Khan", "noor@example.com").await;
    desk.everything(&desk.customer, 1).await;
    desk.everything(&other, 2).await;
    desk.app.run_jobs().await;
    desk.drop_the_guards().await;
    desk.age_values().await;
    let mut columns = wanted();
    // What is encrypted cannot be planted; it is looked for below.
    columns.retain(|(table, column)| (table.as_str(), column.as_str()) != ("event_values", "sealed"));
    assert!(columns.len() > 70, "the map holds only {} columns", columns.len());
    let own = desk.plant(id_of(&desk.customer), 'A', &columns).await;
    let others = desk.plant(id_of(&other), 'B', &columns).await;

    let path = desk.ready().await;
    let files = fetched(&desk.app, &path).await;
    assert_eq!(missing(&files, &own), [""; 0]);
    assert_eq!(found(&files, &others), [""; 0]);
    let made = |name: &str| {
        let changes = data(&files)["sections"]["changes"].as_array().unwrap().clone();
        changes.iter().filter(|change| change["after"]["name"] == name).count()
    };
    assert_eq!((made("Emma Davis"), made("Noor Khan")), (1, 0), "values of events are opened");

    // The controls: what is forgotten is missed, and what is another's is noticed.
    let contacts: Vec<String> = own
        .iter()
        .map(|canary| canary.place.clone())
        .filter(|place| place.starts_with("contacts."))
        .collect();
    assert!(contacts.len() > 4);
    assert_eq!(missing(&without(&files, "contacts"), &own), contacts);
    assert!(missing(&without(&files, "mails"), &own).contains(&"mails.body_text".to_owned()));
    let mut leaked = files.clone();
    leaked
        .get_mut("csv/notes.csv")
        .unwrap()
        .extend_from_slice(&others.iter().find(|canary| canary.place == "notes.body").unwrap().needle);
    assert_eq!(found(&leaked, &others), ["notes.body"]);
    desk.app.abandon();
}

#[test]
fn what_is_left_out_is_in_the_map() {
    assert_eq!(stale(), [""; 0]);
    for left in privacy::LEFT_OUT {
        assert!(!left.what.is_empty() && left.why.ends_with('.'), "{left:?}");
    }
}
