//! A mail server that behaves as it is told: one behaviour for each connection in turn, the last one for all that follow.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    Accept,
    /// 550 to the recipient.
    Refuse,
    /// 451 to the recipient.
    Greylist,
    /// Takes the connection and says nothing.
    Hang,
    /// Keeps the mail and is gone before it says so.
    DropAfterData,
}

#[derive(Debug, Clone)]
pub struct Received {
    pub to: String,
    /// Headers and body, dots unstuffed.
    pub text: String,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next()?;
        head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }

    /// The first part of this type, decoded.
    pub fn part(&self, content_type: &str) -> Option<Vec<u8>> {
        let boundary = self.text.split("boundary=\"").nth(1)?.split('"').next()?;
        self.text.split(&format!("--{boundary}")).find_map(|part| {
            let (head, body) = part.trim_start().split_once("\r\n\r\n")?;
            let typed = head.lines().any(|line| line.starts_with(&format!("Content-Type: {content_type}")));
            let packed: String = body.split_whitespace().collect();
            if !typed {
                None
            } else if head.contains("Content-Transfer-Encoding: base64") {
                STANDARD.decode(packed).ok()
            } else {
                Some(body.as_bytes().to_vec())
            }
        })
    }
}

#[derive(Clone)]
pub struct MailServer {
    port: u16,
    is_down: Arc<AtomicBool>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl MailServer {
    pub async fn start(behaviours: &[Behaviour]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, is_down: Arc::default(), received: Arc::default() };
        let is_down = server.is_down.clone();
        let (received, mut turns) = (server.received.clone(), VecDeque::from(behaviours.to_vec()));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                if is_down.load(Ordering::Relaxed) {
                    continue;
                }
                let turn = turns[0];
                if turns.len() > 1 {
                    turns.pop_front();
                }
                tokio::spawn(converse(socket, turn, received.clone()));
            }
        });
        server
    }

    /// Whoever calls is hung up on, until it is up again.
    pub fn down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::Relaxed);
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

/// Ends when the other side does.
async fn converse(
    socket: TcpStream,
    behaviour: Behaviour,
    received: Arc<Mutex<Vec<Received>>>,
) -> std::io::Result<()> {
    let (reader, mut writer) = socket.into_split();
    let mut lines = BufReader::new(reader).lines();
    if behaviour == Behaviour::Hang {
        while lines.next_line().await?.is_some() {}
        return Ok(());
    }
    writer.write_all(b"220 mail.test ready\r\n").await?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match (verb.as_str(), behaviour) {
            ("EHLO", _) => "250-mail.test\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            ("RCPT", Behaviour::Refuse) => "550 5.1.1 No such mailbox here\r\n",
            ("RCPT", Behaviour::Greylist) => "451 4.7.1 Greylisted, come back later\r\n",
            ("RCPT", _) => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 2.1.5 fine\r\n"
            }
            ("DATA", _) => {
                writer.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push_str("\r\n");
                }
                received.lock().unwrap().push(Received { to: to.clone(), text });
                if behaviour == Behaviour::DropAfterData {
                    return Ok(());
                }
                "250 2.0.0 taken\r\n"
            }
            ("QUIT", _) => {
                writer.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 fine\r\n",
        };
        writer.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}
