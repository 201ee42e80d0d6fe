-- The floor of an edited customer: the same rows in one transaction, and nothing looked at but the customer.
\set number random(1, 20000)
\set digits random(100000, 999999)
begin;
select gen_random_uuid() as event \gset
select set_config('hub.event', :event::text, true);
select customer_id from bench.editable where number = :number \gset
select version from customers where id = :customer_id for update;
update customers set phone = '07700 ' || :digits, phone_e164 = '+447700' || :digits, updated_at = now(), version = version + 1
    where id = :customer_id;
insert into events (id, at, action, kind, actor_kind, staff_id, role, session_id, request_id, ip, user_agent, customer_id,
        subject_type, subject_id, details)
    select :event, now(), 'customer.updated', 'change', 'staff', id, 'superadmin', :event, 'bench', '127.0.0.1', 'bench',
        :customer_id, 'customer', :customer_id, '{"fields": ["phone"], "version": 2}'
    from (select id from staff limit 1) s;
insert into event_values (event_id, customer_id, sealed)
    select :event, :customer_id, '\x01'::bytea || uuid_send(id) || decode(repeat('00', 300), 'hex')
    from value_keys where customer_id = :customer_id and destroyed_at is null;
select pg_notify('hub', '{"topic":"customer"}');
commit;
