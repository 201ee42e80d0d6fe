//! Reproducible chance: every customer has its own stream, so that chunks can be made in any order and in parallel.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of customer number `index` in the data set `seed`.
    pub(crate) fn for_customer(seed: u64, index: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(index);
        Self(rng)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.0.next_u64()) * u128::from(limit)) >> 64) as u64
    }

    /// A number in `low..=high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as u64) as i64
    }

    /// True in `per_mille` of a thousand cases.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// A fraction in `0.0..1.0`.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of several, all equally likely.
    pub(crate) fn one_of<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }

    /// A copy of one element, all equally likely.
    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        self.one_of(from).clone()
    }

    /// A copy of one element, the first ones much likelier than the last.
    pub(crate) fn pick_early<T: Clone>(&mut self, from: &[T]) -> T {
        let (one, other) = (self.below(from.len() as u64), self.below(from.len() as u64));
        from[one.min(other) as usize].clone()
    }

    /// An element by its weight.
    pub(crate) fn weighted<T: Copy>(&mut self, from: &[(T, u32)]) -> T {
        let mut left = self.below(from.iter().map(|(_, weight)| u64::from(*weight)).sum());
        for (value, weight) in from {
            if left < u64::from(*weight) {
                return *value;
            }
            left -= u64::from(*weight);
        }
        unreachable!("the draw is below the sum of the weights")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, index| Dice::for_customer(seed, index).bits();
        assert_eq!(draw(1, 7), draw(1, 7));
        assert_ne!(draw(1, 7), draw(1, 8));
        assert_ne!(draw(1, 7), draw(2, 7));
    }

    #[test]
    fn weights_decide_how_often() {
        let mut dice = Dice::for_customer(1, 1);
        let rare = (0..10_000).filter(|_| dice.weighted(&[(true, 1), (false, 9)])).count();
        assert!((800..1200).contains(&rare), "{rare}");
    }
}
