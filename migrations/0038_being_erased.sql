-- Who is being erased is written about by nobody but their erasure: what came after its step that overwrites would stay.
create function is_being_erased(customer uuid) returns boolean language sql stable
return exists (select from erasures where customer_id = customer and state in ('running', 'found'));

-- The erasure names the customer for its own transaction.
create function check_not_erased(customer uuid, erased boolean) returns void language plpgsql as $$
begin
    if current_setting('hub.erases', true) = customer::text and is_erasing(customer) then
        return;
    end if;
    if erased then
        raise exception 'customer % was erased', customer using errcode = 'check_violation', constraint = 'customers_erased';
    end if;
    if is_being_erased(customer) then
        raise exception 'customer % is being erased', customer
            using errcode = 'check_violation', constraint = 'customers_being_erased';
    end if;
end $$;

create or replace function guard_erased_customer() returns trigger language plpgsql as $$
begin
    if new.erased_at is null and old.erased_at is not null then
        raise exception 'customer % was erased', old.id using errcode = 'check_violation', constraint = 'customers_erased';
    end if;
    perform check_not_erased(old.id, old.erased_at is not null);
    return new;
end $$;

-- The lock is the one that the foreign key takes anyway, before the look: whoever overwrites holds a stronger one, waits for who
-- was here first, and sees what they wrote.
create or replace function guard_of_erased() returns trigger language plpgsql as $$
declare erased boolean;
begin
    select erased_at is not null into erased from customers where id = new.customer_id for key share;
    perform check_not_erased(new.customer_id, coalesce(erased, false));
    return new;
end $$;
create trigger invoices_of_erased before insert on invoices for each row execute function guard_of_erased();
