use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is measured in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PageMetric {
    /// When the largest part of the page stood, in milliseconds after it was asked for.
    Lcp,
    /// From an act to the picture that answers it, in milliseconds; the slowest of a visit.
    Inp,
    /// How much of the page moved by itself, in thousandths.
    Cls,
}

impl PageMetric {
    pub const ALL: [Self; 3] = [Self::Lcp, Self::Inp, Self::Cls];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Lcp => "lcp",
            Self::Inp => "inp",
            Self::Cls => "cls",
        }
    }
}

/// How a figure is for those who wait, by the bounds that browsers' makers agreed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimingRating {
    Good,
    NeedsWork,
    Poor,
}

/// How fast pages were in the latest days.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageTimings {
    /// How many days, today included.
    pub days: i32,
    /// Pages that were measured, in the order of their addresses.
    pub pages: Vec<PageTiming>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PageTiming {
    /// The pattern of its address, such as `/admin/customers/$customerId`.
    pub page: String,
    pub lcp: Option<TimingFigure>,
    pub inp: Option<TimingFigure>,
    pub cls: Option<TimingFigure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimingFigure {
    pub measured: i64,
    /// Half of the visits were at most so (p50): the upper bound that it lies under. Milliseconds; for CLS thousandths.
    pub half: i64,
    /// Three of four were (p75), by which it is rated.
    pub most: i64,
    pub rating: TimingRating,
}
