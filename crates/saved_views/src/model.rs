use customers::{CustomerFilter, SortBy, SortOrder};
use kernel::SavedViewId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A kept way to look at the list of customers, as the person who asks sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    pub id: SavedViewId,
    pub name: String,
    #[serde(flatten)]
    pub shows: Shows,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whose it is, by name.
    pub owner: String,
    /// Whether the person who asks may change it: it is theirs.
    pub mine: bool,
    /// Whether the person who asks has it before them always.
    pub pinned: bool,
    /// For `If-Match`.
    pub version: i32,
}

/// What of the list it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shows {
    /// Without a search.
    pub filter: CustomerFilter,
    pub sort_by: SortBy,
    /// Without it the natural one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort_order: Option<SortOrder>,
}

/// One's own and the shared ones of others, by name.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SavedViewList {
    pub views: Vec<SavedView>,
}

/// How close the rows of the list stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    #[default]
    Normal,
    Compact,
}

/// A column of the list that may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OptionalColumn {
    Phone,
    Orders,
    Ltv,
    LastOrder,
    Joined,
}

/// How a person has the list laid out, wherever they sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListLayout {
    pub density: Density,
    /// Columns that are left out, each once.
    pub hidden: Vec<OptionalColumn>,
}
