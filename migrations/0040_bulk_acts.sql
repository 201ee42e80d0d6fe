-- What somebody has chosen to act on, frozen: the ids in their order, a hundred to a part, which is also what is done at a time.
create table selections (
    id uuid primary key,
    made_by uuid not null references staff (id),
    made_at timestamptz not null,
    expires_at timestamptz not null,
    size integer not null check (size > 0)
);
create index selections_by_end on selections (expires_at);

create table selection_parts (
    selection_id uuid not null references selections (id) on delete cascade,
    part integer not null check (part >= 0),
    customer_ids uuid[] not null check (cardinality(customer_ids) between 1 and 100),
    primary key (selection_id, part)
);

-- One act on all of a selection. The parts that are done are counted in the transaction that does them, so that none is done twice.
create table bulk_runs (
    id uuid primary key,
    action text not null check (action in ('add_flag', 'remove_flag', 'archive', 'restore')),
    -- What the act says. Its words go when the run ends: they stand in the flags, from which erasure takes them.
    given jsonb not null check (jsonb_typeof(given) = 'object'),
    selection_id uuid not null references selections (id),
    undoes uuid references bulk_runs (id),
    total integer not null check (total > 0),
    parts_done integer not null default 0,
    changed integer not null default 0 check (changed >= 0),
    skipped integer not null default 0 check (skipped >= 0),
    refused integer not null default 0 check (refused >= 0),
    state text not null default 'running' check (state in ('running', 'finished', 'stopped')),
    requested_by uuid not null references staff (id),
    session_id uuid references sessions (id),
    api_key_id uuid references api_keys (id),
    request_id text not null,
    ip inet,
    user_agent text,
    started_at timestamptz not null,
    finished_at timestamptz,
    -- Absent where it stopped because who asked for it may not do this any more.
    stopped_by uuid references staff (id),
    constraint bulk_runs_counted check (changed + skipped + refused <= total),
    constraint bulk_runs_finished_when_all check (state <> 'finished' or changed + skipped + refused = total),
    constraint bulk_runs_ended check ((state = 'running') = (finished_at is null)),
    constraint bulk_runs_words_go check (state = 'running' or not given ?| array['reason', 'notes']),
    constraint bulk_runs_stopped check (stopped_by is null or state = 'stopped')
);
create index bulk_runs_latest on bulk_runs (started_at desc, id desc);
create index bulk_runs_by_selection on bulk_runs (selection_id);
-- Undone once; an undo that was stopped may be begun again.
create unique index bulk_runs_undone_once on bulk_runs (undoes) where state <> 'stopped';
create index bulk_runs_by_undone on bulk_runs (undoes);

-- What became of each customer: written once, in the transaction that changed them.
create table bulk_outcomes (
    run_id uuid not null references bulk_runs (id),
    customer_id uuid not null references customers (id),
    position integer not null check (position > 0),
    outcome text not null check (outcome in ('changed', 'skipped', 'refused')),
    -- Why not, where they were not changed.
    code text check (length(code) between 1 and 60),
    flag_id uuid references flags (id),
    at timestamptz not null,
    primary key (run_id, customer_id),
    constraint bulk_outcomes_reason check ((outcome = 'changed') = (code is null))
);
create index bulk_outcomes_listed on bulk_outcomes (run_id, outcome, position);
create index bulk_outcomes_by_customer on bulk_outcomes (customer_id);

create trigger bulk_outcomes_append_only before update or delete or truncate on bulk_outcomes
    for each statement execute function refuse_change();
alter table bulk_outcomes enable always trigger bulk_outcomes_append_only;

create function guard_bulk_run() returns trigger language plpgsql as $$
begin
    if old.state <> 'running' or new.parts_done < old.parts_done or new.parts_done > old.parts_done + 1 or new.total <> old.total
        or new.action <> old.action or new.selection_id <> old.selection_id or new.requested_by <> old.requested_by
        or new.undoes is distinct from old.undoes or new.started_at <> old.started_at then
        raise exception 'bulk run % cannot become that', old.id using errcode = 'check_violation', constraint = 'bulk_runs_guarded';
    end if;
    return new;
end $$;
create trigger bulk_runs_guarded before update on bulk_runs for each row execute function guard_bulk_run();
alter table bulk_runs enable always trigger bulk_runs_guarded;
