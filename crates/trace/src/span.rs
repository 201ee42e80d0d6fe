use std::borrow::Cow;

use opentelemetry::{
    KeyValue, Value,
    trace::{Span as _, SpanKind, Status},
};
use opentelemetry_sdk::trace;

use crate::{CURRENT, Chain, Recorder, Trace};

/// Something that is being done, if anybody records it. It ends with the value.
///
/// Names and values are words of the program, numbers, and ids of requests and jobs: nothing that was sent, and nobody's data.
#[derive(Debug, Default)]
pub struct Span(Option<Box<Open>>);

#[derive(Debug)]
struct Open {
    recorder: Recorder,
    span: trace::Span,
}

impl Span {
    pub(crate) fn of(recorder: &Recorder, span: trace::Span) -> Self {
        Self(span.is_recording().then(|| Box::new(Open { recorder: recorder.clone(), span })))
    }

    /// Below what the work at hand belongs to; where nothing is recorded, `name` is not asked for.
    pub fn here<N: Into<Cow<'static, str>>>(kind: SpanKind, name: impl FnOnce() -> N) -> Self {
        let chain = CURRENT.try_with(|chain| chain.recorder.is_some().then(|| chain.clone()));
        match chain {
            Ok(Some(Chain { trace, recorder: Some(recorder) })) => {
                recorder.span(trace, false, kind, name().into())
            }
            _ => Self::default(),
        }
    }

    /// The chain, and this as what is done now; none where it is not recorded.
    pub fn trace(&self) -> Option<Trace> {
        let context = self.0.as_ref()?.span.span_context();
        let (id, parent) = (context.trace_id().to_bytes(), context.span_id().to_bytes());
        let (id, parent) = (u128::from_be_bytes(id), u64::from_be_bytes(parent));
        Some(Trace { id, parent, sampled: context.is_sampled() })
    }

    /// `name` is not asked for where it is not recorded.
    pub fn rename<N: Into<Cow<'static, str>>>(&mut self, name: impl FnOnce() -> N) {
        if let Some(open) = &mut self.0 {
            open.span.update_name(name());
        }
    }

    pub fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        if let Some(open) = &mut self.0 {
            open.span.set_attribute(KeyValue::new(key, value));
        }
    }

    pub fn failed(&mut self) {
        if let Some(open) = &mut self.0 {
            open.span.set_status(Status::error(""));
        }
    }

    /// Does the work below it; where it is not recorded, in `otherwise`.
    pub fn around<F: Future>(
        &self,
        otherwise: Option<Trace>,
        work: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        let recorder = self.0.as_ref().map(|open| open.recorder.clone());
        CURRENT.scope(Chain { trace: self.trace().or(otherwise), recorder }, work)
    }
}

#[cfg(test)]
mod tests;
