//! How long something took, as counts between bounds.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use super::text::Sample;

/// Upper bounds in microseconds, each included; what is longer than the last has a place of its own.
pub const BOUNDS_US: [u64; 21] = [
    250, 500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 25_000, 50_000, 75_000, 100_000, 250_000,
    500_000, 750_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000,
];
/// One for each bound, and one for what is longer than all.
pub const PLACES: usize = BOUNDS_US.len() + 1;

#[derive(Default)]
pub struct Histogram {
    places: [AtomicU64; PLACES],
    sum_us: AtomicU64,
}

impl Histogram {
    pub fn record(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        // Few enough to look through: most answers lie under the first bounds.
        let at = BOUNDS_US.iter().position(|bound| us <= *bound).unwrap_or(PLACES - 1);
        self.places[at].fetch_add(1, Relaxed);
        self.sum_us.fetch_add(us, Relaxed);
    }

    /// How many lie in each place, the last without a bound.
    pub fn counts(&self) -> [u64; PLACES] {
        std::array::from_fn(|at| self.places[at].load(Relaxed))
    }

    pub(crate) fn samples(&self, labels: &[(&'static str, &str)]) -> Vec<Sample> {
        samples(labels, &BOUNDS_US, &self.counts(), self.sum_us.load(Relaxed))
    }
}

/// As Prometheus counts them: each place holds those below it too; then the sum, in seconds, and the number.
pub(super) fn samples(
    labels: &[(&'static str, &str)],
    bounds_us: &[u64],
    counts: &[u64],
    sum_us: u64,
) -> Vec<Sample> {
    let mut samples = Vec::with_capacity(counts.len() + 2);
    let mut below = 0;
    for (at, count) in counts.iter().enumerate() {
        below += count;
        let bound = bounds_us.get(at).map_or_else(|| "+Inf".to_owned(), |us| in_seconds(*us));
        let labels: Vec<_> = labels.iter().copied().chain([("le", bound.as_str())]).collect();
        samples.push(Sample::of(&labels, below as f64).named("_bucket"));
    }
    samples.push(Sample::of(labels, sum_us as f64 / 1e6).named("_sum"));
    samples.push(Sample::of(labels, below as f64).named("_count"));
    samples
}

/// `2500` is `0.0025`.
fn in_seconds(us: u64) -> String {
    (us as f64 / 1e6).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_has_one_place() {
        assert!(BOUNDS_US.is_sorted_by(|one, next| one < next));
        let histogram = Histogram::default();
        for us in [0, 250, 251, 1_000_000, 1_000_001, 30_000_001, 86_400_000_000] {
            histogram.record(Duration::from_micros(us));
        }
        histogram.record(Duration::MAX);
        let counts = histogram.counts();
        assert_eq!((counts[0], counts[1], counts[16], counts[17], counts[PLACES - 1]), (2, 1, 1, 1, 3));
        assert_eq!(counts.iter().sum::<u64>(), 8);
        let samples = histogram.samples(&[("route", "/x")]);
        let last = &samples[PLACES - 1];
        assert_eq!((last.value, last.labels[1].1.as_str()), (8.0, "+Inf"));
        assert_eq!(samples[0].labels[1].1, "0.00025");
    }
}
