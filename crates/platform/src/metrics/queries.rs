//! Statements of this process, by the function of the program that asks.

use super::{Family, histogram::samples};

pub use queries::{Taken, taken};

pub fn of_queries() -> Family {
    let taken = taken();
    let help = "How long statements took, by the function that asked; streams until they began.";
    Family::histogram("hub_query_duration_seconds", help).with(taken.iter().flat_map(|taken| {
        samples(&[("query", &taken.query)], &queries::BOUNDS_US, &taken.counts, taken.sum_us)
    }))
}
