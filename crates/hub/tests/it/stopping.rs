//! The end of a process: said first, then nobody new, then what is under way, within the time that the settings give.

use std::{fs, net::TcpListener, path::PathBuf, time::Instant};

use axum::http::{Method, StatusCode};
use embedded::{Embedded, Options};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    processes::{Folder, PATIENCE, Process},
    support::connect,
};

/// A request whose body is still to come; the server has begun to read it.
async fn begin(process: &Process, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(process.address).await.unwrap();
    let head = format!(
        "POST /api/auth/sign-in HTTP/1.1\r\nhost: {}\r\nsec-fetch-site: same-origin\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        process.address,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut told = [0; 25];
    stream.read_exact(&mut told).await.unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[tokio::test]
async fn what_is_under_way_is_answered_and_nobody_new_is_let_in() {
    let folder = Folder::new("stopping");
    let settings = [("HUB_STOP_NOTICE_SECONDS", "5"), ("HUB_STOP_SECONDS", "100"), ("HUB_RUN_JOBS", "false")];
    let mut process = Process::start("stopping", &folder.0, &["serve", "--demo"], &settings);
    process.is_ready().await;
    let body = r#"{"email": "nobody@example.com", "password": "not a password"}"#;
    let mut slow = begin(&process, body).await;

    process.is_told_to_stop();
    let ask = async |process: &Process| process.try_ask(Method::GET, "/readyz", None, None).await;
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < PATIENCE, "{}", process.said());
        let said = ask(&process).await.unwrap_or_else(|error| panic!("closed before it was said: {error}"));
        if said.status == StatusCode::SERVICE_UNAVAILABLE {
            assert_eq!(said.body["code"], "shutting_down", "{}", said.body);
            break;
        }
    }
    while ask(&process).await.is_ok() {
        assert!(began.elapsed() < PATIENCE, "{}", process.said());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let refused = TcpStream::connect(process.address).await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    assert!(process.child.try_wait().unwrap().is_none(), "somebody is still being served");

    slow.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("invalid_credentials"), "{answer}");
    process.ends();
}

#[tokio::test]
async fn a_job_that_does_not_end_in_time_is_given_back() {
    let folder = Folder::new("given-back");
    // Takes the connection, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", silent.local_addr().unwrap());
    let settings =
        [("HUB_SMTP_URL", url.as_str()), ("HUB_SMTP_TIMEOUT_SECONDS", "300"), ("HUB_STOP_SECONDS", "1")];
    let mut process = Process::start("given-back", &folder.0, &["work"], &settings);
    process.is_ready().await;
    let addresses = fs::read_to_string(folder.0.join("database-url")).unwrap();
    let sql = connect(&addresses.lines().next().unwrap().parse().unwrap()).await.unwrap();
    let mail = "with mail as (
            insert into mails (id, to_address, subject, body_text, state, message_id, created_at)
            values (gen_random_uuid(), 'emma@example.com', 'Your move', 'All is well.', 'queued', '<1@example.com>', now()) returning id
        )
        insert into jobs (id, kind, payload, state, run_at, max_attempts, key, created_at)
        select gen_random_uuid(), 'mail.send', jsonb_build_object('mailId', id), 'ready', now(), 3, 'mail.send ' || id, now() from mail
        returning id::text";
    let id: String = sql.query_one(mail, &[]).await.unwrap().get(0);
    // Somebody hangs there now.
    let asked = tokio::task::spawn_blocking(move || (silent.accept().unwrap(), silent)).await.unwrap();
    drop(sql);
    process.stop();
    drop(asked);

    // Whoever comes next takes it at once, however long the lease was.
    let mut options = Options::new(&folder.0);
    options.bin_dir = std::env::var_os("HUB_POSTGRES_BIN").map(PathBuf::from);
    let server = Embedded::start(options).unwrap();
    let sql = connect(&server.connection_string("hub").parse().unwrap()).await.unwrap();
    let row =
        "select state, attempt, max_attempts, lease_until is null, last_error from jobs where id::text = $1";
    let row = sql.query_one(row, &[&id]).await.unwrap();
    let (state, attempt, most, free): (String, i32, i32, bool) =
        (row.get(0), row.get(1), row.get(2), row.get(3));
    assert_eq!((state.as_str(), attempt, free), ("ready", 1, true));
    assert_eq!(
        (most, row.get::<_, &str>(4)),
        (4, "the process that ran it was stopped"),
        "the try does not count"
    );
}
