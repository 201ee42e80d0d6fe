-- Store credit that was spent on a booking comes back when the booking is cancelled: the opposite of the use, once, on the credit it
-- came from.
alter table credit_uses add column returns_use_id uuid
    constraint credit_uses_returned_once unique references credit_uses (id);
alter table credit_uses drop constraint credit_uses_kind_check;
alter table credit_uses add constraint credit_uses_kind_check check (kind in ('spent', 'expired', 'withdrawn', 'returned'));
alter table credit_uses drop constraint credit_uses_spent_on_a_booking;
alter table credit_uses add constraint credit_uses_spent_on_a_booking check ((kind in ('spent', 'returned')) = (booking_id is not null));
alter table credit_uses add constraint credit_uses_returns_a_use check ((kind = 'returned') = (returns_use_id is not null));

create index credit_uses_spent on credit_uses (booking_id) where kind = 'spent';

create function guard_credit_use() returns trigger language plpgsql as $$
begin
    if new.kind = 'returned' and not exists (
        select from credit_uses u join bookings b on b.id = u.booking_id
        where u.id = new.returns_use_id and u.kind = 'spent' and b.status = 'CANCELLED'
          and (u.credit_id, u.amount, u.booking_id) = (new.credit_id, new.amount, new.booking_id)) then
        raise exception 'only what was spent on a cancelled booking comes back, as it was spent'
            using errcode = 'check_violation', constraint = 'credit_uses_returned_as_spent';
    end if;
    return new;
end $$;

create trigger credit_uses_guarded before insert on credit_uses for each row execute function guard_credit_use();
alter table credit_uses enable always trigger credit_uses_guarded;

alter table transfers drop constraint transfers_kind_check;
alter table transfers add constraint transfers_kind_check check (kind in (
    'payment_captured', 'payment_corrected', 'payment_disputed', 'dispute_ended', 'dispute_lost', 'dispute_loss_reversed',
    'refund_approved', 'refund_succeeded', 'refund_reversed', 'refund_voided',
    'credit_issued', 'credit_spent', 'credit_returned', 'credit_expired', 'credit_withdrawn'));
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
        ('credit_withdrawn', 'customer_credit', 'goodwill')));

create or replace function post_credit_uses() returns trigger language plpgsql as $$
begin
    update credits c set used = c.used + d.amount
    from (
        select credit_id, sum(case kind when 'returned' then -amount else amount end)::bigint as amount
        from new_rows group by credit_id
    ) d where c.id = d.credit_id;
    insert into transfers (at, kind, debit, credit, amount, customer_id, credit_id, credit_use_id, event_id)
    select n.created_at, 'credit_' || n.kind,
           case n.kind when 'returned' then 'bookings_revenue' else 'customer_credit' end,
           case n.kind when 'spent' then 'bookings_revenue' when 'expired' then 'breakage' when 'returned' then 'customer_credit'
               else 'goodwill' end,
           n.amount, c.customer_id, c.id, n.id, current_event()
    from new_rows n join credits c on c.id = n.credit_id;
    return null;
end $$;
