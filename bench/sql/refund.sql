-- The floor of a refund: the same rows in one transaction, and nothing looked at but the payment.
\set number random(1, 4000)
begin;
select gen_random_uuid() as event, gen_random_uuid() as refund \gset
select set_config('hub.event', :event::text, true);
select payment_id, customer_id from bench.refundable where number = :number \gset
select captured - refunded - reserved - disputed as free from payments where id = :payment_id for update;
insert into refunds (id, payment_id, amount, reason_code, reason, status, via, requested_by, request_key, created_at, updated_at)
    select :refund, :payment_id, 1, 'late', 'Late', 'requires_action', 'manual', id, :refund, now(), now()
    from (select id from staff limit 1) s;
insert into idempotency (staff_id, key, operation, content_hash, made, created_at)
    select id, :refund, 'issue_refund', sha256(:refund), :refund, now() from (select id from staff limit 1) s;
insert into events (id, at, action, kind, actor_kind, staff_id, role, session_id, request_id, ip, user_agent, customer_id,
        subject_type, subject_id, details)
    select :event, now(), 'refund.issued', 'change', 'staff', id, 'superadmin', :event, 'bench', '127.0.0.1', 'bench',
        :customer_id, 'refund', :refund, '{"amount": 1}'
    from (select id from staff limit 1) s;
insert into event_values (event_id, customer_id, sealed)
    select :event, :customer_id, '\x01'::bytea || uuid_send(id) || decode(repeat('00', 100), 'hex')
    from value_keys where customer_id = :customer_id and destroyed_at is null;
select pg_notify('hub', '{"topic":"customer"}');
commit;
