//! Hints for those who are watching: which thing changed, by id, never what it now holds.

use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio_postgres::AsyncMessage;
use uuid::Uuid;

use crate::{
    Event,
    address::{Address, causes},
};

/// `topic` is what kind of thing; `resync` says that hints may have been missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Hint {
    pub topic: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// What of it: `refund`, `flag`, ….
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

impl Hint {
    pub fn resync() -> Self {
        Self { topic: "resync".to_owned(), id: None, about: None }
    }

    /// Who watches a customer wants to hear of everything about it; other subjects speak for themselves.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        match (event.customer, event.subject) {
            (Some(customer), subject) => Some(Self {
                topic: "customer".to_owned(),
                id: Some(customer.0),
                about: subject.map(|(kind, _)| kind.to_owned()),
            }),
            (None, Some((kind, id))) => Some(Self { topic: kind.to_owned(), id: Some(id), about: None }),
            (None, None) => None,
        }
    }

    pub(crate) fn to_payload(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Fans hints out to every open socket of this process.
#[derive(Clone)]
pub struct Live {
    sender: broadcast::Sender<Hint>,
}

impl Default for Live {
    fn default() -> Self {
        Self { sender: broadcast::channel(1024).0 }
    }
}

impl Live {
    pub fn subscribe(&self) -> broadcast::Receiver<Hint> {
        self.sender.subscribe()
    }

    /// Nobody listening is fine.
    pub fn send(&self, hint: Hint) {
        let _ = self.sender.send(hint);
    }

    /// Listens on a connection of its own for as long as the process lives; after a break everybody is told to resync.
    pub async fn listen(self, address: Address) {
        loop {
            if let Err(error) = self.listen_once(&address).await {
                tracing::warn!(error = causes(&*error), "the live connection broke; trying again");
            }
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
    }

    async fn listen_once(&self, address: &Address) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let (client, mut connection) = address.open().await?;
        let mut messages = futures_util::stream::poll_fn(move |cx| connection.poll_message(cx));
        let listening = async { client.batch_execute("listen hub").await };
        tokio::pin!(listening);
        let mut ready = false;
        loop {
            tokio::select! {
                outcome = &mut listening, if !ready => {
                    outcome?;
                    ready = true;
                    self.send(Hint::resync());
                }
                message = messages.next() => match message {
                    Some(Ok(AsyncMessage::Notification(note))) => {
                        if let Ok(hint) = serde_json::from_str(note.payload()) {
                            self.send(hint);
                        }
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error.into()),
                    None => return Err("connection closed".into()),
                },
            }
        }
    }
}
