-- Totals over all customers by archived or not and the day of the last order, so that the unfiltered figures cost the same at any size.
-- Writers only append differences (no row everybody would wait for); `fold_customer_totals` sums them into the base.
-- The set of unfolded differences, with the number of folds, also tells exactly which state of the list a reader sees:
-- every statement that changes a customer or its statistics leaves one, zeros included.
create table customer_totals (
    archived boolean not null,
    last_order_on date not null,
    customers bigint not null,
    orders bigint not null,
    cancelled_orders bigint not null,
    ltv numeric not null,
    primary key (archived, last_order_on)
);

create table customer_totals_changes (
    id bigint generated always as identity primary key,
    archived boolean not null,
    last_order_on date not null,
    customers bigint not null,
    orders bigint not null,
    cancelled_orders bigint not null,
    ltv numeric not null
);

create table customer_totals_folds (
    only_row boolean primary key default true check (only_row),
    folds bigint not null
);
insert into customer_totals_folds (folds) values (0);

create function note_customer_totals() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into customer_totals_changes (archived, last_order_on, customers, orders, cancelled_orders, ltv)
        select archived, london_day(last_order_at), count(*), sum(orders), sum(cancelled_orders), sum(ltv)
        from new_rows group by 1, 2;
    else
        insert into customer_totals_changes (archived, last_order_on, customers, orders, cancelled_orders, ltv)
        select archived, last_order_on, sum(sign), sum(sign * orders), sum(sign * cancelled_orders), sum(sign * ltv)
        from (
            select 1 as sign, archived, london_day(last_order_at) as last_order_on, orders, cancelled_orders, ltv from new_rows
            union all
            select -1, archived, london_day(last_order_at), orders, cancelled_orders, ltv from old_rows
        ) both_sides
        group by 1, 2
        having sum(sign) <> 0 or sum(sign * orders) <> 0 or sum(sign * cancelled_orders) <> 0 or sum(sign * ltv) <> 0;
        if not found then
            insert into customer_totals_changes (archived, last_order_on, customers, orders, cancelled_orders, ltv)
            select false, '-infinity', 0, 0, 0, 0 where exists (select from new_rows);
        end if;
    end if;
    return null;
end $$;

create trigger customer_stats_totals_insert after insert on customer_stats referencing new table as new_rows
    for each statement execute function note_customer_totals();
create trigger customer_stats_totals_update after update on customer_stats referencing old table as old_rows new table as new_rows
    for each statement execute function note_customer_totals();

-- Returns how many differences were folded. Safe at any time, by several at once: each difference is deleted by exactly one.
create function fold_customer_totals() returns bigint language plpgsql as $$
declare folded bigint;
begin
    update customer_totals_folds set folds = folds + 1;
    with gone as (
        delete from customer_totals_changes returning *
    ), summed as (
        insert into customer_totals as t (archived, last_order_on, customers, orders, cancelled_orders, ltv)
        select archived, last_order_on, sum(customers), sum(orders), sum(cancelled_orders), sum(ltv)
        from gone group by archived, last_order_on
        on conflict (archived, last_order_on) do update set
            customers = t.customers + excluded.customers, orders = t.orders + excluded.orders,
            cancelled_orders = t.cancelled_orders + excluded.cancelled_orders, ltv = t.ltv + excluded.ltv
    )
    select count(*) into folded from gone;
    return folded;
end $$;
