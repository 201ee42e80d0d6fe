//! Segments of the log, and the names under which they are archived.

use jiff::{Timestamp, ToSpan, tz::TimeZone};

/// PostgreSQL's own, unless a cluster was made otherwise; ours are not.
pub(crate) const LENGTH: u64 = 16 << 20;
/// So many of them have the same middle in their names.
const IN_ONE: u64 = 0x1_0000_0000 / LENGTH;
const WRITTEN: &str = "%Y%m%dT%H%M%SZ";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Segment {
    pub timeline: u32,
    pub number: u64,
}

impl Segment {
    /// That in which this place of the log is.
    pub fn at(timeline: u32, position: u64) -> Self {
        Self { timeline, number: position / LENGTH }
    }

    pub fn name(self) -> String {
        format!("{:08X}{:08X}{:08X}", self.timeline, self.number / IN_ONE, self.number % IN_ONE)
    }

    pub fn parse(name: &str) -> Option<Self> {
        let plain = name.len() == 24 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let part = |at: usize| u64::from_str_radix(name.get(at..at + 8)?, 16).ok();
        let (timeline, high, low) = plain.then(|| Some((part(0)?, part(8)?, part(16)?)))??;
        let timeline = u32::try_from(timeline).ok()?;
        (low < IN_ONE).then_some(Self { timeline, number: high * IN_ONE + low })
    }
}

/// A segment that lies in the place of copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Archived {
    pub segment: Segment,
    /// What was committed until then is in this segment and those before it.
    pub until: Timestamp,
    /// As it lies there.
    pub bytes: u64,
}

impl Archived {
    pub fn file(segment: Segment, until: Timestamp) -> String {
        format!("{}-{}.log", segment.name(), until.strftime(WRITTEN))
    }

    pub fn parse(file: &str, bytes: u64) -> Option<Self> {
        let (name, until) = file.strip_suffix(".log")?.split_once('-')?;
        let until = jiff::civil::DateTime::strptime(WRITTEN, until).ok()?;
        let until = until.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(Self { segment: Segment::parse(name)?, until, bytes })
    }
}

/// The last whole second that is over at `at`: a commit after it is what replaying stops at.
pub(crate) fn second_before(at: Timestamp) -> Timestamp {
    let before = at.checked_sub(1.microsecond()).unwrap_or(at);
    Timestamp::from_second(before.as_second()).unwrap_or(before)
}

/// "17/2A000028" as PostgreSQL writes a place of the log.
pub(crate) fn told(position: u64) -> String {
    format!("{:X}/{:X}", position >> 32, position & 0xFFFF_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_named_as_postgresql_names_it() {
        for (position, name) in [
            (0x1_u64 << 24, "000000010000000000000001"),
            (0xFF << 24, "0000000100000000000000FF"),
            (0x1_0000_0000, "000000010000000100000000"),
            (0x17_2A00_0028, "00000001000000170000002A"),
        ] {
            let segment = Segment::at(1, position);
            assert_eq!(segment.name(), name);
            assert_eq!(Segment::parse(name), Some(segment));
        }
        assert_eq!(told(0x17_2A00_0028), "17/2A000028");
        for wrong in ["", "00000002.history", "000000010000000000000100", "00000001000000000000000é", "x"] {
            assert_eq!(Segment::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_archived_segment_says_until_when_it_reaches() {
        let (segment, until) =
            (Segment { timeline: 2, number: 0x101 }, "2026-11-29T10:15:07Z".parse().unwrap());
        let file = Archived::file(segment, until);
        assert_eq!(file, "000000020000000100000001-20261129T101507Z.log");
        assert_eq!(Archived::parse(&file, 9), Some(Archived { segment, until, bytes: 9 }));
        for wrong in ["000000020000000100000001.log", "00000002.history", "000000020000000100000001-2026.log"]
        {
            assert_eq!(Archived::parse(wrong, 9), None, "{wrong}");
        }
    }

    #[test]
    fn the_second_that_is_over_is_before_the_commit() {
        let second = |text: &str| second_before(text.parse().unwrap()).to_string();
        assert_eq!(second("2026-11-29T10:15:07.4Z"), "2026-11-29T10:15:07Z");
        assert_eq!(second("2026-11-29T10:15:07Z"), "2026-11-29T10:15:06Z");
    }
}
