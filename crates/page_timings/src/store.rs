use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::london_day;
use platform::Result;
use platform::db::GenericClient;

use crate::{
    input::Measured,
    model::{PageMetric, PageTiming},
    rules,
};

const KEPT_DAYS: i64 = 400;

pub(crate) async fn count(db: &impl GenericClient, day: Date, measured: &Measured) -> Result<()> {
    let metrics: Vec<&str> = measured.buckets.iter().map(|(metric, _)| metric.name()).collect();
    let buckets: Vec<i16> = measured.buckets.iter().map(|(_, bucket)| *bucket).collect();
    let statement = db
        .prepare_cached(
            "insert into page_timings as t (day, page, metric, bucket, measured)
             select $1, $2, m.metric, m.bucket, 1 from unnest($3::text[], $4::smallint[]) as m (metric, bucket) order by 3, 4
             on conflict (day, page, metric, bucket) do update set measured = t.measured + 1",
        )
        .await?;
    db.execute(&statement, &[&day, &measured.page, &metrics, &buckets]).await?;
    Ok(())
}

/// From this day on.
pub(crate) async fn sum(db: &impl GenericClient, from: Date) -> Result<Vec<PageTiming>> {
    let statement = db
        .prepare_cached(
            "select page, metric, bucket, sum(measured)::bigint as measured from page_timings where day >= $1
             group by page, metric, bucket order by page, metric, bucket",
        )
        .await?;
    let mut pages: BTreeMap<String, BTreeMap<String, Vec<(i16, i64)>>> = BTreeMap::new();
    for row in db.query(&statement, &[&from]).await? {
        let counts = pages.entry(row.get("page")).or_default().entry(row.get("metric")).or_default();
        counts.push((row.get("bucket"), row.get("measured")));
    }
    let figure = |metrics: &BTreeMap<String, Vec<(i16, i64)>>, metric: PageMetric| {
        rules::figure(metric, metrics.get(metric.name()).map_or(&[], Vec::as_slice))
    };
    Ok(pages
        .into_iter()
        .map(|(page, metrics)| PageTiming {
            page,
            lcp: figure(&metrics, PageMetric::Lcp),
            inp: figure(&metrics, PageMetric::Inp),
            cls: figure(&metrics, PageMetric::Cls),
        })
        .collect())
}

/// Removes days that nobody compares with any more.
pub async fn forget_old(db: &impl GenericClient, now: Timestamp) -> Result<()> {
    let before = london_day(now).saturating_sub(KEPT_DAYS.days());
    db.execute("delete from page_timings where day < $1", &[&before]).await?;
    Ok(())
}
