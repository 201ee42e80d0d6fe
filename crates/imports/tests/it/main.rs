//! The import against real PostgreSQL: a source of the platform's shape, a database of ours, runs between them.

mod failures;
mod money;
mod repeats;
mod support;
mod whole;
