-- Nobody is told that they were erased before they are.
create or replace function guard_data_request() returns trigger language plpgsql as $$
begin
    if (new.id, new.number, new.kind, new.channel, new.received_on, new.created_at, new.created_by)
        is distinct from (old.id, old.number, old.kind, old.channel, old.received_on, old.created_at, old.created_by) then
        raise exception 'what a data request is does not change; request %', old.id using errcode = 'insufficient_privilege';
    end if;
    if old.state = 'closed' and (new.state, new.outcome, new.answered_on, new.due_on, new.ground, new.reviewed_by, new.prepared_by)
        is distinct from (old.state, old.outcome, old.answered_on, old.due_on, old.ground, old.reviewed_by, old.prepared_by) then
        raise exception 'a closed data request stands; request %', old.id using errcode = 'insufficient_privilege';
    end if;
    if new.state <> old.state
        and not exists (select from data_request_transitions where before = old.state and after = new.state) then
        raise exception 'data request % does not go from % to %', old.id, old.state, new.state
            using errcode = 'check_violation', constraint = 'data_requests_transition';
    end if;
    -- Of somebody we do not know there is nothing to erase.
    if new.state = 'delivered' and old.state <> 'delivered' and new.kind = 'erasure' and new.customer_id is not null
        and not exists (select from erasures where customer_id = new.customer_id and state = 'done') then
        raise exception 'data request % is not answered before its customer is erased', old.id
            using errcode = 'check_violation', constraint = 'data_requests_erased_first';
    end if;
    return new;
end $$;
