//! Which customers are still to be made.

use std::ops::Range;

/// Customers to be made in one transaction, and the set they belong to: those of one set are spread over all six years
/// in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub set: Range<u64>,
    pub range: Range<u64>,
}

/// What is missing until there are `customers`, in pieces of at most `size`. Sets that were begun are finished first; if that
/// is not enough, the rest is a new set.
pub(crate) fn left(
    mut sets: Vec<Range<u64>>,
    mut done: Vec<Range<u64>>,
    customers: u64,
    size: u64,
) -> Vec<Piece> {
    let end = sets.iter().map(|set| set.end).max().unwrap_or(0);
    if end < customers {
        sets.push(end..customers);
    }
    done.sort_unstable_by_key(|range| range.start);
    sets.iter().flat_map(|set| left_of_set(set, &done, size)).collect()
}

fn left_of_set(set: &Range<u64>, done: &[Range<u64>], size: u64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut from = set.start;
    let inside = done.iter().filter(|range| set.contains(&range.start)).cloned();
    for range in inside.chain(std::iter::once(set.end..set.end)) {
        while from < range.start {
            let to = (from + size).min(range.start);
            pieces.push(Piece { set: set.clone(), range: from..to });
            from = to;
        }
        from = from.max(range.end);
    }
    pieces
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "lists of ranges are what this is about")]
mod tests {
    use super::*;

    fn ranges(pieces: &[Piece]) -> Vec<Range<u64>> {
        pieces.iter().map(|piece| piece.range.clone()).collect()
    }

    #[test]
    fn the_first_run_makes_everything() {
        let pieces = left(vec![], vec![], 25, 10);
        assert_eq!(ranges(&pieces), [0..10, 10..20, 20..25]);
        assert!(pieces.iter().all(|piece| piece.set == (0..25)));
    }

    #[test]
    fn a_later_run_makes_what_is_missing() {
        assert_eq!(ranges(&left(vec![0..25], vec![20..25, 0..10], 25, 10)), [10..20]);
        assert_eq!(left(vec![0..25], vec![0..10, 10..20, 20..25], 25, 10), []);
        assert_eq!(left(vec![0..25], vec![0..25], 12, 10), []);
    }

    #[test]
    fn a_larger_run_adds_a_set() {
        let pieces = left(vec![0..13], vec![0..10], 35, 10);
        assert_eq!(ranges(&pieces), [10..13, 13..23, 23..33, 33..35]);
        assert_eq!(pieces[0].set, 0..13);
        assert_eq!(pieces[1].set, 13..35);
    }
}
