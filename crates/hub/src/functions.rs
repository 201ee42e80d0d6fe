//! Where each function of the program begins, as the build script found it.

include!(concat!(env!("OUT_DIR"), "/functions.rs"));

/// From now on statements are named by the function that asks.
pub fn know() {
    queries::know(FUNCTIONS);
}
