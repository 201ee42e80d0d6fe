-- Which of our records stands for which record of another system, and what it looked like when last taken in.
create table external_links (
    system text not null check (length(system) between 1 and 40),
    kind text not null check (length(kind) between 1 and 40),
    external_id text not null check (length(external_id) between 1 and 200),
    our_id uuid not null,
    content_hash bytea not null check (length(content_hash) = 32),
    first_seen_at timestamptz not null,
    last_changed_at timestamptz not null,
    primary key (system, kind, external_id)
);

create index external_links_by_ours on external_links (our_id);

create table import_runs (
    id uuid primary key,
    system text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    counts jsonb not null default '{}',
    problems bigint not null default 0
);

-- The audit trail of the platform a customer came from: kept as history, apart from our own events.
create table imported_history (
    id uuid primary key,
    system text not null,
    external_id text not null,
    at timestamptz not null,
    actor text,
    actor_role text,
    action text not null,
    target_type text not null,
    target_id text,
    customer_id uuid references customers (id),
    before jsonb,
    after jsonb,
    details jsonb,
    ip text,
    user_agent text,
    unique (system, external_id)
);

create index imported_history_by_customer on imported_history (customer_id, at desc, id desc) where customer_id is not null;
