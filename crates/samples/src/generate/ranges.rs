//! Which customers are still to be made.

use std::ops::Range;

/// The parts of `0..customers` that `done` leaves out, cut into pieces of at most `size`.
pub(crate) fn left(mut done: Vec<Range<u64>>, customers: u64, size: u64) -> Vec<Range<u64>> {
    done.sort_unstable_by_key(|range| range.start);
    done.push(customers..customers);
    let mut pieces = Vec::new();
    let mut from = 0;
    for range in done {
        let to = range.start.min(customers);
        while from < to {
            // Pieces end at whole multiples, whatever was done before.
            let end = ((from / size + 1) * size).min(to);
            pieces.push(from..end);
            from = end;
        }
        from = from.max(range.end);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_run_makes_everything() {
        assert_eq!(left(vec![], 25, 10), [0..10, 10..20, 20..25]);
    }

    #[test]
    fn a_later_run_makes_what_is_missing() {
        assert_eq!(left(vec![20..25, 0..10], 25, 10), [10..20]);
        assert_eq!(left(vec![0..25], 25, 10), []);
        assert_eq!(left(vec![0..25], 12, 10), []);
    }

    #[test]
    fn a_larger_run_goes_on_after_a_smaller_one() {
        assert_eq!(left(vec![0..10, 10..13], 35, 10), [13..20, 20..30, 30..35]);
    }
}
