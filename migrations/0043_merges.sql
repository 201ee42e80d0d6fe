-- Two records of one person become one, and can become two again (decision 0013). What can move moves to the record that stays; what
-- was written once stays where it happened, and is read with it through `same_person`.
alter table customers add column merged_into uuid references customers (id);
alter table customers add constraint customers_merged_is_archived
    check (merged_into is null or (merged_into <> id and archived_at is not null));
create index customers_merged on customers (merged_into) where merged_into is not null;

-- A customer and everybody who was merged into them: whose events, entries, invoices and mails are theirs.
create function same_person(customer uuid) returns uuid[] language sql stable
begin atomic
    with recursive them (id) as (
        select customer
        union
        select c.id from customers c join them t on c.merged_into = t.id
    )
    select array_agg(id) from them;
end;

-- Who a customer is by now: themselves, or whom they were merged into.
create function person_of(customer uuid) returns uuid language sql stable
begin atomic
    with recursive up (id, merged_into) as (
        select c.id, c.merged_into from customers c where c.id = customer
        union
        select c.id, c.merged_into from customers c join up u on c.id = u.merged_into
    )
    select id from up where merged_into is null;
end;

create table customer_merges (
    id uuid primary key,
    survivor_id uuid not null references customers (id),
    merged_id uuid not null references customers (id),
    reason text not null check (length(reason) between 1 and 500),
    -- The survivor's own details as they were, and as the merge left them. The other's stay in its row.
    before jsonb not null check (jsonb_typeof(before) = 'object'),
    after jsonb not null check (jsonb_typeof(after) = 'object'),
    merged_by uuid not null references staff (id),
    merged_at timestamptz not null,
    event_id uuid not null default current_event(),
    undone_by uuid references staff (id),
    undone_at timestamptz,
    undo_reason text check (length(undo_reason) between 1 and 500),
    undo_event_id uuid,
    constraint customer_merges_event foreign key (event_id) references events (id) deferrable initially deferred,
    constraint customer_merges_undo_event foreign key (undo_event_id) references events (id) deferrable initially deferred,
    constraint customer_merges_of_two check (survivor_id <> merged_id),
    constraint customer_merges_undone check (num_nulls(undone_by, undone_at, undo_reason, undo_event_id) in (0, 4))
);
create unique index customer_merges_one_standing on customer_merges (merged_id) where undone_at is null;
create index customer_merges_by_merged on customer_merges (merged_id, merged_at desc);
create index customer_merges_by_survivor on customer_merges (survivor_id, merged_at desc);

-- The journal: which rows moved, and what of them could not stay as it was.
create table customer_merge_rows (
    merge_id uuid not null references customer_merges (id),
    kind text not null check (kind in (
        'address', 'contact', 'note', 'flag', 'booking', 'payment', 'ticket', 'credit', 'made_contact')),
    row_id uuid not null,
    -- It was the default, or an open flag, and the survivor had one already.
    was text check (was in ('default', 'open')),
    primary key (merge_id, kind, row_id)
);

create trigger customer_merge_rows_append_only before update or delete or truncate on customer_merge_rows
    for each statement execute function refuse_change();
alter table customer_merge_rows enable always trigger customer_merge_rows_append_only;

create or replace function is_erasing(customer uuid) returns boolean language sql stable
return exists (select from erasures where customer_id = person_of(customer) and state = 'running');

-- As before (0038), but for whoever was merged into the one who is erased.
create or replace function check_not_erased(customer uuid, erased boolean) returns void language plpgsql as $$
begin
    if coalesce(current_setting('hub.erases', true), '') <> '' then
        if current_setting('hub.erases', true) = person_of(customer)::text and is_erasing(customer) then
            return;
        end if;
    end if;
    if erased then
        raise exception 'customer % was erased', customer using errcode = 'check_violation', constraint = 'customers_erased';
    end if;
    if is_being_erased(customer) then
        raise exception 'customer % is being erased', customer
            using errcode = 'check_violation', constraint = 'customers_being_erased';
    end if;
end $$;

create function guard_merge() returns trigger language plpgsql as $$
declare
    words constant text[] := array['reason', 'before', 'after', 'undo_reason'];
    undoing constant text[] := array['undone_by', 'undone_at', 'undo_reason', 'undo_event_id'];
begin
    if (to_jsonb(new) - words) = (to_jsonb(old) - words) and (is_erasing(old.survivor_id) or is_erasing(old.merged_id)) then
        return new;
    end if;
    if old.undone_at is not null or (to_jsonb(new) - undoing) <> (to_jsonb(old) - undoing) then
        raise exception 'a merge stands as it was made, and is undone once; merge %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger customer_merges_guarded before update on customer_merges for each row execute function guard_merge();
alter table customer_merges enable always trigger customer_merges_guarded;
create trigger customer_merges_stay before delete or truncate on customer_merges for each statement execute function refuse_change();
alter table customer_merges enable always trigger customer_merges_stay;

-- Whether this very transaction moves what is one customer's to the other.
create function is_merging(of uuid, to_whom uuid) returns boolean language sql stable
return exists (
    select from customer_merges m
    where (m.merged_id, m.survivor_id, m.event_id) = (of, to_whom, current_event()) and m.undone_at is null
    union all
    select from customer_merges m where (m.survivor_id, m.merged_id, m.undo_event_id) = (of, to_whom, current_event()));

-- Nobody becomes merged, stops being it, or is changed while they are, but by a merge.
create function guard_merged_customer() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old.merged_into is null and is_merging(new.id, new.merged_into) and old.erased_at is null
            and exists (select from customers where id = new.merged_into and merged_into is null and erased_at is null) then
            return new;
        elsif new.merged_into is null and is_merging(old.merged_into, old.id) and old.erased_at is null then
            return new;
        elsif new.merged_into = old.merged_into and is_erasing(old.id) then
            return new;
        end if;
    end if;
    raise exception 'customer % is merged, or would be', new.id using errcode = 'check_violation', constraint = 'customers_merged';
end $$;

create trigger customers_merged_update before update on customers for each row
    when (old.merged_into is not null or new.merged_into is not null) execute function guard_merged_customer();
create trigger customers_merged_insert before insert on customers for each row
    when (new.merged_into is not null) execute function guard_merged_customer();
alter table customers enable always trigger customers_merged_update;
alter table customers enable always trigger customers_merged_insert;

-- Nothing is written for who was merged. After the statement, when its foreign key has waited for a merge that ran beside it.
create function guard_rows_of_merged() returns trigger language plpgsql as $$
begin
    if exists (select from new_rows n join customers c on c.id = n.customer_id where c.merged_into is not null) then
        raise exception 'rows of a merged customer in %', tg_table_name using errcode = 'check_violation', constraint = 'customers_merged';
    end if;
    return null;
end $$;

do $$
declare item text;
begin
    foreach item in array array['addresses', 'contacts', 'notes', 'flags', 'bookings', 'payments', 'tickets', 'credits'] loop
        execute format('create trigger %s_of_merged_insert after insert on %1$s referencing new table as new_rows
            for each statement execute function guard_rows_of_merged()', item);
        execute format('create trigger %s_of_merged_update after update on %1$s referencing new table as new_rows
            for each statement execute function guard_rows_of_merged()', item);
    end loop;
    foreach item in array array['approvals', 'data_requests', 'personal_exports', 'erasures', 'legal_holds'] loop
        execute format('create trigger %s_of_merged_insert after insert on %1$s referencing new table as new_rows
            for each statement execute function guard_rows_of_merged()', item);
    end loop;
end $$;

-- Store credit moves with its customer: out of what is owed to the one, into what is owed to the other.
insert into ledger_accounts (name, title, kind) values ('credit_moving', 'Store credit between merged records', 'liability');

alter table transfers drop constraint transfers_kind_check;
alter table transfers add constraint transfers_kind_check check (kind in (
    'payment_captured', 'payment_corrected', 'payment_disputed', 'dispute_ended', 'dispute_lost', 'dispute_loss_reversed',
    'refund_approved', 'refund_succeeded', 'refund_reversed', 'refund_voided',
    'credit_issued', 'credit_spent', 'credit_returned', 'credit_expired', 'credit_withdrawn', 'credit_moved_out', 'credit_moved_in'));
alter table transfers drop constraint transfers_accounts;
alter table transfers add constraint transfers_accounts check (
    (kind, debit, credit) in (
        ('payment_captured', 'provider_clearing', 'bookings_revenue'),
        ('payment_corrected', 'bookings_revenue', 'provider_clearing'),
        ('payment_disputed', 'dispute_holding', 'provider_clearing'),
        ('dispute_ended', 'provider_clearing', 'dispute_holding'),
        ('dispute_lost', 'dispute_losses', 'dispute_holding'),
        ('dispute_loss_reversed', 'dispute_holding', 'dispute_losses'),
        ('refund_approved', 'refunds', 'refunds_payable'),
        ('refund_voided', 'refunds_payable', 'refunds'),
        ('refund_succeeded', 'refunds_payable', 'provider_clearing'),
        ('refund_succeeded', 'refunds_payable', 'customer_credit'),
        ('refund_reversed', 'provider_clearing', 'refunds_payable'),
        ('credit_issued', 'goodwill', 'customer_credit'),
        ('credit_spent', 'customer_credit', 'bookings_revenue'),
        ('credit_returned', 'bookings_revenue', 'customer_credit'),
        ('credit_expired', 'customer_credit', 'breakage'),
        ('credit_withdrawn', 'customer_credit', 'goodwill'),
        ('credit_moved_out', 'customer_credit', 'credit_moving'),
        ('credit_moved_in', 'credit_moving', 'customer_credit')));
alter table transfers drop constraint transfers_name_their_cause;
alter table transfers add constraint transfers_name_their_cause check (
    case
        when kind like 'refund%' then refund_id is not null and payment_id is not null
        when kind in ('credit_issued', 'credit_moved_out', 'credit_moved_in') then credit_id is not null
        when kind like 'credit%' then credit_id is not null and credit_use_id is not null
        else payment_id is not null
    end);

create or replace function guard_credit() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.used := 0;
    -- A generated column is not made yet when this runs.
    elsif is_erasing(old.customer_id) and new.notes is null
        and (to_jsonb(new) - array['notes', 'remaining']) = (to_jsonb(old) - array['notes', 'remaining']) then
        return new;
    elsif new.customer_id <> old.customer_id and is_merging(old.customer_id, new.customer_id)
        and (to_jsonb(new) - array['customer_id', 'remaining']) = (to_jsonb(old) - array['customer_id', 'remaining']) then
        return new;
    elsif (to_jsonb(new) - array['used', 'remaining']) is distinct from (to_jsonb(old) - array['used', 'remaining'])
        or pg_trigger_depth() < 2 then
        raise exception 'credits are written once and used through credit_uses' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create function post_credit_moves() returns trigger language plpgsql as $$
begin
    insert into transfers (at, kind, debit, credit, amount, customer_id, credit_id, event_id)
    select coalesce(m.undone_at, m.merged_at), e.kind, e.debit, e.credit, n.remaining, e.customer_id, n.id, current_event()
    from new_rows n join old_rows o on o.id = n.id and o.customer_id <> n.customer_id
    join customer_merges m on current_event() in (m.event_id, m.undo_event_id)
        and n.customer_id in (m.survivor_id, m.merged_id) and o.customer_id in (m.survivor_id, m.merged_id)
    cross join lateral (values
        (1, 'credit_moved_out', 'customer_credit', 'credit_moving', o.customer_id),
        (2, 'credit_moved_in', 'credit_moving', 'customer_credit', n.customer_id)
    ) e (step, kind, debit, credit, customer_id)
    where n.remaining > 0 order by n.id, e.step;
    return null;
end $$;

create trigger credits_moved after update on credits referencing old table as old_rows new table as new_rows
    for each statement execute function post_credit_moves();
alter table credits enable always trigger credits_moved;

-- Figures: who was merged has none of their own, and counts nowhere.
alter table customer_stats add column merged boolean not null default false;

create or replace function follow_customer() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into customer_stats (customer_id, archived, merged)
        select id, archived_at is not null, merged_into is not null from new_rows;
    else
        update customer_stats s set archived = n.archived_at is not null, merged = n.merged_into is not null
        from new_rows n where s.customer_id = n.id;
    end if;
    return null;
end $$;

create or replace function note_customer_totals() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into customer_totals_changes (archived, last_order_on, customers, orders, cancelled_orders, ltv)
        select archived, london_day(last_order_at), count(*), sum(orders), sum(cancelled_orders), sum(ltv)
        from new_rows where not merged group by 1, 2;
    else
        insert into customer_totals_changes (archived, last_order_on, customers, orders, cancelled_orders, ltv)
        select archived, last_order_on, sum(sign), sum(sign * orders), sum(sign * cancelled_orders), sum(sign * ltv)
        from (
            select 1 as sign, archived, london_day(last_order_at) as last_order_on, orders, cancelled_orders, ltv
            from new_rows where not merged
            union all
            select -1, archived, london_day(last_order_at), orders, cancelled_orders, ltv from old_rows where not merged
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

create or replace view customer_stats_truth as
    select c.id as customer_id, c.archived_at is not null as archived,
           b.orders, b.completed_orders, b.cancelled_orders, b.last_order_at, p.ltv,
           t.open_tickets, t.urgent_tickets, a.addresses, k.contacts, f.flag_kinds, c.merged_into is not null as merged
    from customers c,
         lateral stats_of_bookings(c.id) b, lateral stats_of_payments(c.id) p, lateral stats_of_tickets(c.id) t,
         lateral stats_of_addresses(c.id) a, lateral stats_of_contacts(c.id) k, lateral stats_of_flags(c.id) f;

-- Moves everything. `leftovers`: the e-mail address or number that was not chosen, as a contact each.
create function merge_rows(merge uuid, leftovers jsonb) returns void language plpgsql as $$
declare m customer_merges;
begin
    select * into strict m from customer_merges where id = merge;
    insert into customer_merge_rows (merge_id, kind, row_id, was)
    select m.id, 'address', a.id, case when a.is_default and a.removed_at is null and exists (
            select from addresses s where s.customer_id = m.survivor_id and s.is_default and s.removed_at is null) then 'default' end
    from addresses a where a.customer_id = m.merged_id
    union all
    select m.id, 'contact', k.id, case when k.is_default and k.removed_at is null and exists (
            select from contacts s where s.customer_id = m.survivor_id and s.is_default and s.removed_at is null) then 'default' end
    from contacts k where k.customer_id = m.merged_id
    union all
    select m.id, 'flag', f.id, case when f.removed_at is null and exists (
            select from flags s where s.customer_id = m.survivor_id and s.kind = f.kind and s.removed_at is null) then 'open' end
    from flags f where f.customer_id = m.merged_id
    union all
    select m.id, 'note', id, null from notes where customer_id = m.merged_id
    union all
    select m.id, 'booking', id, null from bookings where customer_id = m.merged_id
    union all
    select m.id, 'payment', id, null from payments where customer_id = m.merged_id
    union all
    select m.id, 'ticket', id, null from tickets where customer_id = m.merged_id
    union all
    select m.id, 'credit', id, null from credits where customer_id = m.merged_id;

    update addresses a set customer_id = m.survivor_id, is_default = a.is_default and j.was is null
    from customer_merge_rows j where j.merge_id = m.id and j.kind = 'address' and j.row_id = a.id;
    update contacts k set customer_id = m.survivor_id, is_default = k.is_default and j.was is null
    from customer_merge_rows j where j.merge_id = m.id and j.kind = 'contact' and j.row_id = k.id;
    update flags f set customer_id = m.survivor_id,
        removed_at = case j.was when 'open' then m.merged_at else f.removed_at end,
        removed_by = case j.was when 'open' then m.merged_by else f.removed_by end,
        removal_reason = case j.was when 'open' then 'Merged: the other record has a flag of this kind.' else f.removal_reason end
    from customer_merge_rows j where j.merge_id = m.id and j.kind = 'flag' and j.row_id = f.id;
    update notes set customer_id = m.survivor_id where customer_id = m.merged_id;
    update bookings set customer_id = m.survivor_id where customer_id = m.merged_id;
    update payments set customer_id = m.survivor_id where customer_id = m.merged_id;
    update tickets set customer_id = m.survivor_id where customer_id = m.merged_id;
    update credits set customer_id = m.survivor_id where customer_id = m.merged_id;

    -- First the one that leaves, whose e-mail address the other may take over.
    update customers set merged_into = m.survivor_id, archived_at = m.merged_at, updated_at = m.merged_at, version = version + 1
    where id = m.merged_id;
    update customers set
        name = m.after ->> 'name', email = m.after ->> 'email', email_verified_at = (m.after ->> 'emailVerifiedAt')::timestamptz,
        phone = m.after ->> 'phone', phone_e164 = m.after ->> 'phoneE164', updated_at = m.merged_at, version = version + 1
    where id = m.survivor_id;

    with made as (
        insert into contacts (id, customer_id, label, name, email, phone, phone_e164, is_default, created_at, updated_at)
        select l.id, m.survivor_id, 'Before the merge', l.name, l.email, l.phone, l."phoneE164", false, m.merged_at, m.merged_at
        from jsonb_to_recordset(leftovers) l (id uuid, name text, email text, phone text, "phoneE164" text)
        returning id
    )
    insert into customer_merge_rows (merge_id, kind, row_id) select m.id, 'made_contact', id from made;
end $$;

-- Moves it back: what moved, what belongs to a booking that moved, and what came of its refunds. What else came since stays.
create function unmerge_rows(merge uuid) returns void language plpgsql as $$
declare m customer_merges;
begin
    select * into strict m from customer_merges where id = merge;
    -- First the one that stays, whose e-mail address may have been the other's. What was changed since is kept.
    update customers s set
        name = case when m.before ->> 'name' <> m.after ->> 'name' and s.name = m.after ->> 'name'
            then m.before ->> 'name' else s.name end,
        email = case when e.back then m.before ->> 'email' else s.email end,
        email_verified_at = case when e.back then (m.before ->> 'emailVerifiedAt')::timestamptz else s.email_verified_at end,
        phone = case when p.back then m.before ->> 'phone' else s.phone end,
        phone_e164 = case when p.back then m.before ->> 'phoneE164' else s.phone_e164 end,
        updated_at = m.undone_at, version = s.version + 1
    from customers c,
        lateral (select m.before ->> 'email' is distinct from m.after ->> 'email'
            and c.email is not distinct from m.after ->> 'email') e (back),
        lateral (select m.before ->> 'phone' is distinct from m.after ->> 'phone'
            and c.phone is not distinct from m.after ->> 'phone') p (back)
    where c.id = m.survivor_id and s.id = c.id;
    update customers set merged_into = null, archived_at = null, updated_at = m.undone_at, version = version + 1
    where id = m.merged_id;

    update contacts set removed_at = m.undone_at, is_default = false, updated_at = m.undone_at, version = version + 1
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'made_contact')
        and version = 1 and removed_at is null;
    update addresses set customer_id = m.merged_id
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'address');
    update addresses set is_default = true
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'address' and was = 'default')
        and removed_at is null
        and not exists (select from addresses o where o.customer_id = m.merged_id and o.is_default and o.removed_at is null);
    update contacts set customer_id = m.merged_id
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'contact');
    update contacts set is_default = true
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'contact' and was = 'default')
        and removed_at is null
        and not exists (select from contacts o where o.customer_id = m.merged_id and o.is_default and o.removed_at is null);
    update flags f set customer_id = m.merged_id,
        removed_at = case j.was when 'open' then null else f.removed_at end,
        removed_by = case j.was when 'open' then null else f.removed_by end,
        removal_reason = case j.was when 'open' then null else f.removal_reason end
    from customer_merge_rows j where j.merge_id = m.id and j.kind = 'flag' and j.row_id = f.id;
    update notes set customer_id = m.merged_id
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'note');
    update tickets set customer_id = m.merged_id
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'ticket');
    update bookings set customer_id = m.merged_id
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'booking');
    update payments set customer_id = m.merged_id where id = any (payments_of_merge(m.id)) and customer_id <> m.merged_id;
    update credits set customer_id = m.merged_id where id = any (credits_of_merge(m.id)) and customer_id <> m.merged_id;
end $$;

-- Payments that go with the bookings of a merge, and credits that go with it, by now.
create function payments_of_merge(merge uuid) returns uuid[] language sql stable
return array(
    select row_id from customer_merge_rows where merge_id = merge and kind = 'payment'
    union
    select p.id from customer_merge_rows j join payments p on p.booking_id = j.row_id where j.merge_id = merge and j.kind = 'booking');

create function credits_of_merge(merge uuid) returns uuid[] language sql stable
return array(
    select row_id from customer_merge_rows where merge_id = merge and kind = 'credit'
    union
    select k.id from refunds r join credits k on k.refund_id = r.id where r.payment_id = any (payments_of_merge(merge)));

-- Everybody whom merges, undone ones too, have ever brought together: an invoice stays with whom it was issued to.
create function ever_one(customer uuid) returns uuid[] language sql stable
begin atomic
    with recursive them (id) as (
        select customer
        union
        select case when m.survivor_id = t.id then m.merged_id else m.survivor_id end
        from them t join customer_merges m on t.id in (m.survivor_id, m.merged_id)
    )
    select array_agg(id) from them;
end;
