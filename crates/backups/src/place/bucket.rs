use std::{
    fmt,
    future::Future,
    io::{self, Read, Write},
    sync::{Arc, mpsc},
    time::Duration,
};

use bytes::{Buf, Bytes};
use futures_util::{StreamExt, stream::BoxStream};
use object_store::{
    BackoffConfig, Error, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
};
use platform::settings::BucketSettings;
use tokio::runtime::Handle;

use super::{
    Entry,
    errors::{is_no_bucket, told},
    wire::Wire,
};
use crate::BackupError;

/// Of an upload in parts, all of one size as some storages want it. Of at most 10,000: copies of up to 156 GiB.
const PART: usize = 16 * 1024 * 1024;
/// A call is tried again for so long: whoever has the job tries the whole again later.
const RETRY_FOR: Duration = Duration::from_secs(60);
const RETRIES: usize = 4;
/// What was begun is taken back for as long as this.
const TAKE_BACK: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    /// With the prefix.
    url: String,
    prefix: String,
    runtime: Handle,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl Bucket {
    pub(super) fn new(settings: &BucketSettings) -> Result<Self, BackupError> {
        let url = settings.url();
        let backoff = BackoffConfig {
            init_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(5),
            base: 2.0,
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.name)
            .with_region(&settings.region)
            .with_access_key_id(&settings.key_id.0)
            .with_secret_access_key(&settings.secret.0)
            .with_retry(RetryConfig { backoff, max_retries: RETRIES, retry_timeout: RETRY_FOR })
            .with_http_connector(Wire);
        if let Some(endpoint) = &settings.endpoint {
            // What a profile does not put up with is refused before.
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let store = Arc::new(builder.build().map_err(|error| told(&url, &error))?);
        Ok(Self { store, url, prefix: settings.prefix.clone(), runtime: Handle::current() })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }

    fn failed(&self, name: &str) -> impl FnOnce(Error) -> BackupError {
        let at = format!("{}/{name}", self.url);
        move |error| told(&at, &error)
    }

    /// The call is the runtime's, and its outcome is waited for here.
    fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, BackupError> {
        self.begin(work).recv().map_err(|_| stopped())
    }

    fn begin<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> mpsc::Receiver<T> {
        let (teller, told) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            // An error: nobody wants to know.
            let _ = teller.send(work.await);
        });
        told
    }

    pub(super) fn entries(&self, folder: &str) -> Result<Vec<Entry>, BackupError> {
        let (store, under) = (self.store.clone(), self.path(folder));
        let listed = self.wait(async move { store.list_with_delimiter(Some(&under)).await })?;
        let objects = listed.map_err(self.failed(folder))?.objects;
        let entry = |object: &object_store::ObjectMeta| {
            let name = object.location.filename()?.to_owned();
            Some(Entry { name, bytes: object.size })
        };
        Ok(objects.iter().filter_map(entry).collect())
    }

    pub(super) fn get(&self, name: &str) -> Result<Option<Vec<u8>>, BackupError> {
        let (store, path) = (self.store.clone(), self.path(name));
        let read = self.wait(async move { store.get(&path).await?.bytes().await })?;
        match read {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            Err(error @ Error::NotFound { .. }) if !is_no_bucket(&error) => Ok(None),
            Err(error) => Err(self.failed(name)(error)),
        }
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), BackupError> {
        let (store, path) = (self.store.clone(), self.path(name));
        match self.wait(async move { store.delete(&path).await })? {
            Err(error @ Error::NotFound { .. }) if !is_no_bucket(&error) => Ok(()),
            outcome => outcome.map_err(self.failed(name)),
        }
    }

    pub(super) fn reader(&self, name: &str) -> Result<Box<dyn Read + Send>, BackupError> {
        let (store, path) = (self.store.clone(), self.path(name));
        let found = self.wait(async move { store.get(&path).await })?.map_err(self.failed(name))?;
        Ok(Box::new(ObjectReader {
            bucket: self.clone(),
            name: name.to_owned(),
            stream: Some(found.into_stream()),
            rest: Bytes::new(),
        }))
    }

    pub(super) fn writer(&self, name: &str) -> ObjectWriter {
        ObjectWriter {
            bucket: self.clone(),
            name: name.to_owned(),
            upload: None,
            part: Vec::new(),
            under_way: None,
            is_lost: false,
        }
    }
}

fn stopped() -> BackupError {
    BackupError::Problem("the program was stopped".to_owned())
}

struct ObjectReader {
    bucket: Bucket,
    name: String,
    /// None: read to its end.
    stream: Option<BoxStream<'static, object_store::Result<Bytes>>>,
    rest: Bytes,
}

impl Read for ObjectReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty()
            && let Some(mut stream) = self.stream.take()
        {
            let next = self.bucket.wait(async move { (stream.next().await, stream) });
            let (next, stream) = next.map_err(io::Error::other)?;
            if let Some(chunk) = next {
                let failed = self.bucket.failed(&self.name);
                self.rest = chunk.map_err(|error| io::Error::other(failed(error)))?;
                self.stream = Some(stream);
            }
        }
        let read = into.len().min(self.rest.len());
        self.rest.copy_to_slice(&mut into[..read]);
        Ok(read)
    }
}

/// Sends a part while the next one comes together: two of them are in memory, and no more.
pub struct ObjectWriter {
    bucket: Bucket,
    name: String,
    /// None: what has come so far fits into one part.
    upload: Option<Box<dyn MultipartUpload>>,
    part: Vec<u8>,
    under_way: Option<mpsc::Receiver<object_store::Result<()>>>,
    /// A part did not arrive: it is not finished any more, whatever is written to it.
    is_lost: bool,
}

impl ObjectWriter {
    fn send_part(&mut self) -> Result<(), BackupError> {
        let outcome = self.try_send_part();
        self.is_lost |= outcome.is_err();
        outcome
    }

    fn try_send_part(&mut self) -> Result<(), BackupError> {
        let part = PutPayload::from(std::mem::replace(&mut self.part, Vec::with_capacity(PART)));
        if self.upload.is_none() {
            let (store, path) = (self.bucket.store.clone(), self.bucket.path(&self.name));
            let begun = self.bucket.wait(async move { store.put_multipart(&path).await })?;
            self.upload = Some(begun.map_err(self.bucket.failed(&self.name))?);
        }
        self.settle()?;
        if let Some(upload) = &mut self.upload {
            self.under_way = Some(self.bucket.begin(upload.put_part(part)));
        }
        Ok(())
    }

    /// What was sent has arrived.
    fn settle(&mut self) -> Result<(), BackupError> {
        match self.under_way.take() {
            Some(told) => told.recv().map_err(|_| stopped())?.map_err(self.bucket.failed(&self.name)),
            None => Ok(()),
        }
    }

    pub(super) fn finish(mut self) -> Result<(), BackupError> {
        if self.is_lost {
            return Err(BackupError::Problem(format!(
                "{}/{}: a part of it was lost",
                self.bucket.url, self.name
            )));
        }
        if self.upload.is_none() {
            let (store, path) = (self.bucket.store.clone(), self.bucket.path(&self.name));
            let whole = PutPayload::from(std::mem::take(&mut self.part));
            let put = self.bucket.wait(async move { store.put(&path, whole).await })?;
            return put.map(drop).map_err(self.bucket.failed(&self.name));
        }
        if !self.part.is_empty() {
            self.send_part()?;
        }
        self.settle()?;
        let Some(mut upload) = self.upload.take() else { return Ok(()) };
        let (outcome, upload) = self.bucket.wait(async move { (upload.complete().await, upload) })?;
        if outcome.is_err() {
            self.upload = Some(upload);
        }
        outcome.map(drop).map_err(self.bucket.failed(&self.name))
    }
}

impl Write for ObjectWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.part.len() == PART {
            self.send_part().map_err(io::Error::other)?;
        }
        let taken = bytes.len().min(PART - self.part.len());
        self.part.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for ObjectWriter {
    fn drop(&mut self) {
        let Some(mut upload) = self.upload.take() else { return };
        // First what is under way: it would arrive in an upload that is no more.
        if let Some(told) = self.under_way.take() {
            let _ = told.recv_timeout(TAKE_BACK);
        }
        let _ = self.bucket.begin(async move { upload.abort().await }).recv_timeout(TAKE_BACK);
    }
}
