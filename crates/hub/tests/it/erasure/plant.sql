-- What has no door of its own, or none that takes every column.
update customers set archive_reason = 'Left {canary}' where id = '{customer}';
update addresses set floor = 'x {canary}', flat = 'y {canary}', postcode = '{canary} 1AP' where customer_id = '{customer}';
insert into flags (id, customer_id, kind, reason, notes, raised_at, removed_at, removal_reason)
    values (gen_random_uuid(), '{customer}', 'other', 'Why {canary}', 'Notes {canary}', now(), now(), 'Gone {canary}');
update bookings set contact_name = 'Emma {canary}', contact_email = 'moving.{canary}@example.com', contact_phone = '0{digits}',
    pickup = '{"line1": "1 {canary} Street", "postcode": "M1 1AE"}', dropoff = '{"line1": "2 {canary} Road", "postcode": "M2 5BQ"}',
    items = '[{"name": "Sofa of {canary}"}]', cancellation_reason = 'None {canary}' where customer_id = '{customer}';
update tickets set description = 'Late {canary}', email = 'ticket.{canary}@example.com', phone = '0{digits}',
    attachments = '{"photo-{canary}.jpg"}' where customer_id = '{customer}';
update ticket_responses set message = 'Sorry {canary}', attachments = '{"letter-{canary}.pdf"}'
    where ticket_id in (select id from tickets where customer_id = '{customer}');
update refunds set reason = 'Damage {canary}', notes = 'Notes {canary}', status_detail = 'Detail {canary}'
    where payment_id in (select id from payments where customer_id = '{customer}');
insert into refund_attempts (refund_id, number, started_at, finished_at, outcome, detail)
    select r.id, 1, now(), now(), 'accepted', 'Said {canary}' from refunds r join payments p on p.id = r.payment_id
    where p.customer_id = '{customer}';
insert into approvals (id, act, customer_id, amount, request, request_hash, policy, state, requested_by, requested_at, decided_by,
        decided_at, word)
    select gen_random_uuid(), 'credit', '{customer}', 1, '{"notes": "Ask {canary}"}', decode(repeat('00', 32), 'hex'), '{}', 'rejected',
        a.id, now(), b.id, now(), 'No {canary}'
    from (select id from staff order by id limit 1) a, (select id from staff order by id desc limit 1) b;
insert into credits (id, customer_id, amount, reason, notes, created_at)
    values (md5('credit {canary}')::uuid, '{customer}', 500, 'goodwill', 'For {canary}', now());
insert into credit_uses (id, credit_id, kind, amount, notes, created_at)
    values (gen_random_uuid(), md5('credit {canary}')::uuid, 'expired', 500, 'Used {canary}', now());
update mails set to_address = '{canary}@example.com', to_name = 'Emma {canary}', subject = 'Move of {canary}', body_text = 'Dear {canary}',
    last_error = 'No {canary}' where customer_id = '{customer}';
insert into mail_attachments (mail_id, position, file_name, content_type, content)
    select id, 0, 'invoice-{canary}.pdf', 'application/pdf', convert_to('a file of {canary}', 'UTF8') from mails
    where customer_id = '{customer}';
insert into data_requests (id, kind, customer_id, requester, channel, received_on, asked, nation, handler_id, state, identity_confirmed_on,
        identity_method, identity_note, extended_on, extension_reason, proposal, done, withheld, prepared_by, prepared_at, reviewed_by,
        reviewed_at, review_word, outcome, answered_on, answered_via, outcome_note, created_at, created_by, updated_at)
    select md5('request {canary}')::uuid, 'access', '{customer}', 'Emma {canary}', 'email', '2026-11-01', 'Send {canary}', 'scotland', a.id,
        'delivered', '2026-11-02', 'document', 'Seen {canary}', '2026-11-03', 'Much of {canary}', 'fulfil', 'Sent {canary}',
        'Kept {canary}', a.id, now(), b.id, now(), 'Good {canary}', 'delivered', '2026-11-05', 'email', 'Done {canary}', now(), a.id, now()
    from (select id from staff order by id limit 1) a, (select id from staff order by id desc limit 1) b;
insert into data_request_pauses (request_id, position, from_on, until_on, question, answer)
    values (md5('request {canary}')::uuid, 0, '2026-11-03', '2026-11-04', 'Which {canary}', 'All {canary}');
insert into legal_holds (id, customer_id, reason, placed_by, placed_at, lifted_by, lifted_at, lift_reason)
    select gen_random_uuid(), '{customer}', 'Court {canary}', id, now(), id, now(), 'Over {canary}' from staff order by id limit 1;
insert into imported_history (id, system, external_id, at, actor, action, target_type, target_id, customer_id, before, after, details, ip,
        user_agent)
    values (gen_random_uuid(), 'platform', 'h-{customer}', now(), 'Emma {canary}', 'update', 'user', 'id {canary}', '{customer}',
        '{"name": "{canary}"}', '{"name": "{canary} 2"}', '{"note": "{canary}"}', 'ip {canary}', 'agent {canary}');
insert into external_links (system, kind, external_id, our_id, content_hash, first_seen_at, last_changed_at)
    values ('platform', 'customer', 'u-{customer}', '{customer}', sha256('{canary}'), now(), now());
insert into idempotency (staff_id, key, operation, content_hash, made, created_at)
    select id, 'key {customer}', 'create_customer', sha256('{canary}'), '{customer}', now() from staff order by id limit 1;
insert into provider_inbox (id, provider, event_id, kind, received_at, body, processed_at)
    values (gen_random_uuid(), 'stripe', 'evt_{customer}', 'charge.updated', now(), '{"email": "{canary}@example.com"}', now());
insert into jobs (id, kind, payload, state, run_at, max_attempts, last_error, created_at, finished_at)
    values (gen_random_uuid(), 'mail.send', '{}', 'done', now(), 1, 'no mailbox {canary}@example.com', now(), now());
insert into differences (id, provider, kind, subject, detail, subject_at, first_seen, last_seen, state, closed_at, outcome, word, settled_by, event_id)
    select gen_random_uuid(), 'stripe', 'payment_missing_here', 'pi_{customer}', '', now(), now(), now(), 'settled', now(), 'noted',
        'Rang 0{digits} ({canary}@example.com)', s.id, e.id
    from (select id from staff limit 1) s, (select id from events limit 1) e;
insert into invoices (id, number, booking_id, customer_id, issued_at, seller, customer, move, lines, vat_percent, net, vat, total)
    select gen_random_uuid(), c.last_number + 1, b.id, '{customer}', now(), '{"name": "Removals"}', '{"name": "Emma {canary}"}',
        '{"from": ["1 {canary} Street"]}', '[{"text": "Move", "amount": 45000}]', 0, 45000, 0, 45000
    from bookings b, invoice_counter c where b.customer_id = '{customer}';
update invoice_counter set last_number = last_number + 1;
insert into personal_exports (id, customer_id, state, requested_by, requested_at, expires_at, link_hash, public_key, made_at, ephemeral_key,
        sha256, size, counts)
    select md5('export {canary}')::uuid, '{customer}', 'ready', s.id, now(), now() + interval '7 days', sha256('{customer}'), sha256('p'), now(),
        sha256('e'), sha256('z'), 1, '{}' from (select id from staff order by id limit 1) s;
insert into personal_export_parts (export_id, position, content)
    values (md5('export {canary}')::uuid, 0, convert_to('as if {canary} were not sealed', 'UTF8'));
