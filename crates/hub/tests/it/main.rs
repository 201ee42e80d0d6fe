//! The integration tests: the whole application, through HTTP without a socket, on real PostgreSQL. One binary, a file per
//! feature, and the tests of the house itself.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod support;

mod access;
mod api_keys;
mod audit;
mod auth;
mod backups;
mod belongings;
mod bodies;
mod bookings;
mod bulk;
mod cli;
mod customers;
mod data_requests;
mod dead_jobs;
mod duplicates;
mod erasure;
mod explained;
mod export;
mod figures;
mod flags;
mod fuzz;
mod getting_in;
mod harness;
mod house_rules;
mod idempotency;
mod input;
mod invoices;
mod jobs;
mod leavers;
mod list;
mod live;
mod logs;
mod looks;
mod mail;
mod migrate;
mod money;
mod notices;
mod openapi;
mod page_timings;
mod paging;
mod passkeys;
mod people;
mod permissions;
mod personal_exports;
mod presences;
mod processes;
mod providers;
mod retention;
mod rights;
mod saved_views;
mod schema;
mod search;
mod second_factor;
mod sight;
mod single_sign_on;
mod soak;
mod stats;
mod step_up;
mod throttling;
mod trail;
mod values;
mod watch;
