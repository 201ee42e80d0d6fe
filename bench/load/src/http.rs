//! HTTP/1.1 over one kept connection: just enough of it, so that measuring costs little beside what is measured.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// A connection, and what the last answer's head said.
pub struct Connection {
    stream: BufReader<TcpStream>,
    line: Vec<u8>,
    pub headers: Vec<(String, String)>,
}

/// How long a body is.
enum Length {
    Known(u64),
    Chunked,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("cannot connect to the hub")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            line: Vec::new(),
            headers: Vec::new(),
        })
    }

    /// Sends the request and reads the whole answer into `body`; returns the status. Headers are not kept.
    pub async fn exchange(&mut self, request: &[u8], body: &mut Vec<u8>) -> Result<u16> {
        body.clear();
        self.stream.write_all(request).await?;
        let (status, length) = self.head(false).await?;
        self.body(length, body).await?;
        Ok(status)
    }

    /// As [`Connection::exchange`], with the headers kept and the body written to `sink` as it comes. `first` is called
    /// when its first byte is about to be read.
    pub async fn download(
        &mut self,
        request: &[u8],
        sink: &mut (impl AsyncWrite + Unpin),
        first: impl FnOnce(),
    ) -> Result<u16> {
        self.stream.write_all(request).await?;
        let (status, length) = self.head(true).await?;
        self.stream.fill_buf().await?;
        first();
        self.body(length, sink).await?;
        Ok(status)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    async fn head(&mut self, keep: bool) -> Result<(u16, Length)> {
        self.headers.clear();
        self.next_line().await?;
        let status =
            std::str::from_utf8(&self.line)?.split(' ').nth(1).context("no status in the answer")?.parse()?;
        let mut length = Length::Known(0);
        loop {
            self.next_line().await?;
            if self.line.is_empty() {
                return Ok((status, length));
            }
            let Some(colon) = self.line.iter().position(|byte| *byte == b':') else { continue };
            let (name, value) = (&self.line[..colon], self.line[colon + 1..].trim_ascii());
            if name.eq_ignore_ascii_case(b"content-length") {
                length = Length::Known(std::str::from_utf8(value)?.parse()?);
            } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
                length = Length::Chunked;
            }
            if keep {
                let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
                self.headers.push((text(name).to_ascii_lowercase(), text(value)));
            }
        }
    }

    async fn next_line(&mut self) -> Result<()> {
        self.line.clear();
        self.stream.read_until(b'\n', &mut self.line).await?;
        if self.line.pop() != Some(b'\n') {
            bail!("the hub closed the connection in the middle of an answer");
        }
        if self.line.last() == Some(&b'\r') {
            self.line.pop();
        }
        Ok(())
    }

    async fn body(&mut self, length: Length, sink: &mut (impl AsyncWrite + Unpin)) -> Result<()> {
        match length {
            Length::Known(bytes) => self.copy(bytes, sink).await,
            Length::Chunked => loop {
                self.next_line().await?;
                let size = std::str::from_utf8(&self.line)?.split(';').next().unwrap_or_default();
                let size = u64::from_str_radix(size.trim(), 16).context("a chunk without its size")?;
                self.copy(size, sink).await?;
                self.next_line().await?;
                if size == 0 {
                    return Ok(());
                }
            },
        }
    }

    async fn copy(&mut self, bytes: u64, sink: &mut (impl AsyncWrite + Unpin)) -> Result<()> {
        let copied = tokio::io::copy_buf(&mut (&mut self.stream).take(bytes), sink).await?;
        if copied != bytes {
            bail!("the hub broke off after {copied} of {bytes} bytes");
        }
        Ok(())
    }
}
