//! What every feature stands on: the app state, transactions that cannot commit without an event, the access log,
//! problems (RFC 9457), paging, settings, migrations and HTTP plumbing. Knows no feature.

pub mod access;
pub mod address;
pub mod app;
pub mod call;
pub mod csv;
pub mod db;
pub mod event;
pub mod http;
pub mod idempotency;
pub mod live;
pub mod metrics;
pub mod migrate;
pub mod page;
pub mod problem;
pub mod random;
pub mod rate;
pub mod retention;
pub mod rights;
pub mod settings;
pub mod spans;
pub mod sql;
mod standby;
mod tls;
pub mod tx;
pub mod values;
pub mod vault;

pub use app::App;
pub use event::{Actor, Event, RequestInfo, Via, Who};
pub use page::Cursor;
pub use problem::{Problem, Result};
pub use tx::Tx;
pub use values::Values;
