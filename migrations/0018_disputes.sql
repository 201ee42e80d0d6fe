-- Money that a customer's bank asks back: what Stripe shows of it. Opened, the sum stands in the account of disputed payments;
-- won, it comes back; lost, it is gone, from what we earned. An inquiry (`warning_…`) holds nothing. Nobody here decides:
-- Stripe is asked, and the triggers below keep payments and books.
insert into ledger_accounts (name, title, kind) values ('dispute_losses', 'Lost disputes', 'contra_income');

-- inquiry: asked about, nothing held. open: held. over: it stays with us, or came back. lost: gone.
create table dispute_states (
    name text primary key,
    class text not null check (class in ('inquiry', 'open', 'over', 'lost'))
);
insert into dispute_states (name, class) values
    ('warning_needs_response', 'inquiry'), ('warning_under_review', 'inquiry'), ('warning_closed', 'over'),
    ('needs_response', 'open'), ('under_review', 'open'), ('won', 'over'), ('lost', 'lost');

-- What Stripe says counts, unless it is older than what it said before. An end is taken up again only by the bank's next word.
create table dispute_transitions (
    before text not null references dispute_states (name),
    after text not null references dispute_states (name),
    primary key (before, after)
);
insert into dispute_transitions (before, after) values
    ('warning_needs_response', 'warning_under_review'), ('warning_needs_response', 'warning_closed'),
    ('warning_needs_response', 'needs_response'), ('warning_needs_response', 'under_review'),
    ('warning_needs_response', 'won'), ('warning_needs_response', 'lost'),
    ('warning_under_review', 'warning_closed'), ('warning_under_review', 'needs_response'),
    ('warning_under_review', 'under_review'), ('warning_under_review', 'won'), ('warning_under_review', 'lost'),
    ('needs_response', 'under_review'), ('needs_response', 'won'), ('needs_response', 'lost'),
    ('under_review', 'won'), ('under_review', 'lost'),
    ('won', 'lost'), ('lost', 'won');

create table disputes (
    id uuid primary key,
    payment_id uuid not null references payments (id),
    provider text not null check (provider in ('stripe')),
    -- The provider's name for it.
    provider_dispute_id text not null constraint disputes_once unique check (length(provider_dispute_id) between 1 and 200),
    amount bigint not null check (amount > 0),
    -- What of the payment it holds back or took: no more than what had not gone back before. Kept by the guard.
    held bigint not null default 0 check (held between 0 and amount),
    -- In the provider's word.
    reason text not null check (length(reason) between 1 and 100),
    status text not null references dispute_states (name),
    -- Until when it can be answered.
    evidence_due_by timestamptz,
    -- When the bank began it.
    opened_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create index disputes_by_payment on disputes (payment_id);
create index disputes_by_time on disputes (opened_at desc, id desc);
create index disputes_living on disputes (evidence_due_by, id) where status not in ('warning_closed', 'won', 'lost');

create function guard_dispute() returns trigger language plpgsql as $$
declare
    free bigint;
    stands text;
begin
    if tg_op = 'UPDATE' then
        if (new.id, new.payment_id, new.provider, new.provider_dispute_id, new.opened_at, new.created_at) is distinct from
           (old.id, old.payment_id, old.provider, old.provider_dispute_id, old.opened_at, old.created_at) then
            raise exception 'what a dispute is does not change; dispute %', old.id using errcode = 'insufficient_privilege';
        end if;
        if new.status <> old.status
            and not exists (select from dispute_transitions where before = old.status and after = new.status) then
            raise exception 'dispute % does not go from % to %', old.id, old.status, new.status
                using errcode = 'check_violation', constraint = 'disputes_transition';
        end if;
    end if;
    select captured - refunded - reserved - disputed into strict free from payments where id = new.payment_id for update;
    select class into strict stands from dispute_states where name = new.status;
    if tg_op = 'UPDATE' then
        free := free + old.held;
    end if;
    new.held := case when stands in ('open', 'lost') then least(new.amount, greatest(free, 0)) else 0 end;
    return new;
end $$;

create trigger disputes_guarded before insert or update on disputes for each row execute function guard_dispute();
create trigger disputes_stay before delete or truncate on disputes for each statement execute function refuse_change();

alter table transfers drop constraint transfers_kind_check;
alter table transfers add constraint transfers_kind_check check (kind in (
    'payment_captured', 'payment_corrected', 'payment_disputed', 'dispute_ended', 'dispute_lost', 'dispute_loss_reversed',
    'refund_approved', 'refund_succeeded', 'refund_reversed', 'refund_voided',
    'credit_issued', 'credit_spent', 'credit_expired', 'credit_withdrawn'));
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
        ('credit_expired', 'customer_credit', 'breakage'),
        ('credit_withdrawn', 'customer_credit', 'goodwill')));

-- What the state of a dispute says of its payment and of the books. What is lost stays counted as disputed: it cannot go back
-- a second time.
create function post_disputes() returns trigger language plpgsql as $$
declare
    held_before bigint := 0;
    lost_before bigint := 0;
    lost bigint := case when new.status = 'lost' then new.held else 0 end;
begin
    if tg_op = 'UPDATE' then
        held_before := old.held;
        lost_before := case when old.status = 'lost' then old.held else 0 end;
    end if;
    if new.held <> held_before then
        update payments set disputed = disputed + new.held - held_before where id = new.payment_id;
    end if;
    insert into transfers (at, kind, debit, credit, amount, currency, customer_id, payment_id, event_id)
    select new.updated_at, e.kind, e.debit, e.credit, e.amount, p.currency, p.customer_id, p.id, current_event()
    from payments p cross join lateral (values
        (1, 'dispute_loss_reversed', 'dispute_holding', 'dispute_losses', lost_before - lost),
        (2, 'dispute_ended', 'provider_clearing', 'dispute_holding', held_before - new.held),
        (3, 'payment_disputed', 'dispute_holding', 'provider_clearing', new.held - held_before),
        (4, 'dispute_lost', 'dispute_losses', 'dispute_holding', lost - lost_before)
    ) e (step, kind, debit, credit, amount)
    where p.id = new.payment_id and e.amount > 0 order by e.step;
    return null;
end $$;

create trigger disputes_posted after insert or update on disputes for each row execute function post_disputes();

-- What is disputed follows from the disputes only, as what went back follows from the refunds.
create or replace function guard_payment() returns trigger language plpgsql as $$
begin
    if new.id <> old.id or new.currency <> old.currency then
        raise exception 'what a payment is does not change; payment %', old.id using errcode = 'insufficient_privilege';
    end if;
    if (new.refunded, new.reserved, new.disputed) is distinct from (old.refunded, old.reserved, old.disputed)
        and pg_trigger_depth() < 2 then
        raise exception 'what is refunded, reserved and disputed follows from refunds and disputes; payment %', old.id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create or replace function post_payments() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into transfers (at, kind, debit, credit, amount, currency, customer_id, payment_id, event_id)
        select coalesce(captured_at, created_at), 'payment_captured', 'provider_clearing', 'bookings_revenue', captured,
               currency, customer_id, id, current_event()
        from new_rows where captured > 0;
    else
        insert into transfers (at, kind, debit, credit, amount, currency, customer_id, payment_id, event_id)
        select n.updated_at,
               case when n.captured > o.captured then 'payment_captured' else 'payment_corrected' end,
               case when n.captured > o.captured then 'provider_clearing' else 'bookings_revenue' end,
               case when n.captured > o.captured then 'bookings_revenue' else 'provider_clearing' end,
               abs(n.captured - o.captured), n.currency, n.customer_id, n.id, current_event()
        from new_rows n join old_rows o on o.id = n.id where n.captured <> o.captured;
    end if;
    return null;
end $$;

-- A dispute that came while a refund was on its way holds what was left; when the refund comes to nothing, it holds that too,
-- before anybody can send it back another way.
create function hold_for_disputes() returns trigger language plpgsql as $$
begin
    update disputes set updated_at = n.updated_at from (
        select distinct on (d.payment_id) d.id, coalesce(r.processed_at, r.updated_at, r.created_at) as updated_at
        from new_rows r join old_rows o on o.id = r.id and o.status <> r.status
        join refund_states s on s.name = r.status and s.class = 'void'
        join disputes d on d.payment_id = r.payment_id and d.held < d.amount
        join dispute_states k on k.name = d.status and k.class in ('open', 'lost')
        order by d.payment_id, d.opened_at, d.id
    ) n where disputes.id = n.id;
    return null;
end $$;

-- By their names, after `refunds_posted_update`, which frees the sum.
create trigger refunds_then_disputes after update on refunds referencing old table as old_rows new table as new_rows
    for each statement execute function hold_for_disputes();

do $$
declare guard record;
begin
    for guard in
        select tgrelid::regclass as at, tgname from pg_trigger
        where not tgisinternal and (tgrelid = 'disputes'::regclass or tgname = 'refunds_then_disputes')
    loop
        execute format('alter table %s enable always trigger %I', guard.at, guard.tgname);
    end loop;
end $$;

-- A comparison with the providers goes through disputes too.
alter table reconciliation_runs drop constraint reconciliation_runs_stage_check;
alter table reconciliation_runs add constraint reconciliation_runs_stage_check check (stage in (
    'refunds', 'our_refunds', 'payments', 'our_payments', 'disputes', 'our_disputes', 'transfers', 'done'));
alter table differences drop constraint differences_kind_check;
alter table differences add constraint differences_kind_check check (kind in (
    'refund_missing_there', 'refund_missing_here', 'refund_amount', 'refund_failed_there', 'refund_succeeded_there',
    'refund_state', 'payment_missing_there', 'payment_missing_here', 'payment_amount',
    'dispute_missing_there', 'dispute_missing_here', 'dispute_amount', 'dispute_state',
    'reference_missing', 'reference_twice', 'transfer_overdue'));
