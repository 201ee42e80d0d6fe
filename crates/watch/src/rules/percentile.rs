use platform::metrics::BOUNDS_US;

/// Longer than the last bound: what a request is given up after.
const LONGEST_US: i64 = 60_000_000;

/// The bound that so many percent lie under; `counts` in the order of the bounds. 0 of nothing.
pub(crate) fn percentile(counts: &[i64], percent: i64) -> i64 {
    let all: i64 = counts.iter().sum();
    let mut below = 0;
    let place = counts.iter().position(|count| {
        below += count;
        below > 0 && below * 100 >= all * percent
    });
    place.map_or(0, |place| {
        BOUNDS_US.get(place).map_or(LONGEST_US, |us| i64::try_from(*us).unwrap_or(LONGEST_US))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_bound_it_lies_under() {
        let mut counts = [0; BOUNDS_US.len() + 1];
        assert_eq!(percentile(&counts, 99), 0);
        (counts[0], counts[7], counts[BOUNDS_US.len()]) = (50, 45, 5);
        assert_eq!(
            [50, 51, 95, 96, 100].map(|percent| percentile(&counts, percent)),
            [250, 10_000, 10_000, LONGEST_US, LONGEST_US]
        );
    }
}
