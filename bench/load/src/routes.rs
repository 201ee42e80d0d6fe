//! What is asked for, with words that occur in the data, and the statement that reads the same rows.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{Arguments, hub::Hub};

pub const LIST: &str = "/api/admin/customers";
pub const LIMIT: i64 = 25;

/// Whoever is not archived.
const LIVING: &str = "c.archived_at is null and not s.archived";
/// What the list is sorted by unless told otherwise.
const NEWEST: &str = "c.created_at desc, c.id desc";

pub struct Route {
    pub name: String,
    pub path: String,
    pub kind: Kind,
    /// A pgbench script that reads the same rows.
    pub floor: String,
}

/// Which bar a route is held to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sort,
    Cursor,
    Number,
    Filter,
    Search,
    Detail,
    Other,
}

/// The floors' statements, with what differs still to be put in.
pub struct Floors {
    list: String,
    detail: String,
    audit: String,
    timeline: String,
    figures: String,
    pub all_figures: String,
}

impl Floors {
    pub fn read(given: &Arguments) -> Result<Self> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
        };
        Ok(Self {
            list: read(&given.sql.join("list.sql"))?,
            detail: read(&given.sql.join("detail.sql"))?,
            audit: read(&given.sql.join("audit.sql"))?,
            timeline: read(&given.timeline)?,
            figures: read(&given.sql.join("figures.sql"))?,
            all_figures: read(&given.sql.join("all-figures.sql"))?,
        })
    }

    fn list(&self, conditions: &str, order: &str, limit: &str) -> String {
        self.list.replace("{where}", conditions).replace("{order}", order).replace("{limit}", limit)
    }

    pub fn first_page(&self) -> String {
        self.list(LIVING, NEWEST, "26")
    }

    pub fn export(&self) -> String {
        self.list(LIVING, NEWEST, "all")
    }

    pub fn figures(&self, condition: &str) -> String {
        self.figures.replace("{where}", condition)
    }

    fn detail(&self, customer: &str) -> String {
        self.detail.replace("{customer}", customer)
    }

    /// The hub's own statement, which already is one.
    fn timeline(&self, customer: &str) -> String {
        let of_customer = self.timeline.replace("$1", &format!("'{customer}'::uuid"));
        let first_page =
            of_customer.replace("$2", "null::timestamptz").replace("$3", "null").replace("$4", "51");
        // pgbench would take a colon before a word for one of its variables.
        format!("{};", first_page.replace("|| ':", "|| chr(58) || '"))
    }
}

/// The filters: name, query, condition, and the order that goes with them.
const FILTERS: [(&str, &str, &str, &str); 10] = [
    ("active", "status=active", "s.last_order_at >= now() - interval '1 year'", NEWEST),
    (
        "inactive by name",
        "status=inactive&sortBy=name",
        "s.last_order_at <> '-infinity' and s.last_order_at < now() - interval '1 year'",
        "c.name_key, c.id",
    ),
    ("flagged", "status=flagged", "s.flag_kinds <> '{}'", NEWEST),
    ("archived", "status=archived", "", NEWEST),
    ("not verified", "verified=false", "c.email_verified_at is null", NEWEST),
    ("open tickets", "openTickets=true", "s.open_tickets > 0", NEWEST),
    (
        "city",
        "city=Leeds",
        "c.id in (select customer_id from addresses where removed_at is null and fold(city) = fold('Leeds'))",
        NEWEST,
    ),
    ("LTV from 500", "minLtv=50000&sortBy=ltv", "s.ltv >= 50000", "s.ltv desc, s.customer_id desc"),
    (
        "joined in 2025",
        "joinedFrom=2025-01-01&joinedTo=2025-12-31",
        "c.created_at >= '2025-01-01' and c.created_at < '2026-01-01'",
        NEWEST,
    ),
    (
        "active, open, by LTV",
        "status=active&openTickets=true&sortBy=ltv",
        "s.last_order_at >= now() - interval '1 year' and s.open_tickets > 0",
        "s.ltv desc, s.customer_id desc",
    ),
];

/// A filter's condition with what goes without saying.
fn with_living(query: &str, condition: &str) -> String {
    if query.starts_with("status=archived") {
        return "c.archived_at is not null and s.archived and not s.merged".to_owned();
    }
    format!("{LIVING} and {condition}")
}

/// The figures over everybody and over each filter: name, path, floor.
pub fn figures(floors: &Floors) -> Vec<(String, String, String)> {
    let everybody =
        ("figures of everybody".to_owned(), format!("{LIST}?limit=1"), floors.all_figures.clone());
    let filtered = FILTERS.iter().map(|(name, query, condition, _)| {
        let floor = floors.figures(&with_living(query, condition));
        (format!("figures, {name}"), format!("{LIST}?limit=1&{query}"), floor)
    });
    std::iter::once(everybody).chain(filtered).collect()
}

/// Sorts, pages, filters, searches, single customers, their timelines and the audit trail.
pub async fn others(hub: &Hub, floors: &Floors, living: i64) -> Result<Vec<Route>> {
    let mut routes = Vec::new();
    let mut add = |kind: Kind, name: &str, path: String, floor: String| {
        routes.push(Route { name: name.to_owned(), path, kind, floor });
    };
    let list = |query: &str| format!("{LIST}?{query}");
    for (by, column) in [
        ("createdAt", "c.created_at, c.id"),
        ("name", "c.name_key, c.id"),
        ("email", "c.email_key, c.id"),
        ("ltv", "s.ltv, s.customer_id"),
        ("orders", "s.orders, s.customer_id"),
        ("lastOrder", "s.last_order_at, s.customer_id"),
    ] {
        for order in ["asc", "desc"] {
            let ordered = format!("{} {order}", column.replace(',', &format!(" {order},")));
            let floor = floors.list(LIVING, &ordered, "26");
            add(
                Kind::Sort,
                &format!("sort {by} {order}"),
                list(&format!("sortBy={by}&sortOrder={order}")),
                floor,
            );
        }
    }
    let last = living.div_euclid(LIMIT).max(1);
    let from_the_end = floors.list(LIVING, "c.created_at, c.id", "26");
    add(Kind::Number, "page last by number", list(&format!("page={last}")), from_the_end);
    let first = hub.get(LIST).await?;
    for (name, page) in [("page 2 by cursor", 1), ("page in the middle by cursor", (last / 2).max(1))] {
        let before = hub.get(&list(&format!("page={page}"))).await?;
        let (Some(next), Some(row)) = (
            before["pagination"]["next"].as_str(),
            before["customers"].as_array().and_then(|rows| rows.last()),
        ) else {
            continue;
        };
        let behind = format!(
            "{LIVING} and (c.created_at, c.id) < ({}, {})",
            literal(row["createdAt"].as_str().unwrap_or_default()),
            literal(row["id"].as_str().unwrap_or_default())
        );
        add(
            Kind::Cursor,
            name,
            list(&format!("after={}", encoded(next))),
            floors.list(&behind, NEWEST, "26"),
        );
    }
    for (name, query, condition, order) in FILTERS {
        let floor = floors.list(&with_living(query, condition), order, "26");
        add(Kind::Filter, &format!("filter {name}"), list(query), floor);
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
    let e164 = one_of("phoneE164").context("nobody of the first page has a whole phone number")?;
    let both = text(&newest.first().context("no customers")?["name"])?;
    let postcode = text(&detail["addresses"][0]["postcode"])?;
    let reference = text(&detail["bookings"][0]["reference"])?;
    let letter = common.chars().next().unwrap_or('a').to_string();
    let found = |typed: &str| format!("c.search @@ search_query({}) and c.erased_at is null", literal(typed));
    for (name, typed, condition) in [
        ("search common word", common.as_str(), found(&common)),
        ("search rare word", &rare, found(&rare)),
        ("search two words", &both, found(&both)),
        (
            "search e-mail",
            &email,
            format!("c.email_key like {}", literal(&format!("{}%", email.to_lowercase()))),
        ),
        ("search phone", &phone, found(e164.trim_start_matches('+'))),
        ("search postcode", &postcode, of_postcode(&postcode)),
        (
            "search reference",
            &reference,
            format!(
                "c.id in (select customer_id from bookings where upper(reference) like {})",
                literal(&format!("{}%", reference.to_uppercase()))
            ),
        ),
        ("search one letter", &letter, found(&letter)),
        ("search finding nobody", "qqqzzz", found("qqqzzz")),
    ] {
        let floor = floors.list(&format!("{LIVING} and {condition}"), NEWEST, "26");
        add(Kind::Search, name, list(&format!("search={}", encoded(typed))), floor);
    }
    let orders = &detail["stats"]["totalOrders"];
    let small = text(&newest[0]["id"])?;
    add(
        Kind::Detail,
        &format!("customer with {orders} bookings"),
        format!("{LIST}/{busiest}"),
        floors.detail(&busiest),
    );
    add(Kind::Detail, "customer, newest", format!("{LIST}/{small}"), floors.detail(&small));
    add(Kind::Other, "timeline, 50 entries", format!("{LIST}/{busiest}/timeline"), floors.timeline(&busiest));
    add(Kind::Other, "audit trail, first page", "/api/admin/audit".to_owned(), floors.audit.clone());
    Ok(routes)
}

fn of_postcode(postcode: &str) -> String {
    let start = literal(&format!("{}%", postcode.replace(' ', "").to_uppercase()));
    format!(
        "c.id in (select customer_id from addresses where removed_at is null and postcode_key(postcode) like {start}
            union select customer_id from bookings where postcode_key(pickup ->> 'postcode') like {start}
            union select customer_id from bookings where postcode_key(dropoff ->> 'postcode') like {start})"
    )
}

/// A text as SQL has it.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
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
