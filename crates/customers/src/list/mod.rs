//! The customer list: any filter, any sort, any page, with the figures of exactly that filter.

mod anchors;
mod cache;
mod figures;
mod filter;
mod named;
mod page;
mod search;
mod similar;
mod trash;

pub use cache::ListCache;
pub(crate) use cache::state;
pub(crate) use figures::{Figures, figures};
pub use filter::{CustomerFilter, SortBy, SortOrder};
pub(crate) use filter::{ListQuery, Sort};
pub use page::push_matching;
pub(crate) use page::{Listed, list, ordered};
pub(crate) use trash::{TrashPage, list_trash};
