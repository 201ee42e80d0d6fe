use jiff::Timestamp;

use super::defaults::Defaults;
use crate::platform::batch::{Batch, Item, Planned};
use crate::platform::engine::Step;
use crate::platform::ids::our_id;
use crate::platform::lookups::Lookups;
use crate::platform::rows::AddressRow;
use crate::platform::tidy::{Notes, Reason};
use crate::platform::translate::{AddressRecord, address};
use crate::platform::{Error, Kind};

pub struct Addresses;

impl Step for Addresses {
    const KIND: Kind = Kind::Address;
    const COUNT: &'static str = include_str!("../sql/count_addresses.sql");
    const INSERT: &'static str = include_str!("../sql/insert_addresses.sql");
    const UPDATE: Option<&'static str> = Some(include_str!("../sql/update_addresses.sql"));
    const MAKE_WAY: Option<&'static str> = Some(include_str!("../sql/addresses_give_up_default.sql"));
    const STATE: Option<&'static str> = Some(include_str!("../sql/addresses_state.sql"));

    type Row = AddressRow;
    type Record = AddressRecord;
    type Write = AddressRecord;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_addresses.sql")
    }

    fn translate(&self, row: &AddressRow, notes: &mut Notes) -> Result<AddressRecord, Reason> {
        address(row, notes)
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<AddressRecord>>,
        batch: &mut Batch<AddressRecord>,
        _now: Timestamp,
    ) -> Result<(), Error> {
        let users: Vec<&str> = items.iter().map(|item| item.record.user_id.as_str()).collect();
        let users = lookups.users(&users).await?;
        let defaults =
            Defaults::of(lookups, include_str!("../sql/addresses_defaults_here.sql"), users).await?;
        for mut item in items {
            let owner = item.ours.as_ref().and_then(|ours| ours.customer_id);
            let Some(customer) = owner.or_else(|| defaults.users.customer(&item.record.user_id)) else {
                batch.problem(&item.id, "userId: no such customer was taken in");
                continue;
            };
            if item.record.is_default
                && let Err(reason) = defaults.give(customer, &item.record.user_id)
            {
                batch.warn(&item.id, reason);
                item.record.is_default = false;
            }
            let new_id = || our_id(Kind::Address, &item.id, item.record.created_at);
            let id = item.ours.as_ref().map_or_else(new_id, |ours| ours.id);
            let stamp = item.record.updated_at;
            batch.add(Planned::of(Kind::Address, &item, id, Some(customer), stamp, item.record.clone()));
        }
        Ok(())
    }
}
