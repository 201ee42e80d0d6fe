-- How long what is kept about people is kept. What goes after which time is in the program (`RETENTION` of each feature); here
-- stand the periods that somebody has changed, whether it is carried out at all, and what each run came to.
create table retention_rules (
    name text primary key check (length(name) between 1 and 60),
    months integer not null check (months between 1 and 240),
    version integer not null default 2 check (version > 1),
    updated_at timestamptz not null,
    updated_by uuid not null references staff (id)
);

-- Nothing goes before somebody has looked at what would, and switched it on.
create table retention_switch (
    only_row boolean primary key default true check (only_row),
    is_on boolean not null default false,
    changed_at timestamptz,
    changed_by uuid references staff (id),
    constraint retention_switch_by_somebody check ((changed_at is null) = (changed_by is null) and (not is_on or changed_by is not null))
);
insert into retention_switch default values;

create table retention_runs (
    id uuid primary key,
    -- Only looked at what would go.
    dry boolean not null,
    -- Null: the night did.
    requested_by uuid references staff (id),
    started_at timestamptz not null,
    finished_at timestamptz,
    -- Rule by rule: from when on, how much was due, how much a legal hold keeps, how much is gone, ids of five.
    report jsonb not null default '[]' check (jsonb_typeof(report) = 'array'),
    constraint retention_runs_asked_for check (dry = (requested_by is not null))
);

create unique index retention_runs_one_at_a_time on retention_runs ((true)) where finished_at is null;
create index retention_runs_by_time on retention_runs (started_at desc, id desc);

create function guard_retention_run() returns trigger language plpgsql as $$
begin
    if old.finished_at is not null or (new.id, new.dry, new.requested_by, new.started_at)
        is distinct from (old.id, old.dry, old.requested_by, old.started_at) then
        raise exception 'a run stands as it ended; run %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger retention_runs_guarded before update on retention_runs for each row execute function guard_retention_run();
alter table retention_runs enable always trigger retention_runs_guarded;
create trigger retention_runs_stay before delete or truncate on retention_runs
    for each statement execute function refuse_change();
alter table retention_runs enable always trigger retention_runs_stay;

-- What has not gone yet, oldest first.
create index mails_kept on mails (created_at) where state <> 'queued' and body_text <> 'No longer kept.';
create index provider_inbox_kept on provider_inbox (received_at) where processed_at is not null and body <> '{}';
create index idempotency_kept on idempotency (created_at) where content_hash <> decode(repeat('00', 32), 'hex');
create index sessions_kept on sessions (expires_at) where ip is not null or user_agent is not null;
