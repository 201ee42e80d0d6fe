-- A second factor beside the password, and how a session came about.

create table totp_factors (
    staff_id uuid primary key references staff (id),
    -- Of the authenticator app; sealed under the vault's key, which is not in this database.
    secret bytea not null check (length(secret) between 40 and 100),
    added_at timestamptz not null,
    -- The latest 30-second step whose code was taken; none up to it is taken again (RFC 6238 5.2).
    last_step bigint not null check (last_step > 0)
);

create function guard_totp_step() returns trigger language plpgsql as $$
begin
    if new.secret = old.secret and new.last_step <= old.last_step then
        raise exception 'a code is taken once; staff member %', old.staff_id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger totp_factors_guarded before update on totp_factors for each row execute function guard_totp_step();

-- Stand in for a lost second factor, each once. Only the hashes of 80 random bits are kept.
create table recovery_codes (
    staff_id uuid not null references staff (id),
    code_hash bytea not null check (length(code_hash) = 32),
    made_at timestamptz not null,
    used_at timestamptz,
    primary key (staff_id, code_hash)
);

create function guard_recovery_code() returns trigger language plpgsql as $$
begin
    if old.used_at is not null or new.code_hash <> old.code_hash or new.staff_id <> old.staff_id then
        raise exception 'a recovery code is taken once; staff member %', old.staff_id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger recovery_codes_guarded before update on recovery_codes
    for each row execute function guard_recovery_code();

alter table sessions
    -- The password was right and the second factor is still to come: good for that and nothing else.
    add column pending boolean not null default false,
    add column wrong_codes smallint not null default 0 constraint sessions_few_wrong_codes check (wrong_codes between 0 and 5),
    add column first_factor text not null default 'password' check (first_factor in ('password', 'link')),
    add column second_factor text check (second_factor in ('totp', 'recovery_code')),
    -- When the person last showed who they are.
    add column proved_at timestamptz,
    add constraint sessions_pending check (not pending or (second_factor is null and proved_at is null));

-- Those that were open came with a password.
alter table sessions alter column first_factor drop default;

-- What waits for a second factor becomes whole by that only, and what has ended stays so.
create function guard_session() returns trigger language plpgsql as $$
begin
    if new.staff_id <> old.staff_id or (new.pending and not old.pending)
        or (old.pending and not new.pending and (new.second_factor is null or old.ended_at is not null))
        or (old.ended_at is not null and new.ended_at is null) then
        raise exception 'session % cannot become that', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger sessions_guarded before update on sessions for each row execute function guard_session();
