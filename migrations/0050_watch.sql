-- How long answers took and how they ended, summed over processes, by quarter of an hour. The routes and methods are the
-- program's; what was asked for stands nowhere.
create table response_times (
    quarter timestamptz not null constraint response_times_quarter check (extract(epoch from quarter) % 900 = 0),
    -- The pattern of the address.
    route text not null constraint response_times_route check (length(route) between 1 and 200),
    method text not null constraint response_times_method check (length(method) between 1 and 10),
    requests bigint not null constraint response_times_requests check (requests >= 0),
    failed bigint not null constraint response_times_failed check (failed between 0 and requests),
    -- Between which bounds; the program knows them (`platform::metrics::BOUNDS_US`).
    counts bigint[] not null constraint response_times_counts check (cardinality(counts) = 22),
    primary key (quarter, route, method)
) with (fillfactor = 70);

-- The latest that failed, for who looks for a cause.
create table failed_requests (
    request_id text primary key constraint failed_requests_id check (length(request_id) between 1 and 64),
    at timestamptz not null,
    route text not null constraint failed_requests_route check (length(route) between 1 and 200),
    method text not null constraint failed_requests_method check (length(method) between 1 and 10),
    status smallint not null constraint failed_requests_status check (status between 500 and 599)
);
create index failed_requests_by_time on failed_requests (at desc, request_id desc);

-- What processes counted in the latest minutes, for the rules that go by it.
create table measured_minutes (
    minute timestamptz not null constraint measured_minutes_minute check (extract(epoch from minute) % 60 = 0),
    what text not null constraint measured_minutes_what check (length(what) between 1 and 40),
    count bigint not null constraint measured_minutes_count check (count > 0),
    primary key (minute, what)
);

-- A rule that holds: since when, since when somebody was told, and when it was over. At most one for each rule lives.
create table alerts (
    id uuid primary key,
    rule text not null constraint alerts_rule check (length(rule) between 1 and 60),
    since timestamptz not null,
    fired_at timestamptz constraint alerts_fired_later check (fired_at >= since),
    -- It has not held since then; some minutes of that, and it is over.
    quiet_since timestamptz constraint alerts_quiet_while_firing check (quiet_since is null or fired_at is not null),
    resolved_at timestamptz constraint alerts_resolved_later check (resolved_at >= fired_at),
    -- What was found last.
    value double precision not null,
    constraint alerts_over_after_firing check (resolved_at is null or fired_at is not null)
);
create unique index alerts_one_of_each on alerts (rule) where resolved_at is null;
create index alerts_past on alerts (resolved_at desc, id desc) where resolved_at is not null;
