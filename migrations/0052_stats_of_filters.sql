-- What the list is filtered by stands with the statistics, so that figures over a filter are one pass over one narrow table.
-- With defaults: whoever inserts a row without knowing of them still may (decision 0018).
alter table customer_stats
    add column joined_at timestamptz not null default '-infinity', add column verified boolean not null default false;

-- No figure changes: there is nothing to note for the totals.
alter table customer_stats disable trigger customer_stats_totals_update;
update customer_stats s set joined_at = c.created_at, verified = c.email_verified_at is not null
from customers c where c.id = s.customer_id;
alter table customer_stats enable trigger customer_stats_totals_update;

-- A customer whose name alone changed keeps the row of statistics as it is. Still the data is in another state, of which lists must know.
create or replace function follow_customer() returns trigger language plpgsql security definer
    set search_path to 'pg_catalog', 'public', 'pg_temp' as $$
begin
    if tg_op = 'INSERT' then
        insert into customer_stats (customer_id, archived, merged, joined_at, verified)
        select id, archived_at is not null, merged_into is not null, created_at, email_verified_at is not null from new_rows;
    else
        update customer_stats s set archived = n.archived_at is not null, merged = n.merged_into is not null,
            joined_at = n.created_at, verified = n.email_verified_at is not null
        from new_rows n
        where s.customer_id = n.id and (s.archived, s.merged, s.joined_at, s.verified) is distinct from
            (n.archived_at is not null, n.merged_into is not null, n.created_at, n.email_verified_at is not null);
        if not found then
            insert into customer_totals_changes (archived, last_order_on, customers, orders, cancelled_orders, ltv)
            select false, '-infinity', 0, 0, 0, 0 where exists (select from new_rows);
        end if;
    end if;
    return null;
end $$;

create or replace view customer_stats_truth as
    select c.id as customer_id, c.archived_at is not null as archived,
           b.orders, b.completed_orders, b.cancelled_orders, b.last_order_at, p.ltv,
           t.open_tickets, t.urgent_tickets, a.addresses, k.contacts, f.flag_kinds, c.merged_into is not null as merged,
           c.created_at as joined_at, c.email_verified_at is not null as verified
    from customers c,
         lateral stats_of_bookings(c.id) b, lateral stats_of_payments(c.id) p, lateral stats_of_tickets(c.id) t,
         lateral stats_of_addresses(c.id) a, lateral stats_of_contacts(c.id) k, lateral stats_of_flags(c.id) f;
