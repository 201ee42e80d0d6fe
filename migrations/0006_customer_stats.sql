-- Statistics per customer, exact at every commit, whoever writes: statement-level triggers on the tables they are drawn from
-- recompute them for the customers a statement touched. Each statistic is defined once, in the stats_of_* functions;
-- `hub verify` compares the kept figures with the same functions run afresh. They return sets so that the planner can
-- inline them: a function that returns one row is planned anew for every customer.
create table customer_stats (
    customer_id uuid primary key references customers (id),
    archived boolean not null default false,
    -- Orders are bookings that were placed: every status but DRAFT.
    orders integer not null default 0,
    completed_orders integer not null default 0,
    cancelled_orders integer not null default 0,
    last_order_at timestamptz not null default '-infinity',
    -- Lifetime value in pence: captured minus refunded, over all time.
    ltv bigint not null default 0,
    open_tickets integer not null default 0,
    urgent_tickets integer not null default 0,
    addresses integer not null default 0,
    contacts integer not null default 0,
    flag_kinds text[] not null default '{}'
) with (fillfactor = 80);

create index customer_stats_by_ltv on customer_stats (ltv desc, customer_id desc) where not archived;
create index customer_stats_by_orders on customer_stats (orders desc, customer_id desc) where not archived;
create index customer_stats_by_last_order on customer_stats (last_order_at desc, customer_id desc) where not archived;
create index customer_stats_with_open_tickets on customer_stats (customer_id) where open_tickets > 0 and not archived;
create index customer_stats_flagged on customer_stats (customer_id) where flag_kinds <> '{}' and not archived;

-- The day of an instant where the company works. Statuses and totals go by London days.
create function london_day(instant timestamptz) returns date
language sql immutable parallel safe strict
return (instant at time zone 'Europe/London')::date;

create function stats_of_bookings(customer uuid)
returns table (orders integer, completed_orders integer, cancelled_orders integer, last_order_at timestamptz)
language sql stable
begin atomic
    select count(*)::integer,
           (count(*) filter (where b.status = 'COMPLETED'))::integer,
           (count(*) filter (where b.status = 'CANCELLED'))::integer,
           coalesce(max(b.created_at), '-infinity')
    from bookings b where b.customer_id = customer and b.status <> 'DRAFT';
end;

create function stats_of_payments(customer uuid) returns table (ltv bigint)
language sql stable
begin atomic
    select coalesce(sum(p.captured - p.refunded), 0)::bigint from payments p where p.customer_id = customer;
end;

create function stats_of_tickets(customer uuid) returns table (open_tickets integer, urgent_tickets integer)
language sql stable
begin atomic
    select count(*)::integer, (count(*) filter (where t.priority = 'URGENT'))::integer
    from tickets t where t.customer_id = customer and t.status in ('OPEN', 'IN_PROGRESS');
end;

create function stats_of_addresses(customer uuid) returns table (addresses integer)
language sql stable
begin atomic
    select count(*)::integer from addresses a where a.customer_id = customer and a.removed_at is null;
end;

create function stats_of_contacts(customer uuid) returns table (contacts integer)
language sql stable
begin atomic
    select count(*)::integer from contacts k where k.customer_id = customer and k.removed_at is null;
end;

create function stats_of_flags(customer uuid) returns table (flag_kinds text[])
language sql stable
begin atomic
    select coalesce(array_agg(f.kind order by f.kind), '{}') from flags f
    where f.customer_id = customer and f.removed_at is null;
end;

-- The rows are locked first, in order, and read afresh afterwards: two writers on one customer can neither deadlock nor overlook each other.
create function lock_customer_stats(customers uuid[]) returns void language plpgsql as $$
begin
    perform 1 from customer_stats where customer_id = any (customers) order by customer_id for update;
end $$;

-- Only plain index scans, because a bulk load fills tables the planner still believes to be empty.
create function refresh_stats() returns trigger language plpgsql
set enable_seqscan = off set enable_bitmapscan = off as $$
declare touched uuid[];
begin
    if tg_op = 'INSERT' then
        select array_agg(distinct customer_id) into touched from new_rows;
    elsif tg_op = 'DELETE' then
        select array_agg(distinct customer_id) into touched from old_rows;
    else
        select array_agg(distinct customer_id) into touched
        from (select customer_id from old_rows union all select customer_id from new_rows) both_sides;
    end if;
    if touched is null then
        return null;
    end if;
    perform lock_customer_stats(touched);
    case tg_argv[0]
    when 'bookings' then
        update customer_stats s set orders = f.orders, completed_orders = f.completed_orders,
            cancelled_orders = f.cancelled_orders, last_order_at = f.last_order_at
        from unnest(touched) t (id), lateral stats_of_bookings(t.id) f where s.customer_id = t.id;
    when 'payments' then
        update customer_stats s set ltv = f.ltv
        from unnest(touched) t (id), lateral stats_of_payments(t.id) f where s.customer_id = t.id;
    when 'tickets' then
        update customer_stats s set open_tickets = f.open_tickets, urgent_tickets = f.urgent_tickets
        from unnest(touched) t (id), lateral stats_of_tickets(t.id) f where s.customer_id = t.id;
    when 'addresses' then
        update customer_stats s set addresses = f.addresses
        from unnest(touched) t (id), lateral stats_of_addresses(t.id) f where s.customer_id = t.id;
    when 'contacts' then
        update customer_stats s set contacts = f.contacts
        from unnest(touched) t (id), lateral stats_of_contacts(t.id) f where s.customer_id = t.id;
    when 'flags' then
        update customer_stats s set flag_kinds = f.flag_kinds
        from unnest(touched) t (id), lateral stats_of_flags(t.id) f where s.customer_id = t.id;
    end case;
    return null;
end $$;

do $$
declare source text;
begin
    foreach source in array array['bookings', 'payments', 'tickets', 'addresses', 'contacts', 'flags'] loop
        execute format('create trigger %1$s_stats_insert after insert on %1$I referencing new table as new_rows
            for each statement execute function refresh_stats(%1$L)', source);
        execute format('create trigger %1$s_stats_update after update on %1$I referencing old table as old_rows new table as new_rows
            for each statement execute function refresh_stats(%1$L)', source);
        execute format('create trigger %1$s_stats_delete after delete on %1$I referencing old table as old_rows
            for each statement execute function refresh_stats(%1$L)', source);
    end loop;
end $$;

-- A customer has its statistics row from the first moment; archiving is mirrored so that sorted indexes can leave archived ones out.
create function follow_customer() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into customer_stats (customer_id, archived) select id, archived_at is not null from new_rows;
    else
        update customer_stats s set archived = n.archived_at is not null from new_rows n where s.customer_id = n.id;
    end if;
    return null;
end $$;

create trigger customers_stats_insert after insert on customers referencing new table as new_rows
    for each statement execute function follow_customer();
create trigger customers_stats_update after update on customers referencing new table as new_rows
    for each statement execute function follow_customer();

-- What `hub verify` compares with: the same definitions, computed from the source tables.
create view customer_stats_truth as
    select c.id as customer_id, c.archived_at is not null as archived,
           b.orders, b.completed_orders, b.cancelled_orders, b.last_order_at, p.ltv,
           t.open_tickets, t.urgent_tickets, a.addresses, k.contacts, f.flag_kinds
    from customers c, stats_of_bookings(c.id) b, stats_of_payments(c.id) p, stats_of_tickets(c.id) t,
         stats_of_addresses(c.id) a, stats_of_contacts(c.id) k, stats_of_flags(c.id) f;
