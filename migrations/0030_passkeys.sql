-- Passkeys (WebAuthn): keys of authenticators that verify who uses them.
create table passkeys (
    id uuid primary key,
    staff_id uuid not null references staff (id),
    -- The authenticator's name for it.
    credential_id bytea not null unique check (length(credential_id) between 1 and 1023),
    -- In COSE, as it came.
    public_key bytea not null check (length(public_key) between 1 and 4096),
    name text not null constraint passkeys_name_length check (length(name) between 1 and 100),
    -- How often it has signed; stays 0 where an authenticator does not count.
    sign_count bigint not null check (sign_count between 0 and 4294967295),
    added_at timestamptz not null,
    last_used_at timestamptz
);

create index passkeys_by_staff on passkeys (staff_id, added_at desc);

-- A counter that does not grow says that there are two of the same authenticator.
create function guard_passkey() returns trigger language plpgsql as $$
begin
    if (new.id, new.staff_id, new.credential_id, new.public_key) is distinct from
       (old.id, old.staff_id, old.credential_id, old.public_key)
        or new.sign_count < old.sign_count
        or (old.sign_count > 0 and new.sign_count = old.sign_count and new.last_used_at is distinct from old.last_used_at) then
        raise exception 'passkey % cannot become that', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger passkeys_guarded before update on passkeys for each row execute function guard_passkey();

-- Challenges that were answered, each once, until they expire by themselves.
create table used_challenges (
    challenge_hash bytea primary key check (length(challenge_hash) = 32),
    expires_at timestamptz not null
);

create index used_challenges_by_end on used_challenges (expires_at);

alter table sessions
    drop constraint sessions_first_factor_check,
    drop constraint sessions_second_factor_check,
    add constraint sessions_first_factor check (first_factor in ('password', 'link', 'passkey')),
    add constraint sessions_second_factor check (second_factor in ('totp', 'recovery_code', 'passkey'));
