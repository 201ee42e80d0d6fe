//! What people do to many at once, and the job that does it.

mod choose;
mod runs;
mod work;

pub(crate) use choose::{preview_bulk_act, select_customers, tidy};
pub(crate) use runs::{read_run, seen_by, start_bulk_run, stop_bulk_run, undo_bulk_run};
pub(crate) use work::work;

use platform::Result;
use staff::{
    By,
    permissions::{CustomerArchive, FlagWrite},
};

use crate::model::BulkAction;

/// Each act needs the permission of the single one.
pub(crate) fn check_right<P>(by: &By<P>, action: BulkAction) -> Result<()> {
    match action {
        BulkAction::AddFlag | BulkAction::RemoveFlag => by.may::<FlagWrite>(),
        BulkAction::Archive | BulkAction::Restore => by.may::<CustomerArchive>(),
    }
}
