-- Keys with which programs act for a staff member. Only the hash of 256 random bits is kept.
create table api_keys (
    id uuid primary key,
    staff_id uuid not null references staff (id),
    name text not null constraint api_keys_name_length check (length(name) between 1 and 100),
    -- How it begins, to tell keys apart by.
    prefix text not null check (length(prefix) = 10),
    key_hash bytea not null unique check (length(key_hash) = 32),
    scopes text[] not null check (cardinality(scopes) between 1 and 100),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_used_at timestamptz,
    last_used_ip inet,
    revoked_at timestamptz,
    constraint api_keys_expire check (expires_at > created_at and expires_at <= created_at + interval '366 days')
);

create index api_keys_by_staff on api_keys (staff_id, created_at desc);

-- What a key is good for does not change, and what is revoked stays so.
create function guard_api_key() returns trigger language plpgsql as $$
begin
    if (to_jsonb(new) - array['last_used_at', 'last_used_ip', 'revoked_at'])
        is distinct from (to_jsonb(old) - array['last_used_at', 'last_used_ip', 'revoked_at'])
        or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) then
        raise exception 'API key % cannot become that', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger api_keys_guarded before update on api_keys for each row execute function guard_api_key();
