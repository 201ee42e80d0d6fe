use platform::{Problem, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    model::PageMetric,
    rules::{self, MOST, PAGES},
};

/// What a browser has measured on one page.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PageTimingInput {
    /// The pattern of its address, such as `/admin/customers/$customerId`; never the address itself.
    pub page: String,
    /// One of each metric at most.
    pub values: Vec<MetricValue>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricValue {
    pub metric: PageMetric,
    /// Milliseconds; for CLS thousandths. 0 to 60,000.
    pub value: i64,
}

/// A page that there is, and a bucket for each metric.
pub(crate) struct Measured {
    pub page: &'static str,
    pub buckets: Vec<(PageMetric, i16)>,
}

impl PageTimingInput {
    pub fn check(self) -> Result<Measured> {
        let page = PAGES.iter().find(|page| **page == self.page);
        let page = page.ok_or_else(|| Problem::invalid("page", "is not a page of the web app"))?;
        if self.values.is_empty() || self.values.len() > PageMetric::ALL.len() {
            return Err(Problem::invalid(
                "values",
                "must hold one value of each metric at most, and one at all",
            ));
        }
        let mut buckets = Vec::new();
        for MetricValue { metric, value } in self.values {
            if !(0..=MOST).contains(&value) {
                return Err(Problem::invalid("values", format!("must be from 0 to {MOST}")));
            }
            if buckets.iter().any(|(known, _)| *known == metric) {
                return Err(Problem::invalid("values", "must hold each metric once"));
            }
            buckets.push((metric, rules::bucket(metric, value)));
        }
        Ok(Measured { page, buckets })
    }
}
