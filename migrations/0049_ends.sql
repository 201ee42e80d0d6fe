-- An end for what is kept about people and had none.

-- When anything was last heard of somebody, or done with them: whom nothing is heard of for long enough is proposed for erasure.
create function last_contact(customer uuid) returns timestamptz language sql stable
begin atomic
    select greatest(
        c.archived_at, s.last_order_at,
        (select max(b.scheduled_at) from bookings b where b.customer_id = any ((select same_person(customer))::uuid[])),
        (select max(t.updated_at) from tickets t where t.customer_id = any ((select same_person(customer))::uuid[])),
        (select max(m.created_at) from mails m where m.customer_id = any ((select same_person(customer))::uuid[])),
        (select max(d.updated_at) from data_requests d where d.customer_id = any ((select same_person(customer))::uuid[])))
    from customers c join customer_stats s on s.customer_id = c.id where c.id = customer;
end;

-- Archived customers whose time is over. A proposal erases nobody: two people look at it, plan and approve. It stands for as
-- long as they stay archived and nothing more is heard of them.
create table erasure_proposals (
    customer_id uuid not null references customers (id),
    last_contact_at timestamptz not null,
    proposed_at timestamptz not null,
    primary key (customer_id, last_contact_at),
    constraint erasure_proposals_later check (proposed_at > last_contact_at)
);

create trigger erasure_proposals_append_only before update or delete or truncate on erasure_proposals
    for each statement execute function refuse_change();
alter table erasure_proposals enable always trigger erasure_proposals_append_only;

-- Reveals stand as they were made, and go when their time is over: the trail says for ever that there was one.
drop trigger reveals_append_only on reveals;
create trigger reveals_stand before update or truncate on reveals for each statement execute function refuse_change();
alter table reveals enable always trigger reveals_stand;

-- Of a run that has ended nothing changes, but that where it came from goes.
create or replace function guard_bulk_run() returns trigger language plpgsql as $$
begin
    if old.state <> 'running' and new.ip is null and new.user_agent is null
        and to_jsonb(new) - array['ip', 'user_agent'] = to_jsonb(old) - array['ip', 'user_agent'] then
        return new;
    end if;
    if old.state <> 'running' or new.parts_done < old.parts_done or new.parts_done > old.parts_done + 1 or new.total <> old.total
        or new.action <> old.action or new.selection_id <> old.selection_id or new.requested_by <> old.requested_by
        or new.undoes is distinct from old.undoes or new.started_at <> old.started_at then
        raise exception 'bulk run % cannot become that', old.id using errcode = 'check_violation', constraint = 'bulk_runs_guarded';
    end if;
    return new;
end $$;
