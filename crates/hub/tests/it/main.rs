//! The integration tests: the whole application, through HTTP without a socket, on real PostgreSQL. One binary, a file per
//! feature, and the tests of the house itself.

mod support;

mod access;
mod belongings;
mod customers;
mod house_rules;
mod idempotency;
mod list;
mod openapi;
mod permissions;
mod schema;
mod search;
