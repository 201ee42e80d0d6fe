//! Real time: each signed-in page keeps one WebSocket open and is told which things have changed, by id.
//!
//! Invariants: a hint holds a topic and an id, never a value, so what a page then sees is decided when it asks; a socket
//! lives no longer than its session; it holds no database connection while it is quiet; one that cannot keep up is told
//! to read everything again instead of being queued for. A page may say whom it shows: others who show the same are told who
//! else does, for as long as its socket lives, and nothing is kept of it.

mod conversation;
mod gathered;
mod http;
mod presence;
mod rules;
mod sockets;
mod store;

pub use http::routes;
pub use sockets::Sockets;
pub use store::forget_lost;
