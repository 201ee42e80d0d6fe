//! What must hold under load, chance and violence: small here, at full size with `make soak` (SOAK=1). Each with its
//! negative control: a broken variant that the same check must catch.

mod books;
mod kills;
mod over_refund;
