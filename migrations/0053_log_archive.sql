-- How far the log of the private database is archived beside the copies; one row, or none where it is not.
create table log_archive (
    only_row boolean primary key default true check (only_row),
    -- Which cluster, and which of its timelines.
    system text not null check (system ~ '^[0-9]{1,20}$'),
    timeline bigint not null check (timeline > 0),
    -- Since when no log was lost on the way.
    unbroken_since timestamptz not null,
    -- The latest instant that the database can be brought back to.
    covered_until timestamptz,
    noted_at timestamptz not null,
    failing_since timestamptz,
    failure text check (length(failure) between 1 and 1000),
    constraint log_archive_fails_with_a_reason check ((failing_since is null) = (failure is null))
);
