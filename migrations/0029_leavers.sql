-- Whoever is disabled is out at once, whoever disables them and by whichever way: what they hold and what they have asked for
-- ends in the same transaction. A trigger, because the requests belong to a floor above staff.
create function end_what_leavers_hold() returns trigger language plpgsql as $$
begin
    update sessions set ended_at = new.disabled_at where staff_id = new.id and ended_at is null;
    update api_keys set revoked_at = new.disabled_at where staff_id = new.id and revoked_at is null;
    update sign_in_links set used_at = new.disabled_at where staff_id = new.id and used_at is null;
    with withdrawn as (
        update approvals set state = 'withdrawn', decided_by = requested_by, decided_at = new.disabled_at
        where requested_by = new.id and state = 'pending' returning id
    )
    update refunds set status = 'cancelled', updated_at = new.disabled_at,
        status_detail = 'Cancelled, because who asked for it was disabled before it was decided.'
    where approval_id in (select id from withdrawn);
    return null;
end $$;

create trigger staff_leave after update of disabled_at on staff
    for each row when (old.disabled_at is null and new.disabled_at is not null)
    execute function end_what_leavers_hold();
