//! Which chain of calls the work at hand belongs to, as the W3C writes it in `traceparent`
//! (<https://www.w3.org/TR/trace-context/>).
//!
//! What a request brought is passed on, so that whatever it calls, jobs included, hangs below the caller's span; where a request
//! brought nothing, the chain begins with it. Where a [`Recorder`] is set up, the hub's own spans stand in the chain too.

mod counts;
mod recorder;
mod span;

use std::fmt;

pub use opentelemetry::{Value, trace::SpanKind};
pub use opentelemetry_sdk::trace::SpanExporter;
pub use recorder::{Recorder, WAITING};
pub use span::Span;

/// A chain of calls, and the span in it that what is done now hangs below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    id: u128,
    parent: u64,
    sampled: bool,
}

/// What work stands in.
#[derive(Debug, Clone, Default)]
struct Chain {
    trace: Option<Trace>,
    /// Only where the chain is recorded.
    recorder: Option<Recorder>,
}

tokio::task_local! {
    static CURRENT: Chain;
}

/// Of version 00: everything that is known of a later one too.
const LENGTH: usize = 55;

impl Trace {
    /// A chain that begins here. `id` must not be zero in its lower half.
    pub const fn beginning(id: u128) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
        Self { id, parent: id as u64, sampled: false }
    }

    /// None of what is malformed: it is as if nothing had been sent.
    pub fn parse(text: &str) -> Option<Self> {
        let known = text.get(..LENGTH)?;
        let rest = &text[LENGTH..];
        let mut parts = known.split('-');
        let (version, id, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let sizes = (version.len(), id.len(), parent.len(), flags.len()) == (2, 32, 16, 2);
        let plain = known.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
        // A later version may say more, behind another dash.
        let ends = rest.is_empty() || version != "00" && rest.starts_with('-');
        if !sizes || !plain || !ends || version == "ff" {
            return None;
        }
        let id = u128::from_str_radix(id, 16).ok().filter(|id| *id != 0)?;
        let parent = u64::from_str_radix(parent, 16).ok().filter(|parent| *parent != 0)?;
        let sampled = u8::from_str_radix(flags, 16).ok()? & 1 == 1;
        Some(Self { id, parent, sampled })
    }

    /// Thirty-two hexadecimal digits, as logs name it.
    pub fn id(self) -> String {
        format!("{:032x}", self.id)
    }
}

/// As in the header.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.id, self.parent, u8::from(self.sampled))
    }
}

/// What the work at hand belongs to, if anything.
pub fn current() -> Option<Trace> {
    CURRENT.try_with(|chain| chain.trace).ok().flatten()
}

/// For a line of the log; empty outside a chain.
pub fn current_id() -> String {
    current().map(Trace::id).unwrap_or_default()
}

/// The work belongs to this chain, and leaves no spans.
pub async fn within<F: Future>(trace: Option<Trace>, work: F) -> F::Output {
    CURRENT.scope(Chain { trace, recorder: None }, work).await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GIVEN: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn what_was_given_is_passed_on() {
        let trace = Trace::parse(GIVEN).unwrap();
        assert_eq!(trace.to_string(), GIVEN);
        assert_eq!(trace.id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        // Of the flags one is known; of a later version as much as of this one.
        let later = GIVEN.replace("00-4", "cc-4").replace("-01", "-ff") + "-what-comes";
        assert_eq!(Trace::parse(&later), Some(trace));
    }

    #[test]
    fn what_is_malformed_is_nothing() {
        for wrong in [
            "",
            "00",
            &GIVEN[..54],
            &format!("{GIVEN}-more"),
            &format!("{GIVEN} "),
            &GIVEN.replace("00-4", "ff-4"),
            &GIVEN.replace("00-4", "cc-4").replace("-01", "-01x"),
            &GIVEN.to_uppercase(),
            &GIVEN.replace('-', "_"),
            &GIVEN.replace("4bf92f3577b34da6a3ce929d0e0e4736", "00000000000000000000000000000000"),
            &GIVEN.replace("00f067aa0ba902b7", "0000000000000000"),
            &GIVEN.replace("4bf9", "4bg9"),
            &GIVEN.replace("4bf92", "é92"),
            "00-4bf92f3577b34da6a3ce929d0e0e473-600f067aa0ba902b7-01",
        ] {
            assert_eq!(Trace::parse(wrong), None, "{wrong:?}");
        }
    }

    #[tokio::test]
    async fn work_knows_its_chain_and_others_do_not() {
        let trace = Trace::parse(GIVEN);
        assert_eq!(current(), None);
        assert_eq!(within(trace, async { current() }).await, trace);
        assert_eq!(within(trace, async { within(None, async { current_id() }).await }).await, "");
        let begun = Trace::beginning(0x1234_5678_9abc_def0_1234_5678_9abc_def0);
        assert_eq!(Trace::parse(&begun.to_string()), Some(begun));
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(text in "\\PC{0,80}") {
            let _ = Trace::parse(&text);
        }

        #[test]
        fn whatever_is_read_is_written_alike(id in 1u128.., parent in 1u64.., sampled: bool) {
            let trace = Trace { id, parent, sampled };
            prop_assert_eq!(Trace::parse(&trace.to_string()), Some(trace));
        }
    }
}
