-- How fast pages were for the people in front of them, as counts: of no person, session or customer, and of no single load.
create table page_timings (
    day date not null,
    -- The pattern of its address, as the web app's routes write it.
    page text not null constraint page_timings_page_length check (length(page) between 1 and 100),
    metric text not null constraint page_timings_metric check (metric in ('lcp', 'inp', 'cls')),
    -- Between which bounds; the program knows them (`rules.rs`).
    bucket smallint not null constraint page_timings_bucket check (bucket between 0 and 31),
    measured bigint not null constraint page_timings_measured check (measured > 0),
    primary key (day, page, metric, bucket)
);
