//! Erasing a person: two people, nothing left of them, the books to the penny, and gone again after a restore.

mod acts;
mod again;
mod refused;
mod whole;

use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Client, TestApp, id, id_of};

/// A person with something in every column that a person may be in, somebody else, and the two who erase.
struct Desk {
    app: TestApp,
    ops: Client,
    reviewer: Client,
    emma: Uuid,
}

/// What every planted text holds, and every planted number.
const CANARY: &str = "kqzx";
const DIGITS: &str = "7700900987";
/// The same of somebody who stays.
const OTHER: &str = "wvbn";

impl Desk {
    async fn new() -> Self {
        Self::of(TestApp::new().await).await
    }

    async fn of(app: TestApp) -> Self {
        let ops = app.as_role(Role::Ops).await;
        let reviewer = app.as_role(Role::Reviewer).await;
        let emma = ops.create_customer("Emma Kqzxname", "emma.kqzx@example.com").await;
        Self { app, ops, reviewer, emma: id_of(&emma) }
    }

    /// Rows with content in every column that goes, through the doors where there is one.
    async fn planted(self) -> Self {
        let omar = self.ops.create_customer("Omar Wvbnname", "omar.wvbn@example.com").await;
        for (customer, canary) in [(self.emma, CANARY), (id_of(&omar), OTHER)] {
            plant(&self, customer, canary).await;
        }
        self.app.sealer().seal(&mut self.app.database.connect().await).await.unwrap();
        self
    }

    async fn page(&self) -> Value {
        self.ops.get(&format!("/api/admin/customers/{}/erasure", self.emma)).await.ok()
    }

    async fn plan(&self) -> Value {
        let path = format!("/api/admin/customers/{}/erasure", self.emma);
        self.ops.post(&path, &json!({ "reason": "Asked for by letter (kqzx)" })).await.ok()["erasure"].clone()
    }

    async fn approve(&self, erasure: &Value) -> Value {
        let path = format!("/api/admin/erasures/{}/approve", id(erasure));
        self.reviewer.post(&path, &json!({ "planHash": erasure["planHash"] })).await.ok()["erasure"].clone()
    }

    /// Planned, approved and carried out.
    async fn erased(&self) -> Value {
        let plan = self.plan().await;
        self.approve(&plan).await;
        self.app.run_jobs().await;
        self.page().await["erasure"].clone()
    }

    /// Everything in the database as text, but for the invoices, which are kept as they were issued.
    fn dump(&self) -> String {
        dump(&self.app.database.admin_url(), &["--data-only", "--exclude-table-data=invoices"])
    }
}

fn dump(url: &str, options: &[&str]) -> String {
    let output = crate::support::program("pg_dump").args(options).args(["--dbname", url]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().to_lowercase()
}

async fn plant(desk: &Desk, customer: Uuid, canary: &str) {
    let ops = &desk.ops;
    let path = format!("/api/admin/customers/{customer}");
    let digits = if canary == CANARY { DIGITS } else { "7700900654" };
    let text = |what: &str| format!("{what} {canary}");
    let details = json!({ "name": text("Emma Renamed"), "email": format!("{canary}@example.com"),
        "emailVerified": true, "phone": format!("+44 {} {}", &digits[..4], &digits[4..]) });
    ops.put(&path, 1, &details).await.ok();
    for (name, email, parted) in [
        (text("Emma Twin"), format!("twin.{canary}@example.com"), false),
        ("Somebody Else".to_owned(), format!("else{}@example.com", &digits[8..]), true),
    ] {
        let twin = ops.create_customer(&name, &email).await;
        let version = ops.get(&path).await.ok()["version"].clone();
        let merge = json!({ "otherId": id(&twin), "survivorVersion": version, "otherVersion": 1, "reason": text("Same") });
        let merge = ops.post(&format!("{path}/merge"), &merge).await.ok();
        if parted {
            let undo = format!("/api/admin/merges/{}/undo", id(&merge));
            ops.post(&undo, &json!({ "reason": text("Two sisters") })).await.ok();
        }
    }
    let like = json!({ "name": "Like Her", "email": format!("like{}@example.com", &digits[7..]), "phone": details["phone"] });
    let like = ops.post("/api/admin/customers", &like).await.ok();
    let no = json!({ "oneId": customer, "otherId": id(&like), "reason": text("Not") });
    ops.post("/api/admin/duplicates/dismissals", &no).await.ok();
    // Or the scan would tell of a number that two share.
    let alone = "update customers set phone = null, phone_e164 = null where id = $1";
    desk.app.sql.execute(alone, &[&id_of(&like)]).await.unwrap();
    let address = json!({ "label": text("Home"), "line1": text("1 High Street"), "line2": text("Flat"), "city": text("Leeds"),
        "postcode": "LS1 4AP", "floor": text("2"), "flat": text("2b"), "hasLift": true, "accessNotes": text("Ring twice") });
    let contact = json!({ "label": text("Sister"), "name": text("Zoe"), "phone": format!("0{digits}"),
        "email": format!("zoe.{canary}@example.com"), "notes": text("Call first") });
    ops.post(&format!("{path}/addresses"), &address).await.ok();
    ops.post(&format!("{path}/contacts"), &contact).await.ok();
    ops.post(&format!("{path}/notes"), &json!({ "body": text("A note about") })).await.ok();
    desk.app.booking(customer).paid(45_000).refunded(5_000).insert().await;
    desk.app.ticket(customer, "CLOSED", "NORMAL").await;
    desk.app.mail(customer).await;
    let sql = include_str!("plant.sql")
        .replace("{customer}", &customer.to_string())
        .replace("{canary}", canary)
        .replace("{digits}", digits);
    desk.app.sql.batch_execute(&sql).await.unwrap();
}
