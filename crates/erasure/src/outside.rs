//! The ledger of erasures outside the database: appended to before a key is destroyed, read after an earlier state was restored.
//! It names nobody: ids, an instant, and the hash of the plan.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use jiff::Timestamp;
use kernel::{CustomerId, ErasureId};
use serde::{Deserialize, Serialize};

const FORMAT: &str = "hub erasure 1";

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    pub format: String,
    pub erasure: ErasureId,
    pub customer: CustomerId,
    pub at: Timestamp,
    pub plan_hash: String,
}

impl Entry {
    pub(crate) fn new(erasure: ErasureId, customer: CustomerId, at: Timestamp, plan_hash: String) -> Self {
        Self { format: FORMAT.to_owned(), erasure, customer, at, plan_hash }
    }
}

/// Every entry; a line that was cut off by a crash is not one yet. An error names the line.
pub fn read(path: &Path) -> std::io::Result<Vec<Entry>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let lines = whole.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            serde_json::from_str::<Entry>(line).ok().filter(|entry| entry.format == FORMAT).ok_or_else(|| {
                let what = format!("{}: line {} is no entry", path.display(), index + 1);
                std::io::Error::new(ErrorKind::InvalidData, what)
            })
        })
        .collect()
}

/// On disk when it returns; once for a record, however often it is called.
pub(crate) fn append(path: &Path, entry: &Entry) -> std::io::Result<()> {
    if read(path)?.iter().any(|known| (known.erasure, known.customer) == (entry.erasure, entry.customer)) {
        return Ok(());
    }
    let mut file = fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    // What a crash cut off stays a line of its own, which is not believed; so the next one begins on another.
    let cut_off = fs::read(path)?.last().is_some_and(|byte| *byte != b'\n');
    if cut_off {
        let length = fs::read_to_string(path)?.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(u64::try_from(length).unwrap_or(0))?;
    }
    let mut line = serde_json::to_string(entry)?;
    line.push('\n');
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: i64) -> Entry {
        let at = Timestamp::from_second(1_800_000_000 + number).unwrap();
        Entry::new(ErasureId::new(at), CustomerId::new(at), at, "ab".repeat(32))
    }

    #[test]
    fn entries_are_written_once_and_survive_a_cut() {
        let path = std::env::temp_dir().join(format!("hub-erasures-{}.jsonl", std::process::id()));
        let _ = fs::remove_file(&path);
        assert_eq!(read(&path).unwrap(), []);
        let (one, other) = (entry(1), entry(2));
        append(&path, &one).unwrap();
        append(&path, &one).unwrap();
        append(&path, &other).unwrap();
        assert_eq!(read(&path).unwrap(), [one.clone(), other.clone()]);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 5]).unwrap();
        assert_eq!(read(&path).unwrap(), std::slice::from_ref(&one), "a line that was cut off");
        append(&path, &other).unwrap();
        assert_eq!(read(&path).unwrap(), [one, other]);
        fs::write(&path, "junk\n").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("line 1"));
        fs::remove_file(&path).unwrap();
    }
}
