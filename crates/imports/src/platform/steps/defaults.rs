//! Addresses and contacts: a customer has one default of each, and one chosen here stays.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::platform::Error;
use crate::platform::lookups::{Lookups, Users};
use crate::platform::source::Source;

/// Those of these marked rows (id, user) that are not their user's first default.
pub async fn second_defaults(
    source: &Source,
    first_defaults: &str,
    marked: &[(&str, &str)],
) -> Result<HashSet<String>, Error> {
    let users: HashSet<&str> = marked.iter().map(|(_, user)| *user).collect();
    let users: Vec<&str> = users.into_iter().collect();
    let firsts: HashMap<String, String> = source.pairs(first_defaults, &users).await?.into_iter().collect();
    let is_second = |(id, user): &&(&str, &str)| firsts.get(*user).is_some_and(|first| first != id);
    Ok(marked.iter().filter(is_second).map(|(id, _)| (*id).to_owned()).collect())
}

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
