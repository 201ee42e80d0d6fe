-- Work to be done after a commit. A job lives while it is ready or running; `attempt` counts its claims, and fences: only the
-- latest attempt completes it.
create table jobs (
    id uuid primary key,
    kind text not null check (length(kind) between 1 and 60),
    payload jsonb not null,
    state text not null check (state in ('ready', 'running', 'done', 'dead')),
    run_at timestamptz not null,
    attempt integer not null default 0 check (attempt >= 0),
    max_attempts integer not null check (max_attempts >= 1),
    lease_until timestamptz,
    last_error text,
    key text check (length(key) between 1 and 200),
    created_at timestamptz not null,
    finished_at timestamptz,
    constraint jobs_lease_while_running check ((state = 'running') = (lease_until is not null)),
    constraint jobs_finished_when_over check ((state in ('done', 'dead')) = (finished_at is not null))
);

create unique index jobs_living_key on jobs (key) where state in ('ready', 'running');
create index jobs_due on jobs (run_at, id) where state = 'ready';
create index jobs_leased on jobs (lease_until) where state = 'running';
create index jobs_done on jobs (finished_at) where state = 'done';
create index jobs_dead on jobs (finished_at desc, id desc) where state = 'dead';

create table schedules (
    name text primary key check (length(name) between 1 and 60),
    every_seconds integer not null check (every_seconds >= 1),
    next_run_at timestamptz not null
);
