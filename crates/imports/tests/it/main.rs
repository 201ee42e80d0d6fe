//! The import against real PostgreSQL: a source of the platform's shape, a database of ours, runs between them.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod failures;
mod money;
mod repeats;
mod support;
mod whole;
