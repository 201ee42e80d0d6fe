//! A storage that speaks S3, over HTTP, which checks every signature and keeps what it is given in a folder (`s3s-fs`). On a thread of its
//! own, so that it answers while a test waits for a program.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    task::{Context, Poll},
    thread::JoinHandle,
};

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use platform::settings::{BucketSettings, Secret};
use s3s::{
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};
use s3s_fs::FileSystem;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use super::own_server::Signed;

const KEY_ID: &str = "test-key";
const SECRET: &str = "test-secret";
const BUCKET: &str = "copies";

/// Stopped and removed with its value. It has one bucket, which is empty.
pub struct ObjectStorage {
    pub folder: PathBuf,
    address: SocketAddr,
    origin: String,
    /// How many bytes it still takes; below nothing, it hangs up on everybody.
    left: Arc<AtomicI64>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ObjectStorage {
    pub fn start(name: &str) -> Self {
        Self::with(name, None)
    }

    /// Over TLS, as `localhost`.
    pub fn with_certificate(name: &str, signed: &Signed) -> Self {
        let mut storage = Self::with(name, Some(acceptor(signed)));
        storage.origin = format!("https://localhost:{}", storage.address.port());
        storage
    }

    fn with(name: &str, acceptor: Option<TlsAcceptor>) -> Self {
        let folder = std::env::temp_dir().join(format!("hub-s3-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join(BUCKET)).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(&folder).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        let service = builder.build();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let left = Arc::new(AtomicI64::new(i64::MAX));
        let (stop, mut stopped) = oneshot::channel();
        let counted = left.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                loop {
                    let (stream, _) = tokio::select! {
                        accepted = listener.accept() => accepted.unwrap(),
                        _ = &mut stopped => return,
                    };
                    let (stream, service) = (Counted { stream, left: counted.clone() }, service.clone());
                    match acceptor.clone() {
                        Some(acceptor) => drop(tokio::spawn(async move {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                answer(stream, service).await;
                            }
                        })),
                        None => drop(tokio::spawn(answer(stream, service))),
                    }
                }
            });
        });
        let origin = format!("http://{address}");
        Self { folder, address, origin, left, stop: Some(stop), thread: Some(thread) }
    }

    pub fn endpoint(&self) -> String {
        self.origin.clone()
    }

    /// What a hub is told to keep its copies here.
    pub fn settings(&self) -> [(&'static str, String); 4] {
        [
            ("HUB_BACKUP_BUCKET", format!("s3://{BUCKET}/desk/one")),
            ("HUB_BACKUP_BUCKET_ENDPOINT", self.endpoint()),
            ("HUB_BACKUP_BUCKET_KEY_ID", KEY_ID.to_owned()),
            ("HUB_BACKUP_BUCKET_SECRET", SECRET.to_owned()),
        ]
    }

    /// The same, read.
    pub fn bucket(&self) -> BucketSettings {
        BucketSettings {
            name: BUCKET.to_owned(),
            prefix: "desk/one".to_owned(),
            endpoint: Some(self.endpoint()),
            region: "us-east-1".to_owned(),
            key_id: Secret(KEY_ID.to_owned()),
            secret: Secret(SECRET.to_owned()),
        }
    }

    /// The objects in the bucket, by name, in order.
    pub fn objects(&self) -> Vec<String> {
        let folder = self.folder.join(BUCKET).join("desk/one");
        let Ok(read) = fs::read_dir(folder) else { return Vec::new() };
        let mut names: Vec<String> =
            read.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Parts of uploads that were begun and neither finished nor taken back.
    pub fn loose_parts(&self) -> usize {
        let names = fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().contains(".part-")).count()
    }

    /// After so many bytes more it hangs up, and then on everybody.
    pub fn breaks_after(&self, bytes: i64) {
        self.left.store(bytes, Ordering::SeqCst);
    }

    pub fn works_again(&self) {
        self.breaks_after(i64::MAX);
    }
}

impl Drop for ObjectStorage {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin, service: S3Service) {
    // Whoever hung up is not to be answered.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

fn acceptor(signed: &Signed) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(signed.certificate.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(signed.key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A connection that breaks when it has taken too much.
struct Counted {
    stream: TcpStream,
    left: Arc<AtomicI64>,
}

impl Counted {
    fn is_broken(&self) -> bool {
        self.left.load(Ordering::SeqCst) < 0
    }
}

fn reset() -> std::io::Error {
    std::io::ErrorKind::ConnectionReset.into()
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = into.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(cx, into);
        let taken = (into.filled().len() - before) as i64;
        self.left.fetch_sub(taken, Ordering::SeqCst);
        if self.is_broken() { Poll::Ready(Err(reset())) } else { outcome }
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        if self.is_broken() {
            return Poll::Ready(Err(reset()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
