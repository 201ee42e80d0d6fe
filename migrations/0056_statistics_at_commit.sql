-- Whoever writes many tables of the same customers in one transaction may have their statistics recomputed once, when it commits, instead of
-- after each statement: `set local hub.statistics = 'at commit'`. Exact at every commit either way.
create unlogged table stats_due (
    id bigint primary key generated always as identity,
    -- Whom one statement has touched.
    customers uuid[] not null
);

create or replace function refresh_stats() returns trigger language plpgsql security definer
    set enable_seqscan = off set enable_bitmapscan = off set search_path to 'pg_catalog', 'public', 'pg_temp' as $$
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
    if current_setting('hub.statistics', true) = 'at commit' then
        insert into stats_due (customers) values (touched);
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

-- For all statements of the transaction at once: the first of its rows settles what the others say too.
create function settle_stats() returns trigger language plpgsql security definer
    set enable_seqscan = off set enable_bitmapscan = off set search_path to 'pg_catalog', 'public', 'pg_temp' as $$
declare touched uuid[];
begin
    with due as (delete from stats_due returning customers)
    select array_agg(distinct customer_id) into touched from due, unnest(due.customers) customer_id;
    if touched is null then
        return null;
    end if;
    perform lock_customer_stats(touched);
    update customer_stats s set orders = b.orders, completed_orders = b.completed_orders, cancelled_orders = b.cancelled_orders,
        last_order_at = b.last_order_at, ltv = p.ltv, open_tickets = t.open_tickets, urgent_tickets = t.urgent_tickets,
        addresses = a.addresses, contacts = k.contacts, flag_kinds = f.flag_kinds
    from unnest(touched) one (id), lateral stats_of_bookings(one.id) b, lateral stats_of_payments(one.id) p,
        lateral stats_of_tickets(one.id) t, lateral stats_of_addresses(one.id) a, lateral stats_of_contacts(one.id) k,
        lateral stats_of_flags(one.id) f
    where s.customer_id = one.id;
    return null;
end $$;

create constraint trigger stats_due_settled after insert on stats_due
    deferrable initially deferred for each row execute function settle_stats();

revoke all on function settle_stats() from public;
