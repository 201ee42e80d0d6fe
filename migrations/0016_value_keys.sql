-- Values of events are encrypted, so that destroying a key makes them unreadable while the chain over what was encrypted still
-- verifies. Each customer has a key of their own; what belongs to no single customer (a search, a ceiling, a member of staff)
-- has the key of its month. Keys stand here wrapped by the vault key, which is never in the database.
create table value_keys (
    id uuid primary key,
    customer_id uuid references customers (id),
    -- access: what was read, and by which filter. change: what was changed without a customer.
    kind text check (kind in ('access', 'change')),
    month date check (month = date_trunc('month', month)),
    -- Nonce, key and tag; null once it was destroyed.
    wrapped bytea check (length(wrapped) = 60),
    created_at timestamptz not null,
    destroyed_at timestamptz,
    constraint value_keys_of_one_thing check ((customer_id is null) = (month is not null) and (month is null) = (kind is null)),
    constraint value_keys_destroyed check ((wrapped is null) = (destroyed_at is not null))
);

create unique index value_keys_of_customer on value_keys (customer_id) where destroyed_at is null;
create unique index value_keys_of_month on value_keys (kind, month) where destroyed_at is null;

-- A key is made, and destroyed; nothing else happens to it.
create function guard_value_key() returns trigger language plpgsql as $$
begin
    if (new.id, new.customer_id, new.kind, new.month, new.created_at)
            is distinct from (old.id, old.customer_id, old.kind, old.month, old.created_at)
        or old.destroyed_at is not null or new.wrapped is not null then
        raise exception 'a key is only ever destroyed; key %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger value_keys_guarded before update on value_keys for each row execute function guard_value_key();
alter table value_keys enable always trigger value_keys_guarded;
create trigger value_keys_stay before delete or truncate on value_keys
    for each statement execute function refuse_change();
alter table value_keys enable always trigger value_keys_stay;

-- By which vault key the keys are wrapped, so that another one is noticed before anything is written with it.
create table vault (
    only_row boolean primary key default true check (only_row),
    fingerprint text not null check (fingerprint ~ '^[0-9a-f]{16}$'),
    since timestamptz not null
);

-- The byte 1, the key's id, nonce, content and tag (AES-256-GCM, the event's id and the key's as associated data).
alter table event_values
    add column sealed bytea check (length(sealed) >= 45 and get_byte(sealed, 0) = 1),
    add constraint event_values_sealed_or_plain check (sealed is null or before is null and after is null and filter is null);

create function value_key(sealed bytea) returns uuid
language sql immutable parallel safe strict
return encode(substring(sealed from 2 for 16), 'hex')::uuid;

-- From now on nothing is kept in clear, and nothing under a key that is gone. What older releases left in clear stays as it
-- is: it was hashed in clear, and the trail is not rewritten.
create function guard_event_values() returns trigger language plpgsql as $$
begin
    if new.sealed is null then
        raise exception 'the values of event % are not encrypted', new.event_id
            using errcode = 'check_violation', constraint = 'event_values_encrypted';
    end if;
    if not exists (select from value_keys where id = value_key(new.sealed) and destroyed_at is null) then
        raise exception 'the key for the values of event % is gone', new.event_id
            using errcode = 'check_violation', constraint = 'event_values_key_lives';
    end if;
    return new;
end $$;

create trigger event_values_guarded before insert on event_values
    for each row execute function guard_event_values();
