//! What must hold under load, chance and violence: small here, at full size with `make soak` (SOAK=1). Each with its
//! negative control: a broken variant that the same check must catch.

mod books;
mod kills;
mod over_refund;

/// The size of the suite's run, or that of `make soak`.
fn size(suite: usize, soak: usize) -> usize {
    if std::env::var_os("SOAK").is_some() { soak } else { suite }
}
