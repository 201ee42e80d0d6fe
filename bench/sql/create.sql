-- The floor of a new customer: the same rows in one transaction, after a look at who has the address.
begin;
select gen_random_uuid() as event, gen_random_uuid() as customer \gset
select set_config('hub.event', :event::text, true);
select id, name from customers where lower(email) = 'floor-' || :customer::text || '@example.com' and archived_at is null;
insert into customers (id, name, email, phone, phone_e164, created_at, updated_at)
    values (:customer, 'Floor Bench', 'floor-' || :customer::text || '@example.com', '07700 900123', '+447700900123', now(), now());
insert into value_keys (id, customer_id, wrapped, created_at)
    values (gen_random_uuid(), :customer, decode(repeat('00', 60), 'hex'), now());
insert into events (id, at, action, kind, actor_kind, staff_id, role, session_id, request_id, ip, user_agent, customer_id,
        subject_type, subject_id, details)
    select :event, now(), 'customer.created', 'change', 'staff', id, 'superadmin', :event, 'bench', '127.0.0.1', 'bench',
        :customer, 'customer', :customer, '{"version": 1}'
    from (select id from staff limit 1) s;
insert into event_values (event_id, customer_id, sealed)
    select :event, :customer, '\x01'::bytea || uuid_send(id) || decode(repeat('00', 150), 'hex')
    from value_keys where customer_id = :customer and destroyed_at is null;
select pg_notify('hub', '{"topic":"customer"}');
commit;
