use jiff::Timestamp;

use crate::platform::batch::{Batch, Item, Planned};
use crate::platform::engine::Step;
use crate::platform::ids::our_id;
use crate::platform::lookups::Lookups;
use crate::platform::rows::StaffRow;
use crate::platform::tidy::{Notes, Reason};
use crate::platform::translate::{StaffRecord, staff_member};
use crate::platform::{Error, Kind};

/// The platform's administrators. Whoever is staff here already keeps what they may do.
pub struct Staff;

impl Step for Staff {
    const KIND: Kind = Kind::Staff;
    const COUNT: &'static str = r#"select count(*) from "User" where role::text = 'admin'"#;
    const INSERT: &'static str = include_str!("../sql/insert_staff.sql");
    const WRITTEN_ONCE: Option<&'static str> = Some(
        "changed at the source; staff are kept here once they were taken in, so the change was not taken",
    );

    type Row = StaffRow;
    type Record = StaffRecord;
    type Write = StaffRecord;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_staff.sql")
    }

    fn translate(&self, row: &StaffRow, notes: &mut Notes) -> Result<StaffRecord, Reason> {
        staff_member(row, notes)
    }

    /// The last sign-in there moves every day and says nothing here.
    fn content(record: &StaffRecord) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&StaffRecord { last_sign_in_at: None, ..record.clone() })
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<StaffRecord>>,
        batch: &mut Batch<StaffRecord>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let emails: Vec<&str> = items.iter().map(|item| item.record.email.as_str()).collect();
        let mut known = lookups.staff_by_email(&emails).await?;
        for item in items {
            let key = item.record.email.to_lowercase();
            if let Some(id) = known.get(&key) {
                batch.warn(&item.id, "is staff here already; left as they are");
                batch.add(Planned::link(Kind::Staff, &item, *id, None, now));
                continue;
            }
            let id = our_id(Kind::Staff, &item.id, item.record.created_at);
            known.insert(key, id);
            batch.add(Planned::of(Kind::Staff, &item, id, None, now, item.record.clone()));
        }
        Ok(())
    }
}
