//! The chain's head, written down where whoever changes the database does not reach: a line for each checkpoint.

use std::{
    fs,
    io::{ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use chain::{Checkpoint, Hash};

use super::TrailError;

/// Holds the last lines, whichever of two programs wrote them first.
const TAIL: u64 = 4_096;

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

    pub fn path(&self) -> &Path {
        &self.0
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
        let add = || -> std::io::Result<()> {
            if let Some(folder) = self.0.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut file = fs::File::options().create(true).read(true).append(true).open(&self.0)?;
            // What was cut off while it was being written must not run into this line.
            let torn = file.metadata()?.len() > 0 && {
                let mut last = [0];
                file.seek(SeekFrom::End(-1))?;
                file.read_exact(&mut last)?;
                last != *b"\n"
            };
            file.write_all(if torn { format!("\n{line}") } else { line }.as_bytes())?;
            file.sync_data()
        };
        add().map_err(|error| self.failed(error))
    }

    /// All lines by their number; none when there is no file yet.
    pub fn read(&self) -> Result<Vec<Anchor>, TrailError> {
        match fs::read_to_string(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(self.failed(error)),
            Ok(text) => self.parse(&text),
        }
    }

    /// The line with the highest number of the last few.
    pub fn last(&self) -> Result<Option<Anchor>, TrailError> {
        let end = || -> std::io::Result<Vec<u8>> {
            let mut file = fs::File::open(&self.0)?;
            let length = file.metadata()?.len();
            // From the beginning of a line on.
            file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let cut =
                if length > TAIL { bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0) } else { 0 };
            Ok(bytes.split_off(cut))
        };
        match end() {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(error)),
            Ok(bytes) => Ok(self.parse(&String::from_utf8_lossy(&bytes))?.last().copied()),
        }
    }

    fn parse(&self, text: &str) -> Result<Vec<Anchor>, TrailError> {
        let mut anchors = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let words: Vec<&str> = line.split(' ').collect();
            // A line that was cut off while it was being written says nothing: its last word is a signature.
            let [number, chain, _, signature] = words[..] else { continue };
            if signature.len() != 128 {
                continue;
            }
            let number = number.parse().ok();
            let chain = chain::unhex(chain).and_then(|bytes| bytes.try_into().ok());
            match (number, chain) {
                (Some(number), Some(chain)) => anchors.push(Anchor { number, chain }),
                _ => return Err(self.failed(format!("a line cannot be read: {line:.60}"))),
            }
        }
        anchors.sort_by_key(|anchor| anchor.number);
        Ok(anchors)
    }

    /// Begins the file anew with those of its lines that are to be `kept`; the old one stays beside it, under the name that is answered.
    pub(super) fn restart(&self, stamp: &str, kept: &[Anchor]) -> Result<PathBuf, TrailError> {
        let beside = |ending: &str| {
            let mut name = self.0.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        let (aside, new) = (beside(&format!(".until-{stamp}")), beside(".new"));
        let begin = || -> std::io::Result<()> {
            let text = fs::read_to_string(&self.0)?;
            let stays = |line: &&str| {
                let number = line.split(' ').next().and_then(|word| word.parse::<i64>().ok());
                let chain = line.split(' ').nth(1).unwrap_or_default();
                kept.iter().any(|anchor| Some(anchor.number) == number && chain::hex(&anchor.chain) == chain)
            };
            let lines: String = text.lines().filter(stays).map(|line| format!("{line}\n")).collect();
            let mut file = fs::File::create(&new)?;
            file.write_all(lines.as_bytes())?;
            file.sync_all()?;
            fs::hard_link(&self.0, &aside)?;
            fs::rename(&new, &self.0)
        };
        begin().map_err(|error| self.failed(error))?;
        Ok(aside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(number: i64) -> Checkpoint {
        Checkpoint { number, after: number - 1, chain: [7; 32], at: jiff::Timestamp::UNIX_EPOCH, below: 1 }
    }

    #[test]
    fn what_a_crash_cut_off_is_passed_over_and_nothing_runs_into_it() {
        let path = std::env::temp_dir().join(format!("hub-anchor-{}", std::process::id()));
        let file = AnchorFile::new(&path);
        let _ = fs::remove_file(&path);
        assert_eq!((file.read().unwrap(), file.last().unwrap()), (vec![], None));
        for number in 1..=30 {
            file.append(&checkpoint(number), &[1; 64]).unwrap();
        }
        let whole = fs::read_to_string(&path).unwrap();
        for cut in [1, 2, 60, 129, 131, 200] {
            fs::write(&path, &whole[..whole.len() - cut]).unwrap();
            // Without its last byte, which ends the line, the last line is still whole.
            let left = if cut == 1 { 30 } else { 29 };
            assert_eq!(file.last().unwrap().unwrap().number, left, "{cut}");
            file.append(&checkpoint(31), &[1; 64]).unwrap();
            assert_eq!(file.read().unwrap().len(), usize::try_from(left).unwrap() + 1, "{cut}");
            assert_eq!(file.last().unwrap().unwrap().number, 31, "{cut}");
        }
        fs::write(&path, whole.replace("0707", "zz07")).unwrap();
        assert!(file.read().is_err(), "a line that is there and wrong is not passed over");
        fs::remove_file(&path).unwrap();
    }
}
