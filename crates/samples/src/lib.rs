//! Test data in a real database: five people worth looking at ([`seed_customers`], [`seed_bookings`]), and a generator
//! that makes millions ([`generate`]).
//!
//! Invariants:
//! - **Repeatable.** Ids, references and e-mails follow from a name or a number, so doing it again adds nothing.
//! - **Nothing is bypassed.** Triggers, constraints and indexes work as for everybody else, so statistics, totals and money
//!   are exact after every transaction.
//! - **Every transaction leaves an event**, by the actor `system`.
//! - **Nobody is reached.** E-mails end in domains reserved for examples.

mod batch;
mod copy;
mod dice;
mod event;
mod generate;
mod ids;
mod rows;
mod seed;
mod words;

pub use generate::{Generated, Options, generate};
pub use seed::{Seeded, seed_bookings, seed_customers};

/// Why test data could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The generator has been here with another seed, whose references and e-mails may be the same.
    #[error(
        "this database holds generated customers of seed {found}; seed {asked} needs a database of its own"
    )]
    OtherSeed { found: String, asked: u64 },
    #[error("the database refused: {0}")]
    Database(#[from] tokio_postgres::Error),
    /// A seed refers to something that does not exist, or writes it wrongly. Tests keep this from happening.
    #[error("the plan of the test data is wrong at {0:?}")]
    Plan(String),
    #[error("no such date: {0}")]
    Date(#[from] jiff::Error),
}

/// What the functions of this crate answer.
pub type Result<T> = std::result::Result<T, Error>;
