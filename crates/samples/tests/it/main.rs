//! Test data against a real PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop there")]

mod generate;
mod seed;
mod support;
