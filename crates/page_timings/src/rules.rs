//! Which pages there are, between which bounds a value lies, and what the counts come to.

use crate::model::{PageMetric, TimingFigure, TimingRating};

/// The patterns of the web app's addresses. A test compares them with its routes.
pub const PAGES: &[&str] = &[
    "/",
    "/account",
    "/admin/approvals",
    "/admin/approvals/$approvalId",
    "/admin/audit",
    "/admin/audit/customers/$customerId",
    "/admin/audit/staff/$staffId",
    "/admin/backups",
    "/admin/bulk-runs",
    "/admin/ceilings",
    "/admin/customers",
    "/admin/customers/$customerId",
    "/admin/customers/$customerId/addresses",
    "/admin/customers/$customerId/bookings",
    "/admin/customers/$customerId/money",
    "/admin/customers/$customerId/privacy",
    "/admin/customers/$customerId/tickets",
    "/admin/customers/$customerId/timeline",
    "/admin/data-requests",
    "/admin/data-requests/$requestId",
    "/admin/dead-jobs",
    "/admin/duplicates",
    "/admin/finance",
    "/admin/finance/differences",
    "/admin/finance/disputes",
    "/admin/retention",
    "/admin/staff",
    "/admin/system",
    "/admin/trash",
    "/forgotten-password",
    "/help/{-$guide}",
    "/sign-in",
    "/welcome",
];

const LCP: &[i64] = &[
    100, 200, 300, 400, 600, 800, 1_000, 1_250, 1_500, 2_000, 2_500, 3_000, 4_000, 6_000, 10_000, 30_000,
    60_000,
];
const INP: &[i64] = &[8, 16, 24, 32, 40, 56, 80, 104, 152, 200, 304, 504, 1_000, 2_000, 5_000, 60_000];
const CLS: &[i64] = &[0, 5, 10, 25, 50, 75, 100, 150, 200, 250, 350, 500, 1_000, 60_000];

/// Upper bounds, each included.
const fn bounds(metric: PageMetric) -> &'static [i64] {
    match metric {
        PageMetric::Lcp => LCP,
        PageMetric::Inp => INP,
        PageMetric::Cls => CLS,
    }
}

/// The greatest value that is taken.
pub(crate) const MOST: i64 = 60_000;

pub(crate) fn bucket(metric: PageMetric, value: i64) -> i16 {
    let bounds = bounds(metric);
    let at = bounds.iter().position(|bound| value <= *bound).unwrap_or(bounds.len() - 1);
    i16::try_from(at).unwrap_or(i16::MAX)
}

/// Good up to the first, poor beyond the second (web.dev/articles/vitals).
const fn thresholds(metric: PageMetric) -> (i64, i64) {
    match metric {
        PageMetric::Lcp => (2_500, 4_000),
        PageMetric::Inp => (200, 500),
        PageMetric::Cls => (100, 250),
    }
}

/// `counts`: how many lie in each bucket, in the order of the buckets. None where nothing was measured.
pub(crate) fn figure(metric: PageMetric, counts: &[(i16, i64)]) -> Option<TimingFigure> {
    let measured: i64 = counts.iter().map(|(_, count)| count).sum();
    let at = |percent: i64| {
        let mut below = 0;
        counts.iter().find_map(|(bucket, count)| {
            below += count;
            (below * 100 >= measured * percent)
                .then(|| bounds(metric).get(usize::try_from(*bucket).ok()?).copied())?
        })
    };
    let most = at(75)?;
    let (good, poor) = thresholds(metric);
    let rating = match most {
        most if most <= good => TimingRating::Good,
        most if most <= poor => TimingRating::NeedsWork,
        _ => TimingRating::Poor,
    };
    Some(TimingFigure { measured, half: at(50)?, most, rating })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_in_one_bucket_and_the_last_takes_the_rest() {
        for metric in PageMetric::ALL {
            let bounds = bounds(metric);
            assert!(bounds.is_sorted_by(|a, b| a < b) && bounds.len() <= 32 && bounds.last() == Some(&MOST));
            for (at, bound) in bounds.iter().enumerate() {
                let at = i16::try_from(at).unwrap();
                assert_eq!(bucket(metric, *bound), at);
                assert!(*bound == MOST || bucket(metric, bound + 1) == at + 1);
            }
        }
    }

    #[test]
    fn percentiles_are_the_bound_they_lie_under() {
        let of = |counts: &[(i16, i64)]| figure(PageMetric::Inp, counts);
        assert_eq!(of(&[]), None);
        let one = TimingFigure { measured: 1, half: 8, most: 8, rating: TimingRating::Good };
        assert_eq!(of(&[(0, 1)]), Some(one));
        let skewed = TimingFigure { measured: 100, half: 16, most: 304, rating: TimingRating::NeedsWork };
        assert_eq!(of(&[(1, 74), (10, 20), (15, 6)]), Some(skewed));
        assert_eq!(of(&[(1, 75), (15, 25)]).map(|figure| figure.most), Some(16));
        assert_eq!(of(&[(1, 50), (15, 50)]).map(|figure| figure.rating), Some(TimingRating::Poor));
    }
}
