-- Erasing a person (UK GDPR Art. 17): planned, approved by somebody else, carried out step by step. No row goes; no person stays.
alter table customers
    add column erased_at timestamptz,
    drop constraint customers_reachable,
    add constraint customers_reachable check (email is not null or phone is not null or erased_at is not null);

-- What must be kept whatever anybody asks: a dispute, an inquiry. Neither erasure nor retention touches who is under one.
create table legal_holds (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    reason text not null check (length(reason) between 1 and 500),
    placed_by uuid not null references staff (id),
    placed_at timestamptz not null,
    lifted_by uuid references staff (id),
    lifted_at timestamptz,
    lift_reason text check (length(lift_reason) between 1 and 500),
    constraint legal_holds_lifted check (
        (lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lift_reason is null))
);

create unique index legal_holds_one_open on legal_holds (customer_id) where lifted_at is null;
create index legal_holds_by_customer on legal_holds (customer_id, placed_at desc);

create table erasures (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    -- found: the scan found something of the person that has to be looked at. stopped: it may not be done any more.
    state text not null check (state in ('planned', 'withdrawn', 'approved', 'running', 'found', 'stopped', 'done')),
    -- Null where it was carried out again from the ledger outside the database, after a restore.
    reason text check (length(reason) between 1 and 500),
    plan jsonb not null check (jsonb_typeof(plan) = 'object'),
    plan_hash bytea not null check (length(plan_hash) = 32),
    planned_by uuid references staff (id),
    planned_at timestamptz not null,
    approved_by uuid references staff (id),
    approved_at timestamptz,
    -- What is done next, once it is running.
    step text not null default 'collect' check (step in ('collect', 'overwrite', 'scan', 'key', 'certify', 'end')),
    -- What the scan looks for, sealed under the customer's key; gone with the key.
    identifiers bytea,
    overwritten jsonb,
    scan jsonb,
    books_before jsonb,
    books_after jsonb,
    certificate jsonb,
    stopped_because text check (length(stopped_because) <= 500),
    finished_at timestamptz,
    constraint erasures_by_two check (
        (approved_by is null) = (approved_at is null) and (approved_by is null or approved_by <> planned_by)
        and (state in ('planned', 'withdrawn') or approved_by is not null or planned_by is null)),
    constraint erasures_reasoned check ((reason is null) = (planned_by is null)),
    constraint erasures_done check ((state = 'done') = (certificate is not null) and (state = 'done') = (step = 'end')),
    constraint erasures_nothing_left check (state <> 'done' or identifiers is null)
);

create unique index erasures_one_open on erasures (customer_id) where state not in ('withdrawn', 'stopped', 'done');
create index erasures_by_customer on erasures (customer_id, planned_at desc);

-- What was planned is what is done, and it only goes forward.
create function guard_erasure() returns trigger language plpgsql as $$
begin
    if (new.id, new.customer_id, new.plan_hash, new.planned_by, new.planned_at)
        is distinct from (old.id, old.customer_id, old.plan_hash, old.planned_by, old.planned_at)
        or new.plan <> old.plan then
        raise exception 'a plan is not changed; erasure %', old.id using errcode = 'insufficient_privilege';
    end if;
    if old.state in ('withdrawn', 'stopped', 'done')
            and (to_jsonb(new) - array['reason', 'stopped_because']) <> (to_jsonb(old) - array['reason', 'stopped_because'])
        or new.state <> old.state and (old.state, new.state) not in (
            ('planned', 'withdrawn'), ('planned', 'approved'), ('planned', 'running'), ('approved', 'running'),
            ('approved', 'stopped'), ('running', 'found'), ('found', 'running'), ('running', 'done')) then
        raise exception 'erasure % does not go from % to %', old.id, old.state, new.state
            using errcode = 'check_violation', constraint = 'erasures_transition';
    end if;
    return new;
end $$;

create trigger erasures_guarded before update on erasures for each row execute function guard_erasure();
create trigger erasures_stay before delete or truncate on erasures for each statement execute function refuse_change();
create trigger legal_holds_stay before delete or truncate on legal_holds for each statement execute function refuse_change();

create function is_erasing(customer uuid) returns boolean language sql stable
return exists (select from erasures where customer_id = customer and state = 'running');

-- Nobody writes about who was erased, an import included: that would bring them back.
create function guard_erased_customer() returns trigger language plpgsql as $$
begin
    if old.erased_at is not null and not is_erasing(old.id) or new.erased_at is null and old.erased_at is not null then
        raise exception 'customer % was erased', old.id using errcode = 'check_violation', constraint = 'customers_erased';
    end if;
    return new;
end $$;
create trigger customers_erased before update on customers for each row execute function guard_erased_customer();

create function guard_of_erased() returns trigger language plpgsql as $$
begin
    if exists (select from customers where id = new.customer_id and erased_at is not null) and not is_erasing(new.customer_id) then
        raise exception 'customer % was erased', new.customer_id using errcode = 'check_violation', constraint = 'customers_erased';
    end if;
    return new;
end $$;
create trigger addresses_of_erased before insert or update on addresses for each row execute function guard_of_erased();
create trigger contacts_of_erased before insert or update on contacts for each row execute function guard_of_erased();
create trigger flags_of_erased before insert or update of reason, notes, removal_reason on flags for each row execute function guard_of_erased();
create trigger notes_of_erased before insert or update on notes for each row execute function guard_of_erased();
create trigger bookings_of_erased
    before insert or update of contact_name, contact_email, contact_phone, pickup, dropoff, items, cancellation_reason on bookings
    for each row execute function guard_of_erased();
create trigger tickets_of_erased before insert or update of description, email, phone, attachments on tickets for each row execute function guard_of_erased();
create trigger mails_of_erased before insert on mails for each row execute function guard_of_erased();

-- Text may go from what is otherwise written once, while its customer is being erased.
create or replace function guard_approval() returns trigger language plpgsql as $$
begin
    if is_erasing(old.customer_id)
        and (to_jsonb(new) - array['request', 'word']) = (to_jsonb(old) - array['request', 'word']) then
        return new;
    end if;
    if old.state <> 'pending' or (to_jsonb(new) - array['state', 'decided_by', 'decided_at', 'word'])
        is distinct from (to_jsonb(old) - array['state', 'decided_by', 'decided_at', 'word']) then
        raise exception 'a request is not changed, and decided once; approval %', old.id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create or replace function guard_credit() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.used := 0;
    -- A generated column is not made yet when this runs.
    elsif is_erasing(old.customer_id) and new.notes is null
        and (to_jsonb(new) - array['notes', 'remaining']) = (to_jsonb(old) - array['notes', 'remaining']) then
        return new;
    elsif (to_jsonb(new) - array['used', 'remaining']) is distinct from (to_jsonb(old) - array['used', 'remaining'])
        or pg_trigger_depth() < 2 then
        raise exception 'credits are written once and used through credit_uses' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

-- Spent credit stays append-only for everybody; the function below alone takes words out of it, with the owner's rights.
create function refuse_credit_use_changes() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('hub.erasing', true) = 'credit_uses' then
        return null;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
drop trigger credit_uses_append_only on credit_uses;
create trigger credit_uses_append_only before update or delete or truncate on credit_uses
    for each statement execute function refuse_credit_use_changes();
alter table credit_uses enable always trigger credit_uses_append_only;

create function erase_credit_use_notes(customer uuid) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare erased bigint;
begin
    if not is_erasing(customer) then
        raise exception 'customer % is not being erased', customer using errcode = 'insufficient_privilege';
    end if;
    perform set_config('hub.erasing', 'credit_uses', true);
    update credit_uses set notes = null
    where credit_id in (select id from credits where customer_id = customer) and notes is not null;
    get diagnostics erased = row_count;
    perform set_config('hub.erasing', '', true);
    return erased;
end $$;

create or replace function guard_difference() returns trigger language plpgsql as $$
declare
    seen constant text[] := array['last_seen', 'seen_in'];
    closing constant text[] := array['state', 'closed_at', 'outcome', 'word', 'settled_by', 'event_id'];
begin
    -- A difference points to nobody: what is erased from its word was found by what it says.
    if (to_jsonb(new) - 'word') = (to_jsonb(old) - 'word') and new.word = 'Erased'
        and exists (select from erasures where state = 'running') then
        return new;
    end if;
    if (to_jsonb(new) - (case old.state when 'settled' then seen else seen || closing end))
        is distinct from (to_jsonb(old) - (case old.state when 'settled' then seen else seen || closing end))
        or old.state = 'gone' and new.state = 'settled' then
        raise exception 'a difference stands as it was found; difference %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

do $$
declare guard record;
begin
    for guard in
        select tgrelid::regclass as at, tgname from pg_trigger
        where not tgisinternal and tgname in ('erasures_guarded', 'erasures_stay',
            'legal_holds_stay', 'customers_erased')
    loop
        execute format('alter table %s enable always trigger %I', guard.at, guard.tgname);
    end loop;
end $$;
