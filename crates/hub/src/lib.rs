//! The one program that knows every feature: its routes, its commands, its database.

pub mod app;
pub mod cli;
mod database;
mod functions;
mod keeping;
mod keys;
mod moved;
mod refusals;
mod shapes;
mod strictness;
pub mod watching;

pub use app::{openapi, router};
