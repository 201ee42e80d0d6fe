-- Who had the trail verified from the desk, how far it has come, and what was found. A note of the server's, not a proof: whoever
-- wants one runs `hub audit verify` with a key of their own.
create table trail_verifications (
    id uuid primary key,
    requested_by uuid not null references staff (id),
    requested_at timestamptz not null,
    -- Whoever works on it says so every second: one that has been silent for minutes has died.
    heard_at timestamptz not null,
    -- Seals looked at, of how many.
    done bigint not null default 0 check (done >= 0),
    total bigint not null default 0 check (total >= 0),
    finished_at timestamptz,
    outcome text check (outcome in ('ok', 'broken', 'incomplete', 'anchor_mismatch', 'failed')),
    -- The last signed seal it saw, and when that was signed.
    upto bigint,
    signed_at timestamptz,
    -- [{outcome, number, row, what}], the first twenty; ids and words of ours, nobody's values.
    findings jsonb not null default '[]' check (jsonb_typeof(findings) = 'array'),
    more bigint not null default 0 check (more >= 0),
    constraint trail_verifications_finished check ((finished_at is null) = (outcome is null))
);

create unique index trail_verifications_one_at_a_time on trail_verifications ((true)) where finished_at is null;
create index trail_verifications_by_time on trail_verifications (requested_at desc, id desc);

-- What was found stays found.
create function guard_verification() returns trigger language plpgsql as $$
begin
    if old.finished_at is not null
        or (new.id, new.requested_by, new.requested_at) is distinct from (old.id, old.requested_by, old.requested_at) then
        raise exception 'a verification stands as it ended; verification %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger trail_verifications_guarded before update on trail_verifications
    for each row execute function guard_verification();
alter table trail_verifications enable always trigger trail_verifications_guarded;
create trigger trail_verifications_stay before delete or truncate on trail_verifications
    for each statement execute function refuse_change();
alter table trail_verifications enable always trigger trail_verifications_stay;
