//! The SQL of acts on many.

mod runs;
mod selections;

pub(crate) use runs::{
    count_done, fates_of, find_mine, insert_outcomes, insert_run, list_customers, list_runs, lock_past,
    lock_work, read_run, set_stopped,
};
pub(crate) use selections::{CHOSEN, delete_ended, freeze, freeze_changed, part, read_selection, sample};
