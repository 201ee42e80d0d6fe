-- The books. A transfer is one debit and one credit of the same amount, so it cannot be unbalanced; it is written once and
-- corrected by an opposite one. Nobody writes transfers by hand: triggers write them when a payment is captured, a refund
-- changes its state, a credit is issued or used, whoever does it. The transaction names its event first
-- (`set local hub.event`), and no transfer stands without it.
create table ledger_accounts (
    name text primary key,
    title text not null,
    -- Debits increase assets and expenses, credits increase the others.
    kind text not null check (kind in ('asset', 'liability', 'income', 'contra_income', 'expense'))
);

insert into ledger_accounts (name, title, kind) values
    ('provider_clearing', 'Money at the payment providers', 'asset'),
    ('bookings_revenue', 'Bookings', 'income'),
    ('refunds', 'Refunds', 'contra_income'),
    ('refunds_payable', 'Refunds under way', 'liability'),
    ('customer_credit', 'Store credit of customers', 'liability'),
    ('goodwill', 'Goodwill', 'expense'),
    ('breakage', 'Expired credit', 'income'),
    ('dispute_holding', 'Disputed payments', 'asset');

create table transfers (
    number bigint generated always as identity primary key,
    at timestamptz not null,
    kind text not null check (kind in (
        'payment_captured', 'payment_corrected', 'payment_disputed', 'dispute_ended',
        'refund_approved', 'refund_succeeded', 'refund_voided',
        'credit_issued', 'credit_spent', 'credit_expired', 'credit_withdrawn')),
    debit text not null,
    credit text not null,
    amount bigint not null check (amount > 0),
    currency char(3) not null default 'GBP',
    customer_id uuid not null,
    payment_id uuid,
    refund_id uuid,
    credit_id uuid,
    credit_use_id uuid,
    event_id uuid not null constraint transfers_event references events (id) deferrable initially deferred,
    -- What each kind moves, from where to where, and what it must name.
    constraint transfers_accounts check (
        (kind, debit, credit) in (
            ('payment_captured', 'provider_clearing', 'bookings_revenue'),
            ('payment_corrected', 'bookings_revenue', 'provider_clearing'),
            ('payment_disputed', 'dispute_holding', 'provider_clearing'),
            ('dispute_ended', 'provider_clearing', 'dispute_holding'),
            ('refund_approved', 'refunds', 'refunds_payable'),
            ('refund_voided', 'refunds_payable', 'refunds'),
            ('refund_succeeded', 'refunds_payable', 'provider_clearing'),
            ('refund_succeeded', 'refunds_payable', 'customer_credit'),
            ('credit_issued', 'goodwill', 'customer_credit'),
            ('credit_spent', 'customer_credit', 'bookings_revenue'),
            ('credit_expired', 'customer_credit', 'breakage'),
            ('credit_withdrawn', 'customer_credit', 'goodwill'))),
    constraint transfers_name_their_cause check (
        case
            when kind like 'refund%' then refund_id is not null and payment_id is not null
            when kind = 'credit_issued' then credit_id is not null
            when kind like 'credit%' then credit_id is not null and credit_use_id is not null
            else payment_id is not null
        end)
);

create index transfers_by_customer on transfers (customer_id, number desc);

create trigger transfers_append_only before update or delete or truncate on transfers
    for each statement execute function refuse_change();
alter table transfers enable always trigger transfers_append_only;

-- The event this transaction will leave.
create function current_event() returns uuid language sql stable
return nullif(current_setting('hub.event', true), '')::uuid;

create function post_payments() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into transfers (at, kind, debit, credit, amount, currency, customer_id, payment_id, event_id)
        select coalesce(captured_at, created_at), 'payment_captured', 'provider_clearing', 'bookings_revenue', captured,
               currency, customer_id, id, current_event()
        from new_rows where captured > 0
        union all
        select coalesce(captured_at, created_at), 'payment_disputed', 'dispute_holding', 'provider_clearing', disputed,
               currency, customer_id, id, current_event()
        from new_rows where disputed > 0;
    else
        insert into transfers (at, kind, debit, credit, amount, currency, customer_id, payment_id, event_id)
        select n.updated_at,
               case when n.captured > o.captured then 'payment_captured' else 'payment_corrected' end,
               case when n.captured > o.captured then 'provider_clearing' else 'bookings_revenue' end,
               case when n.captured > o.captured then 'bookings_revenue' else 'provider_clearing' end,
               abs(n.captured - o.captured), n.currency, n.customer_id, n.id, current_event()
        from new_rows n join old_rows o on o.id = n.id where n.captured <> o.captured
        union all
        select n.updated_at,
               case when n.disputed > o.disputed then 'payment_disputed' else 'dispute_ended' end,
               case when n.disputed > o.disputed then 'dispute_holding' else 'provider_clearing' end,
               case when n.disputed > o.disputed then 'provider_clearing' else 'dispute_holding' end,
               abs(n.disputed - o.disputed), n.currency, n.customer_id, n.id, current_event()
        from new_rows n join old_rows o on o.id = n.id where n.disputed <> o.disputed;
    end if;
    return null;
end $$;

create trigger payments_posted_insert after insert on payments referencing new table as new_rows
    for each statement execute function post_payments();
create trigger payments_posted_update after update on payments referencing old table as old_rows new table as new_rows
    for each statement execute function post_payments();
-- What a payment is for does not change once money came in, and what went back follows from its refunds only.
create function guard_payment() returns trigger language plpgsql as $$
begin
    if new.id <> old.id or new.currency <> old.currency then
        raise exception 'what a payment is does not change; payment %', old.id using errcode = 'insufficient_privilege';
    end if;
    if (new.refunded, new.reserved) is distinct from (old.refunded, old.reserved) and pg_trigger_depth() < 2 then
        raise exception 'what is refunded and reserved follows from the refunds; payment %', old.id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger payments_guarded before update on payments for each row execute function guard_payment();
create trigger payments_stay before delete or truncate on payments
    for each statement execute function refuse_change();

-- Why money goes back; kept by superadmins. A retired reason stays for the refunds that name it.
create table refund_reasons (
    code text primary key check (code ~ '^[a-z_]{1,40}$'),
    position smallint not null,
    title text not null check (length(title) between 1 and 100),
    needs_note boolean not null default false,
    retired_at timestamptz
);

insert into refund_reasons (code, position, title, needs_note) values
    ('customer_cancelled', 1, 'Customer cancelled', false),
    ('late', 2, 'Late', false),
    ('damage', 3, 'Damage', false),
    ('missed', 4, 'Missed', false),
    ('overcharged', 5, 'Overcharged', false),
    ('duplicate_payment', 6, 'Duplicate payment', false),
    ('goodwill', 7, 'Goodwill', false),
    ('other', 8, 'Other', true);

-- An act above a ceiling waits here for somebody else. `request` is the whole act as it will be done, `request_hash` what
-- the decision is bound to, `policy` the ceilings and sums by which it was held back.
create table approvals (
    id uuid primary key,
    act text not null check (act in ('refund', 'credit')),
    customer_id uuid not null references customers (id),
    booking_id uuid references bookings (id),
    amount bigint not null check (amount > 0),
    request jsonb not null,
    request_hash bytea not null check (length(request_hash) = 32),
    policy jsonb not null,
    state text not null check (state in ('pending', 'approved', 'rejected', 'withdrawn')),
    requested_by uuid not null references staff (id),
    requested_at timestamptz not null,
    decided_by uuid references staff (id),
    decided_at timestamptz,
    word text check (length(word) between 1 and 1000),
    constraint approvals_by_somebody_else check (state = 'withdrawn' or decided_by is null or decided_by <> requested_by),
    constraint approvals_decided check ((state = 'pending') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
    constraint approvals_own_withdrawal check (state <> 'withdrawn' or decided_by = requested_by)
);

-- A request stands as it was made, and is decided once.
create function guard_approval() returns trigger language plpgsql as $$
begin
    if old.state <> 'pending' or (to_jsonb(new) - array['state', 'decided_by', 'decided_at', 'word'])
        is distinct from (to_jsonb(old) - array['state', 'decided_by', 'decided_at', 'word']) then
        raise exception 'a request is not changed, and decided once; approval %', old.id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger approvals_guarded before update on approvals for each row execute function guard_approval();
create trigger approvals_stay before delete or truncate on approvals
    for each statement execute function refuse_change();

create index approvals_pending on approvals (requested_at, id) where state = 'pending';
create index approvals_by_time on approvals (requested_at desc, id desc);
create index approvals_by_customer on approvals (customer_id, requested_at desc);

-- What a role may do without asking, in pence; null is no ceiling.
create table act_limits (
    role text not null references roles (name),
    act text not null check (act in ('refund', 'credit')),
    per_act bigint check (per_act >= 0),
    per_customer_90_days bigint check (per_customer_90_days >= 0),
    per_person_day bigint check (per_person_day >= 0),
    version integer not null default 1,
    updated_at timestamptz,
    updated_by uuid references staff (id),
    primary key (role, act)
);

insert into act_limits (role, act, per_act, per_customer_90_days, per_person_day) values
    ('superadmin', 'refund', null, null, null),
    ('ops', 'refund', 25000, 50000, 200000),
    ('support', 'refund', 10000, 20000, 50000),
    ('finance', 'refund', 100000, 200000, 1000000),
    ('superadmin', 'credit', null, null, null),
    ('ops', 'credit', 10000, 20000, 50000),
    ('support', 'credit', 5000, 10000, 20000),
    ('finance', 'credit', 25000, 50000, 200000);

-- Money that goes back. What its state says of the payment and the books is kept by the triggers below.
create table refunds (
    id uuid primary key,
    payment_id uuid not null references payments (id),
    amount bigint not null check (amount > 0),
    destination text not null default 'original' check (destination in ('original', 'store_credit')),
    reason_code text references refund_reasons (code),
    reason text not null check (length(reason) between 1 and 200),
    notes text check (length(notes) <= 2000),
    status text not null,
    -- Who carries it out: a provider's interface, or a person who makes a bank transfer.
    via text check (via in ('manual', 'stripe')),
    requested_by uuid references staff (id),
    -- The Idempotency-Key it was asked for with, unique for ever.
    request_key text check (length(request_key) between 1 and 200),
    approval_id uuid unique references approvals (id),
    -- The provider's name for it.
    provider_refund_id text constraint refunds_provider_refund_unique unique check (length(provider_refund_id) <= 200),
    -- What proves a transfer made by hand.
    reference text check (length(reference) between 1 and 140),
    settled_by uuid references staff (id),
    -- How often it was sent; the last number fences off those before.
    attempts integer not null default 0,
    -- What happened last and what to do, in words.
    status_detail text check (length(status_detail) <= 500),
    processed_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz,
    constraint refunds_once unique (requested_by, request_key)
);

create index refunds_by_payment on refunds (payment_id);
create index refunds_by_time on refunds (created_at desc, id desc);
create index refunds_by_end on refunds (processed_at) where status in ('succeeded', 'failed');
create index refunds_under_way on refunds (created_at, id)
    where status not in ('succeeded', 'failed', 'cancelled', 'rejected');
create index refunds_by_requester on refunds (requested_by, created_at) where requested_by is not null;

-- held: asked for, not yet allowed. payable: allowed, under way. done: it went back. void: it did not.
create table refund_states (
    name text primary key,
    class text not null check (class in ('held', 'payable', 'done', 'void'))
);
insert into refund_states (name, class) values
    ('requested', 'held'), ('pending_approval', 'held'),
    ('approved', 'payable'), ('sending', 'payable'), ('submitted', 'payable'), ('in_doubt', 'payable'),
    ('requires_action', 'payable'), ('manual_review', 'payable'),
    ('succeeded', 'done'),
    ('rejected', 'void'), ('cancelled', 'void'), ('failed', 'void');
alter table refunds add constraint refunds_status foreign key (status) references refund_states (name);

create table refund_transitions (
    before text not null references refund_states (name),
    after text not null references refund_states (name),
    primary key (before, after)
);
insert into refund_transitions (before, after) values
    ('requested', 'pending_approval'), ('requested', 'approved'), ('requested', 'cancelled'),
    ('pending_approval', 'approved'), ('pending_approval', 'rejected'), ('pending_approval', 'cancelled'),
    ('approved', 'sending'), ('approved', 'requires_action'), ('approved', 'succeeded'), ('approved', 'cancelled'),
    ('sending', 'approved'), ('sending', 'submitted'), ('sending', 'succeeded'), ('sending', 'failed'),
    ('sending', 'in_doubt'), ('sending', 'requires_action'), ('sending', 'manual_review'),
    ('submitted', 'succeeded'), ('submitted', 'failed'), ('submitted', 'cancelled'), ('submitted', 'requires_action'),
    ('submitted', 'manual_review'),
    ('in_doubt', 'approved'), ('in_doubt', 'submitted'), ('in_doubt', 'succeeded'), ('in_doubt', 'failed'),
    ('in_doubt', 'requires_action'), ('in_doubt', 'manual_review'),
    ('requires_action', 'submitted'), ('requires_action', 'succeeded'), ('requires_action', 'failed'),
    ('requires_action', 'cancelled'), ('requires_action', 'manual_review'),
    ('manual_review', 'submitted'), ('manual_review', 'succeeded'), ('manual_review', 'failed'),
    ('manual_review', 'cancelled');

create function guard_refund() returns trigger language plpgsql as $$
begin
    if (new.id, new.payment_id, new.amount, new.destination, new.requested_by, new.request_key, new.created_at)
        is distinct from
       (old.id, old.payment_id, old.amount, old.destination, old.requested_by, old.request_key, old.created_at) then
        raise exception 'what a refund is does not change; refund %', old.id using errcode = 'insufficient_privilege';
    end if;
    if old.approval_id is distinct from new.approval_id or old.status = 'pending_approval' and new.status = 'approved'
        and not exists (select from approvals where id = old.approval_id and state = 'approved') then
        raise exception 'refund % was not approved', old.id using errcode = 'insufficient_privilege';
    end if;
    if new.status <> old.status
        and not exists (select from refund_transitions where before = old.status and after = new.status) then
        raise exception 'refund % does not go from % to %', old.id, old.status, new.status
            using errcode = 'check_violation', constraint = 'refunds_transition';
    end if;
    return new;
end $$;

create trigger refunds_guarded before update on refunds for each row execute function guard_refund();
create trigger refunds_stay before delete or truncate on refunds
    for each statement execute function refuse_change();

create type refund_step as (
    id uuid, payment_id uuid, amount bigint, destination text, was text, class text, at timestamptz
);

-- What the state of a refund says of its payment and of the books. Only plain index scans, because a bulk load fills
-- tables the planner still believes to be empty.
create function post_refunds() returns trigger language plpgsql
set enable_seqscan = off set enable_bitmapscan = off as $$
declare steps refund_step[];
begin
    if tg_op = 'INSERT' then
        select array_agg((n.id, n.payment_id, n.amount, n.destination, 'none', s.class,
            coalesce(n.processed_at, n.updated_at, n.created_at))::refund_step) into steps
        from new_rows n join refund_states s on s.name = n.status;
    else
        select array_agg((n.id, n.payment_id, n.amount, n.destination, so.class, sn.class,
            coalesce(n.processed_at, n.updated_at, n.created_at))::refund_step) into steps
        from new_rows n join old_rows o on o.id = n.id
        join refund_states sn on sn.name = n.status join refund_states so on so.name = o.status
        where sn.class <> so.class;
    end if;
    update payments p set refunded = p.refunded + d.refunded, reserved = p.reserved + d.reserved
    from (
        select payment_id,
               sum(amount * ((class = 'done')::integer - (was = 'done')::integer))::bigint as refunded,
               sum(amount * ((class in ('held', 'payable'))::integer - (was in ('held', 'payable'))::integer))::bigint as reserved
        from unnest(steps) group by payment_id
    ) d
    where p.id = d.payment_id and (d.refunded <> 0 or d.reserved <> 0);
    insert into transfers (at, kind, debit, credit, amount, currency, customer_id, payment_id, refund_id, event_id)
    select t.at, e.kind, e.debit, e.credit, t.amount, p.currency, p.customer_id, t.payment_id, t.id, current_event()
    from unnest(steps) t join payments p on p.id = t.payment_id
    cross join lateral (values
        (1, 'refund_approved', 'refunds', 'refunds_payable',
            t.was not in ('payable', 'done') and t.class in ('payable', 'done')),
        (2, 'refund_succeeded', 'refunds_payable',
            case t.destination when 'store_credit' then 'customer_credit' else 'provider_clearing' end, t.class = 'done'),
        (3, 'refund_voided', 'refunds_payable', 'refunds', t.was = 'payable' and t.class = 'void')
    ) e (step, kind, debit, credit, happens)
    where e.happens order by t.id, e.step;
    return null;
end $$;

create trigger refunds_posted_insert after insert on refunds referencing new table as new_rows
    for each statement execute function post_refunds();
create trigger refunds_posted_update after update on refunds referencing old table as old_rows new table as new_rows
    for each statement execute function post_refunds();

-- Each time a refund was sent to a provider: written before the call, completed after it.
create table refund_attempts (
    refund_id uuid not null references refunds (id),
    number integer not null check (number > 0),
    started_at timestamptz not null,
    finished_at timestamptz,
    outcome text check (outcome in ('accepted', 'not_sent', 'refused', 'rate_limited', 'unauthorized', 'unknown', 'found', 'not_found')),
    detail text check (length(detail) <= 500),
    primary key (refund_id, number)
);

-- What the company owes a customer, lot by lot; the balance is the sum of what remains. A lot cannot be overdrawn, so
-- neither can the customer's credit.
create table credits (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    amount bigint not null check (amount > 0),
    used bigint not null default 0,
    remaining bigint not null generated always as (amount - used) stored,
    reason text not null check (reason in ('compensation', 'loyalty', 'goodwill', 'correction', 'refund')),
    notes text check (length(notes) <= 2000),
    -- The last day, in London, on which it can be spent.
    expires_on date,
    refund_id uuid unique references refunds (id),
    approval_id uuid unique references approvals (id),
    issued_by uuid references staff (id),
    request_key text check (length(request_key) between 1 and 200),
    created_at timestamptz not null,
    constraint credits_never_overdrawn check (used between 0 and amount),
    constraint credits_of_refund check ((reason = 'refund') = (refund_id is not null)),
    constraint credits_once unique (issued_by, request_key)
);

create index credits_by_customer on credits (customer_id, created_at, id);
create index credits_by_time on credits (created_at desc, id desc);
create index credits_open on credits (remaining) where used < amount;
create index credits_expiring on credits (expires_on) where used < amount and expires_on is not null;
create index credits_by_issuer on credits (issued_by, created_at) where issued_by is not null;

create table credit_uses (
    id uuid primary key,
    credit_id uuid not null references credits (id),
    kind text not null check (kind in ('spent', 'expired', 'withdrawn')),
    amount bigint not null check (amount > 0),
    booking_id uuid references bookings (id),
    notes text check (length(notes) <= 2000),
    used_by uuid references staff (id),
    created_at timestamptz not null,
    constraint credit_uses_spent_on_a_booking check ((kind = 'spent') = (booking_id is not null))
);

create index credit_uses_by_credit on credit_uses (credit_id, created_at, id);
create index credit_uses_by_booking on credit_uses (booking_id) where booking_id is not null;

create trigger credit_uses_append_only before update or delete or truncate on credit_uses
    for each statement execute function refuse_change();
create trigger credits_stay before delete or truncate on credits
    for each statement execute function refuse_change();

create function guard_credit() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        new.used := 0;
    elsif (to_jsonb(new) - array['used', 'remaining']) is distinct from (to_jsonb(old) - array['used', 'remaining'])
        or pg_trigger_depth() < 2 then
        raise exception 'credits are written once and used through credit_uses' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger credits_guarded before insert or update on credits for each row execute function guard_credit();

create function post_credits() returns trigger language plpgsql as $$
begin
    -- What comes of a refund was posted with the refund.
    insert into transfers (at, kind, debit, credit, amount, customer_id, credit_id, event_id)
    select created_at, 'credit_issued', 'goodwill', 'customer_credit', amount, customer_id, id, current_event()
    from new_rows where refund_id is null;
    return null;
end $$;

create trigger credits_posted after insert on credits referencing new table as new_rows
    for each statement execute function post_credits();

create function post_credit_uses() returns trigger language plpgsql as $$
begin
    update credits c set used = c.used + d.amount
    from (select credit_id, sum(amount)::bigint as amount from new_rows group by credit_id) d where c.id = d.credit_id;
    insert into transfers (at, kind, debit, credit, amount, customer_id, credit_id, credit_use_id, event_id)
    select n.created_at, 'credit_' || n.kind, 'customer_credit',
           case n.kind when 'spent' then 'bookings_revenue' when 'expired' then 'breakage' else 'goodwill' end,
           n.amount, c.customer_id, c.id, n.id, current_event()
    from new_rows n join credits c on c.id = n.credit_id;
    return null;
end $$;

create trigger credit_uses_posted after insert on credit_uses referencing new table as new_rows
    for each statement execute function post_credit_uses();

-- Guards and books hold for whoever writes, a replica's apply worker included.
do $$
declare guard record;
begin
    for guard in
        select tgrelid::regclass as at, tgname from pg_trigger
        where not tgisinternal and tgrelid::regclass::text in ('payments', 'refunds', 'approvals', 'credits', 'credit_uses')
            and tgname ~ '(posted|guarded|stay|append_only)'
    loop
        execute format('alter table %s enable always trigger %I', guard.at, guard.tgname);
    end loop;
end $$;
