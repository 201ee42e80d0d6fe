//! Who else has a customer open: as long as their page lives, and no longer.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Client, Served, Socket, TestApp, id, id_of};

struct Room {
    app: TestApp,
    served: Served,
    emma: Client,
    tom: Client,
    customer: Value,
}

impl Room {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let (emma, tom) = (app.as_role(Role::Support).await, app.as_role(Role::ReadOnly).await);
        let customer = emma.create_customer("Emma Davis", "emma@example.com").await;
        let served = app.serve().await;
        Self { app, served, emma, tom, customer }
    }

    async fn page_of(&self, client: &Client) -> Socket {
        self.served.open(client, Some(&self.app.app.settings.public_url)).await.unwrap()
    }

    async fn shows(&self, socket: &mut Socket, editing: bool) {
        let looking = json!({ "looking": { "customer": id(&self.customer), "editing": editing } });
        socket.says(&looking.to_string()).await;
    }

    /// Until the page is told that somebody came, went or changed.
    async fn told(&self, socket: &mut Socket) {
        let hint = json!({ "topic": "presence", "id": id(&self.customer) });
        while serde_json::from_str::<Value>(&socket.hears().await).unwrap() != hint {}
    }

    async fn seen_by(&self, client: &Client) -> Value {
        client.get(&format!("/api/admin/presences/{}", id(&self.customer))).await.ok()["people"].take()
    }
}

async fn rows(app: &TestApp) -> i64 {
    app.sql.query_one("select count(*) from presences", &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn who_else_is_there_is_told_by_name_until_they_leave() {
    let room = Room::new().await;
    let mut emmas = room.page_of(&room.emma).await;
    room.shows(&mut emmas, false).await;
    room.told(&mut emmas).await;
    assert_eq!(room.seen_by(&room.emma).await, json!([]), "not oneself");
    let of_emma = |editing: bool| json!([{ "staffId": room.emma.staff.unwrap(), "name": "Support 0", "editing": editing }]);
    assert_eq!(room.seen_by(&room.tom).await, of_emma(false));

    let mut toms = room.page_of(&room.tom).await;
    room.shows(&mut toms, false).await;
    room.told(&mut emmas).await;
    assert_eq!(room.seen_by(&room.emma).await[0]["name"], "Read only 1");
    room.shows(&mut emmas, true).await;
    room.told(&mut toms).await;
    while room.seen_by(&room.tom).await != of_emma(true) {
        room.told(&mut toms).await;
    }

    // Gone without a farewell.
    emmas.vanishes();
    while room.seen_by(&room.tom).await != json!([]) {
        room.told(&mut toms).await;
    }
    toms.says(r#"{"looking":null}"#).await;
    let mut third = room.page_of(&room.emma).await;
    room.shows(&mut third, false).await;
    room.told(&mut third).await;
    while room.seen_by(&room.emma).await != json!([]) {
        room.told(&mut third).await;
    }
    assert_eq!(rows(&room.app).await, 1, "nothing is kept of who was there");
    room.app.finish().await;
}

#[tokio::test]
async fn a_session_that_ends_leaves_at_once() {
    let room = Room::new().await;
    let mut emmas = room.page_of(&room.emma).await;
    room.shows(&mut emmas, true).await;
    room.told(&mut emmas).await;
    assert_eq!(room.seen_by(&room.tom).await.as_array().unwrap().len(), 1);
    room.emma.act("/api/auth/sign-out").await.no_content();
    assert_eq!(room.seen_by(&room.tom).await, json!([]));
    while emmas.hears().await != "closed 4401" {}
    assert_eq!(rows(&room.app).await, 0);
    room.app.finish().await;
}

#[tokio::test]
async fn what_a_process_left_that_died_is_not_believed_and_goes() {
    let room = Room::new().await;
    let left = "insert into presences (id, customer_id, staff_id, session_id, editing, seen_at) values ($1, $2, $3, $4, true, $5)";
    let (staff, session) = (room.emma.staff.unwrap(), room.emma.session.unwrap());
    let (page, customer, now) = (Uuid::from_u128(1), id_of(&room.customer), room.app.now());
    room.app.sql.execute(left, &[&page, &customer, &staff, &session, &now]).await.unwrap();
    assert_eq!(room.seen_by(&room.tom).await[0]["editing"], true);
    room.app.advance(SignedDuration::from_secs(76));
    assert_eq!(room.seen_by(&room.tom).await, json!([]));
    let db = room.app.app.db.client().await.unwrap();
    realtime::forget_lost(&db, room.app.now()).await.unwrap();
    assert_eq!(rows(&room.app).await, 0);
    room.app.finish().await;
}

#[tokio::test]
async fn nonsense_and_customers_that_are_not_leave_nothing() {
    let room = Room::new().await;
    let mut emmas = room.page_of(&room.emma).await;
    for text in ["hello", "{}", r#"{"looking":{"customer":"7"}}"#, r#"{"looking":[]}"#] {
        emmas.says(text).await;
    }
    let nobody = Uuid::from_u128(7);
    emmas.says(&json!({ "looking": { "customer": nobody } }).to_string()).await;
    room.shows(&mut emmas, false).await;
    room.told(&mut emmas).await;
    assert_eq!(rows(&room.app).await, 1);
    room.tom.get(&format!("/api/admin/presences/{nobody}")).await.problem(404, "not_found");
    room.app.client().get(&format!("/api/admin/presences/{nobody}")).await.problem(401, "signed_out");
    room.app.finish().await;
}
