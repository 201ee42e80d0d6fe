//! The application behind a real port, and browsers that keep a WebSocket open to it.

use std::{net::SocketAddr, time::Duration};

use axum::http::{HeaderValue, Response, header};
use futures_util::{SinkExt, StreamExt};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use super::{TestApp, client::Client};

/// Serves until dropped.
pub struct Served {
    address: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

impl TestApp {
    /// As `hub serve` does it, once what others commit is being listened for.
    pub async fn serve(&self) -> Served {
        let mut hints = self.app.live.subscribe();
        let listening = tokio::spawn(self.app.live.clone().listen(self.app.db.address().clone()));
        assert_eq!(hints.recv().await.unwrap().topic, "resync");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = self.router().into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        Served { address, tasks: [listening, serving] }
    }
}

impl Served {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Opens a socket with this browser's session, as a page from `origin` would; an answer that is no socket is the error.
    pub async fn open(
        &self,
        client: &Client,
        origin: Option<&str>,
    ) -> Result<Socket, Response<Option<Vec<u8>>>> {
        let cookie = client.cookie();
        let cookie = cookie.as_ref().map(|cookie| cookie.to_str().unwrap());
        Socket::open(self.address, "/api/live", cookie, origin).await
    }

    /// As a page that has shown something for so long without listening.
    pub async fn open_late(&self, client: &Client, origin: &str, unheard_ms: u64) -> Socket {
        let cookie = client.cookie();
        let cookie = cookie.as_ref().map(|cookie| cookie.to_str().unwrap());
        Socket::open(self.address, &format!("/api/live?unheardMs={unheard_ms}"), cookie, Some(origin))
            .await
            .unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    pub async fn open(
        address: SocketAddr,
        path: &str,
        cookie: Option<&str>,
        origin: Option<&str>,
    ) -> Result<Self, Response<Option<Vec<u8>>>> {
        let stream = TcpStream::connect(address).await.unwrap();
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        let headers = request.headers_mut();
        for (name, value) in [(header::COOKIE, cookie), (header::ORIGIN, origin)] {
            headers.extend(value.map(|value| (name, HeaderValue::from_str(value).unwrap())));
        }
        match client_async(request, stream).await {
            Ok((stream, _)) => Ok(Self(stream)),
            Err(Error::Http(answer)) => Err(*answer),
            Err(error) => panic!("{error}"),
        }
    }

    /// The next text, or `closed` and the code; nothing when it stays quiet for so long.
    pub async fn hears_within(&mut self, time: Duration) -> Option<String> {
        let next = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => return text.to_string(),
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return format!("closed {}", u16::from(frame.code));
                    }
                    Some(Ok(Message::Ping(_))) => {}
                    other => return format!("{other:?}"),
                }
            }
        };
        timeout(time, next).await.ok()
    }

    pub async fn says(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// As a page whose machine has died.
    pub fn vanishes(self) {
        drop(self);
    }

    pub async fn hears(&mut self) -> String {
        self.hears_within(Duration::from_secs(20)).await.expect("nothing was heard")
    }
}
