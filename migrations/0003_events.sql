-- What happened: every write with its event in the same transaction, every read of personal data.
-- The header holds ids and counts, never personal values; those stand in event_values, apart, so that they can be
-- encrypted and shredded without touching the header.
create table events (
    id uuid primary key,
    at timestamptz not null,
    action text not null constraint events_action_form check (action ~ '^[a-z_]+\.[a-z_]+$'),
    kind text not null check (kind in ('change', 'access', 'sign_in')),
    actor_kind text not null check (actor_kind in ('staff', 'system', 'nobody')),
    staff_id uuid references staff (id),
    role text,
    session_id uuid,
    request_id text,
    ip inet,
    user_agent text,
    customer_id uuid,
    subject_type text,
    subject_id uuid,
    item_count bigint,
    details jsonb not null default '{}',
    constraint events_staff_named check ((actor_kind = 'staff') = (staff_id is not null))
);

create index events_by_time on events (at desc, id desc);
create index events_by_customer on events (customer_id, at desc, id desc) where customer_id is not null;
create index events_by_staff on events (staff_id, at desc, id desc) where staff_id is not null;
create index events_by_action on events (action, at desc, id desc);
create index events_by_ip on events (ip, at desc, id desc) where ip is not null;

create table event_values (
    event_id uuid primary key references events (id),
    customer_id uuid,
    before jsonb,
    after jsonb,
    filter jsonb
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger events_append_only before update or delete or truncate on events
    for each statement execute function refuse_change();
alter table events enable always trigger events_append_only;

create trigger event_values_append_only before update or delete or truncate on event_values
    for each statement execute function refuse_change();
alter table event_values enable always trigger event_values_append_only;

-- What a request that carried an Idempotency-Key has made.
create table idempotency (
    staff_id uuid not null references staff (id),
    key text not null check (length(key) between 1 and 200),
    operation text not null,
    content_hash bytea not null check (length(content_hash) = 32),
    made uuid not null,
    created_at timestamptz not null,
    primary key (staff_id, key)
);
