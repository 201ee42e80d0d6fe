-- What Stripe showed of a refund that had gone through and failed afterwards: the customer's bank sent the money back. With such a
-- row, and only with it or the settling of a difference, a refund that succeeded becomes one that failed.
create table refund_returns (
    refund_id uuid not null references refunds (id),
    provider_refund_id text not null check (length(provider_refund_id) between 1 and 200),
    -- In the provider's words.
    failure text check (length(failure) <= 200),
    found_at timestamptz not null,
    event_id uuid not null constraint refund_returns_event references events (id) deferrable initially deferred,
    primary key (refund_id, event_id)
);

create index refund_returns_by_event on refund_returns (event_id);
create trigger refund_returns_append_only before update or delete or truncate on refund_returns
    for each statement execute function refuse_change();
alter table refund_returns enable always trigger refund_returns_append_only;

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
    -- What is over is taken up again only by the transaction that settles the difference which shows it, or that writes down
    -- what Stripe showed.
    if (old.status, new.status) in (('succeeded', 'failed'), ('failed', 'succeeded')) and not exists (
        select from differences d
        where d.refund_id = old.id and d.event_id = current_event() and new.destination = 'original'
          and (d.kind, d.outcome, new.status) in (
              ('refund_failed_there', 'accept_theirs', 'failed'), ('refund_succeeded_there', 'record_theirs', 'succeeded'))
        union all
        select from refund_returns t
        where t.refund_id = old.id and t.event_id = current_event() and new.destination = 'original'
          and new.status = 'failed' and t.provider_refund_id = old.provider_refund_id) then
        raise exception 'refund % is over', old.id using errcode = 'check_violation', constraint = 'refunds_transition';
    end if;
    return new;
end $$;
