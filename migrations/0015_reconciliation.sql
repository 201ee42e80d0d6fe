-- What the providers have, compared with what we have. A run goes through their lists page by page, and through ours for what
-- they did not show; it can be taken up where it stopped.
create table reconciliation_runs (
    id uuid primary key,
    -- Null: the clock did.
    requested_by uuid references staff (id),
    started_at timestamptz not null,
    -- What began on either side since then is compared.
    since timestamptz not null,
    stage text not null check (stage in ('refunds', 'our_refunds', 'payments', 'our_payments', 'transfers', 'done')),
    -- Behind which of theirs the next page begins.
    after text check (length(after) <= 200),
    compared integer not null default 0,
    finished_at timestamptz,
    -- Why it ended before everything was compared.
    failure text check (length(failure) <= 500),
    constraint reconciliation_runs_finished check ((stage = 'done' or failure is not null) = (finished_at is not null))
);

create unique index reconciliation_runs_one_at_a_time on reconciliation_runs ((true)) where finished_at is null;
create index reconciliation_runs_by_time on reconciliation_runs (started_at desc, id desc);

-- What a run under way has looked at; gone when it has ended.
create table reconciliation_seen (
    run_id uuid not null references reconciliation_runs (id),
    name text not null check (length(name) between 1 and 200),
    primary key (run_id, name)
);

-- Where the two sides differ. The same difference is one row however often it is found; it stays open until it is found no
-- longer or somebody settles it with a word. It moves no money by itself.
create table differences (
    id uuid primary key,
    provider text not null check (provider in ('stripe', 'manual')),
    kind text not null check (kind in (
        'refund_missing_there', 'refund_missing_here', 'refund_amount', 'refund_failed_there', 'refund_succeeded_there',
        'refund_state', 'payment_missing_there', 'payment_missing_here', 'payment_amount',
        'reference_missing', 'reference_twice', 'transfer_overdue')),
    -- The provider's name for what differs, or our id.
    subject text not null check (length(subject) between 1 and 200),
    -- What each side says, in one line: when that changes, it is another difference.
    detail text not null check (length(detail) <= 1000),
    ours jsonb,
    theirs jsonb,
    refund_id uuid references refunds (id),
    payment_id uuid references payments (id),
    -- When that which differs began.
    subject_at timestamptz not null,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    -- Null: a message made us look.
    seen_in uuid references reconciliation_runs (id),
    state text not null check (state in ('open', 'gone', 'settled')),
    closed_at timestamptz,
    outcome text check (outcome in ('noted', 'accept_theirs', 'record_theirs')),
    word text check (length(word) between 1 and 1000),
    settled_by uuid references staff (id),
    -- The event of the transaction that settled it: what that transaction corrects in the books is bound to this row.
    event_id uuid constraint differences_event references events (id) deferrable initially deferred,
    constraint differences_once unique (kind, subject, detail),
    constraint differences_closed check ((state = 'open') = (closed_at is null)),
    constraint differences_settled_with_a_word check (
        case state when 'settled' then num_nonnulls(outcome, word, settled_by, event_id) = 4
                   else num_nonnulls(outcome, word, settled_by, event_id) = 0 end)
);

create index differences_by_time on differences (first_seen desc, id desc);
create index differences_open on differences (subject_at) where state = 'open';
create index differences_by_refund on differences (refund_id) where refund_id is not null;
create index differences_by_payment on differences (payment_id) where payment_id is not null;

-- What was found stands as it was found, and is settled once.
create function guard_difference() returns trigger language plpgsql as $$
declare
    seen constant text[] := array['last_seen', 'seen_in'];
    closing constant text[] := array['state', 'closed_at', 'outcome', 'word', 'settled_by', 'event_id'];
begin
    if (to_jsonb(new) - (case old.state when 'settled' then seen else seen || closing end))
        is distinct from (to_jsonb(old) - (case old.state when 'settled' then seen else seen || closing end))
        or old.state = 'gone' and new.state = 'settled' then
        raise exception 'a difference stands as it was found; difference %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

create trigger differences_guarded before update on differences for each row execute function guard_difference();
alter table differences enable always trigger differences_guarded;
create trigger differences_stay before delete or truncate on differences
    for each statement execute function refuse_change();
alter table differences enable always trigger differences_stay;

-- A refund that went through can fail afterwards at the provider, and one that failed here can have gone through there. Either
-- way somebody says so, of the difference that shows it.
insert into refund_transitions (before, after) values
    ('succeeded', 'failed'), ('failed', 'succeeded');

alter table transfers drop constraint transfers_kind_check;
alter table transfers add constraint transfers_kind_check check (kind in (
    'payment_captured', 'payment_corrected', 'payment_disputed', 'dispute_ended',
    'refund_approved', 'refund_succeeded', 'refund_reversed', 'refund_voided',
    'credit_issued', 'credit_spent', 'credit_expired', 'credit_withdrawn'));
alter table transfers drop constraint transfers_accounts;
alter table transfers add constraint transfers_accounts check (
    (kind, debit, credit) in (
        ('payment_captured', 'provider_clearing', 'bookings_revenue'),
        ('payment_corrected', 'bookings_revenue', 'provider_clearing'),
        ('payment_disputed', 'dispute_holding', 'provider_clearing'),
        ('dispute_ended', 'provider_clearing', 'dispute_holding'),
        ('refund_approved', 'refunds', 'refunds_payable'),
        ('refund_voided', 'refunds_payable', 'refunds'),
        ('refund_succeeded', 'refunds_payable', 'provider_clearing'),
        ('refund_succeeded', 'refunds_payable', 'customer_credit'),
        ('refund_reversed', 'provider_clearing', 'refunds_payable'),
        ('credit_issued', 'goodwill', 'customer_credit'),
        ('credit_spent', 'customer_credit', 'bookings_revenue'),
        ('credit_expired', 'customer_credit', 'breakage'),
        ('credit_withdrawn', 'customer_credit', 'goodwill')));

create or replace function guard_refund() returns trigger language plpgsql as $$
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
    -- What is over is taken up again only by the transaction that settles the difference which shows it.
    if (old.status, new.status) in (('succeeded', 'failed'), ('failed', 'succeeded')) and not exists (
        select from differences d
        where d.refund_id = old.id and d.event_id = current_event() and new.destination = 'original'
          and (d.kind, d.outcome, new.status) in (
              ('refund_failed_there', 'accept_theirs', 'failed'), ('refund_succeeded_there', 'record_theirs', 'succeeded'))) then
        raise exception 'refund % is over', old.id using errcode = 'check_violation', constraint = 'refunds_transition';
    end if;
    return new;
end $$;

create or replace function post_refunds() returns trigger language plpgsql
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
        -- The money came back: the opposite of the step before, and then of the first.
        (3, 'refund_reversed', 'provider_clearing', 'refunds_payable', t.was = 'done' and t.class = 'void'),
        (4, 'refund_voided', 'refunds_payable', 'refunds', t.was in ('payable', 'done') and t.class = 'void')
    ) e (step, kind, debit, credit, happens)
    where e.happens order by t.id, e.step;
    return null;
end $$;
