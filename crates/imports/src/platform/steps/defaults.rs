//! Addresses and contacts: a customer has one default of each, and one chosen here stays.

use std::collections::HashSet;

use uuid::Uuid;

use crate::platform::Error;
use crate::platform::lookups::{Lookups, Users};

/// Which users of a page may set their customer's default.
pub struct Defaults {
    pub users: Users,
    chosen_here: HashSet<Uuid>,
}

impl Defaults {
    /// `chosen_here` is a `*_defaults_here.sql` question.
    pub async fn of(lookups: &Lookups<'_>, chosen_here: &str, users: Users) -> Result<Self, Error> {
        let chosen_here = lookups.defaults_here(chosen_here, &users.customers()).await?;
        Ok(Self { users, chosen_here })
    }

    /// Whether the customer's default goes to a row of this user, or why not.
    pub fn give(&self, customer: Uuid, user: &str) -> Result<(), &'static str> {
        if self.chosen_here.contains(&customer) {
            Err("isDefault: the customer's default was chosen here and stays")
        } else if self.users.is_second_account(user) {
            Err("isDefault: a second account's; the first one's default counts")
        } else {
            Ok(())
        }
    }
}
