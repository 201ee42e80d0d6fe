use customers::{CustomerFilter, SortBy, SortOrder};
use platform::{Problem, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::Shows;

const NAME_MAX: usize = 60;

/// A view, new or changed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SavedViewInput {
    /// 1 to 60 characters; no two of a person's views have the same.
    pub name: String,
    /// `search` is refused: what was searched for is not kept.
    #[serde(default)]
    pub filter: CustomerFilter,
    #[serde(default)]
    pub sort_by: SortBy,
    /// Without it: names and e-mails from A, everything else from the highest or latest.
    #[serde(default)]
    pub sort_order: Option<SortOrder>,
}

/// A checked one.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ViewDetails {
    pub name: String,
    #[serde(flatten)]
    pub shows: Shows,
}

impl SavedViewInput {
    pub(crate) fn check(self) -> Result<ViewDetails> {
        let name = kernel::clean_line(&self.name, NAME_MAX)
            .map_err(|fault| Problem::invalid("name", fault.to_string()))?;
        let filter = self.filter.check()?;
        if filter.search.is_some() {
            return Err(Problem::invalid(
                "filter.search",
                "is not kept in a view, for it may name a person; save the view without it",
            ));
        }
        let shows = Shows { filter, sort_by: self.sort_by, sort_order: self.sort_order };
        Ok(ViewDetails { name, shows })
    }
}
