//! The chain's head, written down where whoever changes the database does not reach: a line for each checkpoint.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use chain::{Checkpoint, Hash};

use super::TrailError;

/// One line: what the chain was as far as this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    pub number: i64,
    pub chain: Hash,
}

/// Only ever appended to. A line is the number, the chain, the instant and the signature, with spaces between.
#[derive(Debug, Clone)]
pub struct AnchorFile(PathBuf);

impl AnchorFile {
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    fn failed(&self, cause: impl std::fmt::Display) -> TrailError {
        TrailError::Anchor { path: self.0.display().to_string(), cause: cause.to_string() }
    }

    /// On the disk when it returns.
    pub(super) fn append(&self, checkpoint: &Checkpoint, signature: &[u8]) -> Result<(), TrailError> {
        let line = format!(
            "{} {} {} {}\n",
            checkpoint.number,
            chain::hex(&checkpoint.chain),
            checkpoint.at,
            chain::hex(signature)
        );
        let mut file =
            fs::File::options().create(true).append(true).open(&self.0).map_err(|e| self.failed(e))?;
        file.write_all(line.as_bytes()).and_then(|()| file.sync_data()).map_err(|e| self.failed(e))
    }

    /// All lines by their number; none when there is no file yet.
    pub fn read(&self) -> Result<Vec<Anchor>, TrailError> {
        let text = match fs::read_to_string(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            text => text.map_err(|e| self.failed(e))?,
        };
        let mut anchors = Vec::new();
        // A line that was cut off while it was being written says nothing.
        for (index, line) in text.split_inclusive('\n').filter(|line| line.ends_with('\n')).enumerate() {
            let mut words = line.split_whitespace();
            let number = words.next().and_then(|word| word.parse().ok());
            let chain = words.next().and_then(chain::unhex).and_then(|bytes| bytes.try_into().ok());
            match (number, chain) {
                (Some(number), Some(chain)) => anchors.push(Anchor { number, chain }),
                _ => return Err(self.failed(format!("line {} cannot be read", index + 1))),
            }
        }
        anchors.sort_by_key(|anchor| anchor.number);
        Ok(anchors)
    }
}
