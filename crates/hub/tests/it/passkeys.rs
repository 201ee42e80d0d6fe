//! Passkeys: an authenticator in software, good and bad.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::{
    auth::{PASSWORD, person, sign_in},
    second_factor::{complete, enrol},
    support::{Client, Kind, SoftKey, TestApp, id},
};

async fn add(client: &Client, key: &SoftKey, name: &str) -> crate::support::Answer {
    let begun = client.act("/api/auth/passkeys/begin").await.ok();
    client.post("/api/auth/passkeys", &key.registration(begun["challenge"].as_str().unwrap(), name)).await
}

/// Somebody with a passkey, signed in; and the key.
async fn with_passkey(app: &TestApp, email: &str, kind: Kind) -> (Client, SoftKey) {
    let client = person(app, email, Role::Superadmin).await;
    let key = SoftKey::new(kind, &app.app.settings.public_url);
    let answer = add(&client, &key, "Laptop").await;
    answer.ok();
    let mut inside = client.after(&answer);
    inside.session = None;
    (inside, key)
}

async fn question(client: &Client) -> String {
    client.act("/api/auth/sign-in/passkey/begin").await.ok()["challenge"].as_str().unwrap().to_owned()
}

async fn answer(client: &Client, assertion: &Value) -> crate::support::Answer {
    client.post("/api/auth/sign-in/passkey", assertion).await
}

#[tokio::test]
async fn a_passkey_of_each_kind_is_added_and_signs_in() {
    for kind in [Kind::P256, Kind::Ed25519] {
        let app = TestApp::new().await;
        let (emma, mut key) = with_passkey(&app, "emma@desk.example.com", kind).await;
        assert_eq!(emma.get("/api/auth/passkeys").await.ok()[0]["name"], "Laptop");
        assert_eq!(emma.get("/api/auth/factors").await.ok()["recoveryCodesLeft"], 10);
        let given = key.assertion(&question(&app.client()).await);
        let signed_in = answer(&app.client(), &given).await;
        assert_eq!(signed_in.ok()["email"], "emma@desk.example.com");
        let inside = app.client().after(&signed_in);
        let sessions = inside.get("/api/auth/sessions").await.ok();
        let mine = sessions.as_array().unwrap().iter().find(|one| one["current"] == true).unwrap();
        assert_eq!((&mine["firstFactor"], mine.get("secondFactor")), (&json!("passkey"), None));
        app.finish().await;
    }
}

#[tokio::test]
async fn a_passkey_completes_a_sign_in_with_the_password_and_proves_who_one_is() {
    let app = TestApp::new().await;
    let (emma, mut key) = with_passkey(&app, "emma@desk.example.com", Kind::P256).await;
    let first = sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await;
    first.has_status(202);
    assert_eq!(first.json()["methods"], json!(["passkey", "recovery_code"]));
    let waiting = app.client().after(&first);
    let given = key.assertion(&question(&waiting).await);
    let inside = app.client().after(&answer(&waiting, &given).await);
    let sessions = inside.get("/api/auth/sessions").await.ok();
    let mine = sessions.as_array().unwrap().iter().find(|one| one["current"] == true).unwrap();
    assert_eq!((&mine["firstFactor"], &mine["secondFactor"]), (&json!("password"), &json!("passkey")));

    app.advance(SignedDuration::from_mins(11));
    let export = || emma.post("/api/admin/customers/export", &json!({}));
    export().await.problem(403, "step_up_required");
    let given = key.assertion(&question(&emma).await);
    emma.post("/api/auth/proof", &json!({ "passkey": given })).await.no_content();
    export().await.has_status(200);
    // Somebody else's proves nothing.
    let (_, mut other) = with_passkey(&app, "omar@desk.example.com", Kind::Ed25519).await;
    let given = other.assertion(&question(&emma).await);
    emma.post("/api/auth/proof", &json!({ "passkey": given })).await.invalid("passkey");
    app.finish().await;
}

#[tokio::test]
async fn whatever_is_wrong_with_a_passkey_the_answer_is_the_same() {
    let app = TestApp::new().await;
    let (_, mut key) = with_passkey(&app, "emma@desk.example.com", Kind::P256).await;
    let url = app.app.settings.public_url.clone();
    let client = app.client();
    let mut stranger = SoftKey::new(Kind::P256, &url);
    let mut attempts: Vec<(&str, Value)> = vec![];
    attempts.push(("an unknown passkey", stranger.assertion(&question(&client).await)));
    stranger.credential = key.credential.clone();
    attempts.push(("a forged signature", stranger.assertion(&question(&client).await)));
    key.origin = "https://desk.example.com.evil.example".into();
    attempts.push(("another origin", key.assertion(&question(&client).await)));
    key.origin = url.clone();
    key.rp_id = "evil.example".into();
    attempts.push(("another relying party", key.assertion(&question(&client).await)));
    key.rp_id = "localhost".into();
    key.flags = 0x01;
    attempts.push(("nobody verified", key.assertion(&question(&client).await)));
    key.flags = 0x04;
    attempts.push(("nobody there", key.assertion(&question(&client).await)));
    key.flags = 0x05;
    key.ceremony = "webauthn.create";
    attempts.push(("another ceremony", key.assertion(&question(&client).await)));
    key.ceremony = "webauthn.get";
    attempts.push(("a challenge of its own", key.assertion(&platform::random::token())));
    attempts.push(("no challenge", key.assertion("")));
    let good = key.assertion(&question(&client).await);
    for (field, cut) in [("clientData", 5), ("authenticatorData", 5), ("signature", 3), ("credentialId", 4)] {
        let mut broken = good.clone();
        let text = broken[field].as_str().unwrap();
        broken[field] = json!(text[..text.len() - cut]);
        attempts.push((field, broken));
        let mut broken = good.clone();
        broken[field] = json!("é");
        attempts.push((field, broken));
    }
    let mut told = Vec::new();
    for (index, (what, assertion)) in attempts.iter().enumerate() {
        // Each from elsewhere: guessing is slowed.
        let from = client.clone().at_ip(&format!("203.0.113.{index}"));
        let refused = answer(&from, assertion).await;
        assert_eq!(refused.status.as_u16(), 401, "{what}: {}", refused.text());
        let mut problem = refused.json();
        problem["requestId"] = Value::Null;
        told.push(problem);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:#?}");
    // The very thing that was broken above is good, once.
    answer(&client, &good).await.ok();
    answer(&client, &good).await.problem(401, "invalid_credentials");
    // An authenticator whose counter goes back has a twin.
    key.counter -= 2;
    let twin = key.assertion(&question(&client).await);
    answer(&client, &twin).await.problem(401, "invalid_credentials");
    // And five minutes are enough.
    key.counter += 5;
    let late = key.assertion(&question(&client).await);
    app.advance(SignedDuration::from_mins(5));
    answer(&client, &late).await.problem(401, "invalid_credentials");
    app.finish().await;
}

#[tokio::test]
async fn a_registration_that_is_wrong_adds_nothing() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let other = app.signed_in(emma.staff.unwrap()).await;
    let key = SoftKey::new(Kind::P256, &app.app.settings.public_url);
    let begin = || async {
        emma.act("/api/auth/passkeys/begin").await.ok()["challenge"].as_str().unwrap().to_owned()
    };
    let send = |client: &Client, body: &Value| client.post("/api/auth/passkeys", body);
    let good = key.registration(&begin().await, "Laptop");
    send(&other, &good).await.invalid("clientData");
    send(&emma, &key.registration(&platform::random::token(), "Laptop")).await.invalid("clientData");
    send(&emma, &key.registration(&question(&emma).await, "Laptop")).await.invalid("clientData");
    let object = good["attestation"].as_str().unwrap().to_owned();
    for cut in [0, 1, 20, 60, 100, object.len() / 2, object.len() - 1] {
        let mut broken = good.clone();
        broken["attestation"] = json!(object[..cut]);
        send(&emma, &broken).await.invalid("attestation");
    }
    for (field, wrong) in
        [("name", json!("")), ("name", json!("x".repeat(101))), ("clientData", json!("e30"))]
    {
        let mut broken = good.clone();
        broken[field] = wrong;
        send(&emma, &broken).await.invalid(field);
    }
    let mut weak = SoftKey::new(Kind::P256, &app.app.settings.public_url);
    weak.algorithm = -65_535;
    send(&emma, &weak.registration(&begin().await, "Old")).await.invalid("attestation");
    assert_eq!(emma.get("/api/auth/passkeys").await.ok(), json!([]));
    send(&emma, &good).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn passkeys_are_removed_and_the_last_one_only_where_one_may_do_without() {
    let app = TestApp::with(|settings| settings.access.second_factor_roles = vec!["superadmin".into()]).await;
    let (emma, key) = with_passkey(&app, "emma@desk.example.com", Kind::P256).await;
    let begun = emma.act("/api/auth/passkeys/begin").await.ok();
    assert_eq!(begun["exclude"], json!([key.id()]));
    let again = key.registration(begun["challenge"].as_str().unwrap(), "Twice");
    emma.post("/api/auth/passkeys", &again).await.problem(409, "passkey_known");
    emma.get("/api/admin/customers").await.ok();
    let listed = emma.get("/api/auth/passkeys").await.ok();
    let path = format!("/api/auth/passkeys/{}", id(&listed[0]));
    emma.delete(&path).await.problem(409, "second_factor_required");
    let (emma, authenticator, codes) = {
        let begun = emma.act("/api/auth/totp/begin").await.ok();
        let authenticator = crate::support::Authenticator::new(begun["secret"].as_str().unwrap());
        let body = json!({ "enrolment": begun["enrolment"], "code": authenticator.code(app.now()) });
        let answer = emma.post("/api/auth/totp", &body).await;
        (emma.after(&answer), authenticator, answer.ok()["recoveryCodes"].clone())
    };
    assert_eq!(codes, Value::Null, "the codes made before stay good");
    emma.delete(&path).await.no_content();
    emma.delete(&path).await.problem(404, "not_found");
    app.advance(SignedDuration::from_secs(60));
    let waiting = app.client().after(&sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await);
    complete(&waiting, &authenticator.code(app.now())).await.ok();
    let other = person(&app, "omar@desk.example.com", Role::Support).await;
    let _ = enrol(&app, &other).await;
    app.finish().await;
}

#[tokio::test]
async fn a_passkey_is_renamed_by_its_owner_only() {
    let app = TestApp::new().await;
    let (emma, _) = with_passkey(&app, "emma@desk.example.com", Kind::P256).await;
    let path = format!("/api/auth/passkeys/{}", id(&emma.get("/api/auth/passkeys").await.ok()[0]));
    let rename = async |client: &Client, name: &str| {
        client.request(axum::http::Method::PUT, &path).json(&json!({ "name": name })).await
    };
    assert_eq!(rename(&emma, " Old laptop ").await.ok()["name"], "Old laptop");
    for wrong in ["", " ", "La\u{202e}ptop", &"x".repeat(101)] {
        rename(&emma, wrong).await.invalid("name");
    }
    rename(&app.as_role(Role::Superadmin).await, "Mine").await.problem(404, "not_found");
    assert_eq!(emma.get("/api/auth/passkeys").await.ok()[0]["name"], "Old laptop");
    app.finish().await;
}
