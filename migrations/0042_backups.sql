-- Copies of the database that were made or tried; their files lie elsewhere.
create table backups (
    id uuid primary key,
    state text not null check (state in ('running', 'done', 'failed', 'pruned')),
    file text not null check (length(file) between 1 and 4096),
    started_at timestamptz not null,
    finished_at timestamptz check (finished_at >= started_at),
    bytes bigint check (bytes > 0),
    manifest jsonb,
    failure text check (length(failure) between 1 and 10000),
    constraint backups_finished_when_over check ((state = 'running') = (finished_at is null)),
    constraint backups_measured_when_done check ((state in ('done', 'pruned')) = (bytes is not null and manifest is not null)),
    constraint backups_failed_with_a_reason check ((state = 'failed') = (failure is not null))
);
create index backups_by_time on backups (started_at desc, id desc);
create unique index backups_one_at_a_time on backups ((true)) where state = 'running';

-- Copies that were restored beside the living database to prove them.
create table drills (
    id uuid primary key,
    state text not null check (state in ('running', 'passed', 'failed')),
    file text not null check (length(file) between 1 and 4096),
    started_at timestamptz not null,
    finished_at timestamptz check (finished_at >= started_at),
    findings jsonb not null default '[]' check (jsonb_typeof(findings) = 'array'),
    constraint drills_finished_when_over check ((state = 'running') = (finished_at is null)),
    constraint drills_failed_with_findings check ((state = 'failed') = (findings <> '[]'))
);
create index drills_by_time on drills (started_at desc, id desc);

-- A database that was restored begins an epoch. Until a person accepts it, no mail and no refund leaves it.
create table epochs (
    number integer primary key check (number > 0),
    began_at timestamptz not null,
    -- The instant that the copy shows.
    taken_at timestamptz not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    accepted_at timestamptz check (accepted_at >= began_at),
    accepted_by uuid references staff (id)
);
create index epochs_by_person on epochs (accepted_by);
create unique index epochs_one_fence on epochs ((true)) where accepted_at is null;
