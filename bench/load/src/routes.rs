//! What is asked for besides the first page, with words that occur in the data.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::hub::Hub;

pub const LIST: &str = "/api/admin/customers";
pub const LIMIT: i64 = 25;

pub struct Route {
    pub name: String,
    pub path: String,
}

/// Sorts, pages, filters, searches and single customers.
pub async fn others(hub: &Hub, living: i64) -> Result<Vec<Route>> {
    let mut routes = Vec::new();
    let mut add = |name: &str, path: String| routes.push(Route { name: name.to_owned(), path });
    let list = |query: &str| format!("{LIST}?{query}");
    for by in ["createdAt", "name", "email", "ltv", "orders", "lastOrder"] {
        for order in ["asc", "desc"] {
            add(&format!("sort {by} {order}"), list(&format!("sortBy={by}&sortOrder={order}")));
        }
    }
    add("page last by number", list(&format!("page={}", living.div_euclid(LIMIT).max(1))));
    let first = hub.get(LIST).await?;
    if let Some(next) = first["pagination"]["next"].as_str() {
        add("page 2 by cursor", list(&format!("after={}", encoded(next))));
    }
    for (name, query) in [
        ("filter active", "status=active"),
        ("filter inactive by name", "status=inactive&sortBy=name"),
        ("filter flagged", "status=flagged"),
        ("filter archived", "status=archived"),
        ("filter not verified", "verified=false"),
        ("filter open tickets", "openTickets=true"),
        ("filter city", "city=Leeds"),
        ("filter LTV from 500", "minLtv=50000&sortBy=ltv"),
        ("filter joined in 2025", "joinedFrom=2025-01-01&joinedTo=2025-12-31"),
        ("filter active, open, by LTV", "status=active&openTickets=true&sortBy=ltv"),
    ] {
        add(name, list(query));
    }

    let (common, rare) = words(hub, &first).await?;
    let busiest = customer(hub, "sortBy=orders").await?;
    let detail = hub.get(&format!("{LIST}/{busiest}")).await?;
    let text =
        |value: &Value| value.as_str().map(str::to_owned).context("the busiest customer lacks something");
    let newest = first["customers"].as_array().context("no customers")?;
    let one_of = |field: &str| newest.iter().find_map(|one| one[field].as_str()).map(str::to_owned);
    let email = one_of("email").context("nobody of the first page has an e-mail address")?;
    let phone = one_of("phone").context("nobody of the first page has a phone number")?;
    let both = text(&newest.first().context("no customers")?["name"])?;
    let postcode = text(&detail["addresses"][0]["postcode"])?;
    let reference = text(&detail["bookings"][0]["reference"])?;
    let letter = common.chars().next().unwrap_or('a').to_string();
    for (name, typed) in [
        ("search common word", common.as_str()),
        ("search rare word", &rare),
        ("search whole name", &both),
        ("search e-mail", &email),
        ("search phone", &phone),
        ("search postcode", &postcode),
        ("search reference", &reference),
        ("search one letter", &letter),
        ("search finding nobody", "qqqzzz"),
    ] {
        add(name, list(&format!("search={}", encoded(typed))));
    }
    let orders = &detail["stats"]["totalOrders"];
    add(&format!("customer with {orders} bookings"), format!("{LIST}/{busiest}"));
    add("customer, newest", format!("{LIST}/{}", text(&newest[0]["id"])?));
    Ok(routes)
}

async fn customer(hub: &Hub, query: &str) -> Result<String> {
    let page = hub.get(&format!("{LIST}?limit=1&{query}")).await?;
    page["customers"][0]["id"].as_str().map(str::to_owned).context("no customer")
}

/// Of the words in the names of a page, the one that most customers share, and the one that fewest do.
async fn words(hub: &Hub, page: &Value) -> Result<(String, String)> {
    let mut counted = Vec::new();
    for one in page["customers"].as_array().context("no customers")? {
        let name = one["name"].as_str().unwrap_or_default();
        let Some(word) = name.split_whitespace().last().filter(|word| word.chars().all(char::is_alphabetic))
        else {
            continue;
        };
        let found = hub.get(&format!("{LIST}?limit=1&search={}", encoded(word))).await?;
        let total = found["pagination"]["total"].as_i64().unwrap_or(0);
        ensure!(total > 0, "the search for {word}, a word of a name, finds nobody");
        counted.push((total, word.to_lowercase()));
    }
    counted.sort();
    let (rare, common) = counted.first().zip(counted.last()).context("the first page has no plain name")?;
    Ok((common.1.clone(), rare.1.clone()))
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
