//! Something between the application and its database that breaks connections at the worst moment: around a commit.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
    task::JoinHandle,
};
use tokio_postgres::config::Host;

use super::cluster::cluster;

/// `commit`, as the driver sends it (PostgreSQL's protocol, message `Query`).
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// When the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The commit was sent and never arrives.
    Before,
    /// The commit has happened, and nobody hears of it.
    After,
}

#[derive(Default)]
struct State {
    /// How many commits pass before one is cut, and how.
    plan: Mutex<Option<(usize, Cut)>>,
    cuts: AtomicUsize,
}

impl State {
    /// What becomes of the commit that is just passing.
    fn turn(&self) -> Option<Cut> {
        let mut plan = self.plan.lock().unwrap();
        match *plan {
            Some((0, cut)) => {
                *plan = None;
                self.cuts.fetch_add(1, Ordering::Relaxed);
                Some(cut)
            }
            Some((passing, cut)) => {
                *plan = Some((passing - 1, cut));
                None
            }
            None => None,
        }
    }
}

pub struct Proxy {
    pub address: SocketAddr,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

impl Proxy {
    /// In front of the cluster of the tests.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = state.clone();
        let serving = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, shared.clone()));
            }
        });
        Self { address, state, serving }
    }

    /// After so many commits that pass the next one is cut.
    pub fn cut(&self, passing: usize, cut: Cut) {
        *self.state.plan.lock().unwrap() = Some((passing, cut));
    }

    /// How many have been cut; what was planned and did not come is forgotten.
    pub fn cuts(&self) -> usize {
        *self.state.plan.lock().unwrap() = None;
        self.state.cuts.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn carry(client: TcpStream, state: Arc<State>) {
    let config = &cluster().config;
    let port = config.get_ports().first().copied().unwrap_or(5432);
    // However it ends, both sides are closed.
    let _ = match config.get_hosts().first() {
        Some(Host::Unix(folder)) => {
            let socket: PathBuf = folder.join(format!(".s.PGSQL.{port}"));
            match UnixStream::connect(socket).await {
                Ok(server) => pass(client, server, &state).await,
                Err(error) => Err(error),
            }
        }
        Some(Host::Tcp(name)) => match TcpStream::connect((name.as_str(), port)).await {
            Ok(server) => pass(client, server, &state).await,
            Err(error) => Err(error),
        },
        None => Ok(()),
    };
}

/// Both ways until one side ends or the plan says so.
async fn pass(
    mut client: TcpStream,
    mut server: impl AsyncRead + AsyncWrite + Unpin,
    state: &State,
) -> std::io::Result<()> {
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let sent = &asked[..read?];
                if sent.is_empty() {
                    return Ok(());
                }
                match if is_commit(sent) { state.turn() } else { None } {
                    None => server.write_all(sent).await?,
                    Some(Cut::Before) => return Ok(()),
                    Some(Cut::After) => {
                        server.write_all(sent).await?;
                        // The server says that it is done; the client does not hear it.
                        let _ = server.read(&mut answered).await?;
                        return Ok(());
                    }
                }
            }
            read = server.read(&mut answered) => {
                let said = &answered[..read?];
                if said.is_empty() {
                    return Ok(());
                }
                client.write_all(said).await?;
            }
        }
    }
}

fn is_commit(sent: &[u8]) -> bool {
    sent.windows(COMMIT.len()).any(|window| window == COMMIT)
}
