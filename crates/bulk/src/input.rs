use customers::{ArchiveInput, CustomerFilter, FlagInput, FlagKind, ManyAct, SortBy, SortOrder};
use jiff::civil::Date;
use kernel::CustomerId;
use platform::{
    Problem, Result,
    http::{Fields, Tagged},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::model::BulkAction;

/// More than anybody ticks by hand.
const TICKED_MAX: usize = 2_000;

/// Whom to act on: either these customers, in this order, or all that match a filter, in list order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SelectionInput {
    /// 1 to 2,000.
    pub customers: Option<Vec<CustomerId>>,
    pub filter: Option<CustomerFilter>,
    pub sort_by: Option<SortBy>,
    pub sort_order: Option<SortOrder>,
}

/// A checked one.
pub(crate) enum Chosen {
    Ticked(Vec<CustomerId>),
    Matching(Box<CustomerFilter>, SortBy, Option<SortOrder>),
}

impl SelectionInput {
    pub(crate) fn check(self) -> Result<Chosen> {
        let filter = self.filter.map(CustomerFilter::check).transpose()?;
        match (self.customers, filter) {
            (Some(_), Some(_)) => Err(Problem::invalid("filter", "cannot be given together with customers")),
            (None, None) => Err(Problem::invalid("customers", "is needed unless there is a filter")),
            (Some(customers), None) => {
                if customers.is_empty() || customers.len() > TICKED_MAX {
                    return Err(Problem::invalid("customers", format!("must be 1 to {TICKED_MAX} of them")));
                }
                if self.sort_by.is_some() || self.sort_order.is_some() {
                    return Err(Problem::invalid(
                        "sortBy",
                        "is for filters: customers come as they are given",
                    ));
                }
                let mut seen = std::collections::HashSet::new();
                Ok(Chosen::Ticked(customers.into_iter().filter(|id| seen.insert(*id)).collect()))
            }
            (None, Some(filter)) => {
                Ok(Chosen::Matching(Box::new(filter), self.sort_by.unwrap_or_default(), self.sort_order))
            }
        }
    }
}

/// Which flag goes, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BulkUnflagInput {
    pub kind: FlagKind,
    /// 1 to 500 characters.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// What to do to all of a selection, told by `action`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum BulkAct {
    /// As `add_flag` to each.
    AddFlag(FlagInput),
    /// As `remove_flag` of their flag of this kind to each.
    RemoveFlag(BulkUnflagInput),
    Archive(ArchiveInput),
    Restore,
}

impl Tagged for BulkAct {
    const TAG: &'static str = "action";
    const KINDS: &'static [&'static str] = &["add_flag", "remove_flag", "archive", "restore"];

    fn read(kind: &str, fields: Fields) -> Option<Result<Self>> {
        Some(match kind {
            "add_flag" => fields.read().map(Self::AddFlag),
            "remove_flag" => fields.read().map(Self::RemoveFlag),
            "archive" => fields.read().map(Self::Archive),
            "restore" => fields.read::<Nothing>().map(|_| Self::Restore),
            _ => return None,
        })
    }
}

impl BulkAct {
    pub(crate) fn check(self, today: Date) -> Result<Self> {
        match self {
            Self::AddFlag(input) => Ok(Self::AddFlag(input.checked(today)?)),
            Self::RemoveFlag(BulkUnflagInput { kind, reason: given }) => {
                Ok(Self::RemoveFlag(BulkUnflagInput { kind, reason: reason(&given)? }))
            }
            Self::Archive(input) => Ok(Self::Archive(input.checked()?)),
            Self::Restore => Ok(Self::Restore),
        }
    }

    pub(crate) const fn action(&self) -> BulkAction {
        match self {
            Self::AddFlag(_) => BulkAction::AddFlag,
            Self::RemoveFlag(_) => BulkAction::RemoveFlag,
            Self::Archive(_) => BulkAction::Archive,
            Self::Restore => BulkAction::Restore,
        }
    }

    pub(crate) fn many(&self) -> ManyAct {
        match self {
            Self::AddFlag(input) => ManyAct::AddFlag(input.kind()),
            Self::RemoveFlag(input) => ManyAct::RemoveFlag(input.kind),
            Self::Archive(_) => ManyAct::Archive,
            Self::Restore => ManyAct::Restore,
        }
    }

    /// What it says beside which act it is, as it is kept until the run ends.
    pub(crate) fn given(&self) -> Value {
        match self {
            Self::AddFlag(input) => json!(input),
            Self::RemoveFlag(input) => json!(input),
            Self::Archive(input) => json!(input),
            Self::Restore => json!({}),
        }
    }

    pub(crate) fn kept(action: BulkAction, given: Value) -> Result<Self> {
        let wrong = |error: serde_json::Error| Problem::internal(&error);
        Ok(match action {
            BulkAction::AddFlag => Self::AddFlag(serde_json::from_value(given).map_err(wrong)?),
            BulkAction::RemoveFlag => Self::RemoveFlag(serde_json::from_value(given).map_err(wrong)?),
            BulkAction::Archive => Self::Archive(serde_json::from_value(given).map_err(wrong)?),
            BulkAction::Restore => Self::Restore,
        })
    }
}

fn reason(text: &str) -> Result<String> {
    kernel::clean_line(text, 500).map_err(|fault| Problem::invalid("reason", fault.to_string()))
}
