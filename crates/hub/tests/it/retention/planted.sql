insert into mails (id, customer_id, to_address, to_name, subject, body_text, state, message_id, created_at, sent_at)
values (gen_random_uuid(), '{emma}', '{word}@example.com', '{word}', '{word}', '{word}', 'sent', '{word}', '{12}', '{12}');
insert into mail_attachments (mail_id, position, file_name, content_type, content)
select id, 0, '{word}.pdf', 'application/pdf', '{word}'::bytea from mails where body_text = '{word}';

insert into tickets (id, customer_id, category, description, status, priority, email, phone, created_at, updated_at)
values (gen_random_uuid(), '{emma}', 'delay', '{word}', 'CLOSED', 'NORMAL', '{word}@example.com', '{word}', '{72}', '{72}');
insert into ticket_responses (id, ticket_id, message, from_support, created_at)
select gen_random_uuid(), id, '{word}', false, '{72}' from tickets where description = '{word}';

insert into bookings (id, customer_id, reference, status, scheduled_at, pickup, dropoff, crew_size, total, created_at, updated_at)
values (gen_random_uuid(), '{emma}', 'SV-{word}', 'COMPLETED', '{18}', '{}', '{}', 1, 0, '{18}', '{18}');
insert into payments (id, booking_id, customer_id, provider, status, amount, captured, intent_id, created_at, updated_at)
select gen_random_uuid(), id, '{emma}', 'stripe', 'unpaid', 100, 0, 'pi_{word}', '{18}', '{18}' from bookings where reference = 'SV-{word}';
insert into provider_inbox (id, provider, event_id, kind, object_id, received_at, body, processed_at)
values (gen_random_uuid(), 'stripe', 'evt_{word}', 'payment_intent.succeeded', 'pi_{word}', '{18}', '{"to": "{word}"}', '{18}');

insert into jobs (id, kind, payload, state, run_at, attempt, max_attempts, last_error, created_at, finished_at)
values (gen_random_uuid(), 'nobody.knows', '{}', 'dead', '{12}', 1, 1, '{word}', '{12}', '{12}');

insert into idempotency (staff_id, key, operation, content_hash, made, created_at)
select id, 'planted {word}', 'issue_refund', rpad('{word}', 32, '.')::bytea, gen_random_uuid(), '{3}' from staff limit 1;

insert into sessions (id, token_hash, staff_id, created_at, last_seen_at, expires_at, ended_at, ip, user_agent, first_factor)
select gen_random_uuid(), rpad('planted {word}', 32, '.')::bytea, id, '{6}', '{6}', '{6}', '{6}', '203.0.113.1', '{word}', 'password' from staff limit 1;

update data_requests set asked = '{word}', done = '{word}', closed_at = '{72}' where asked = 'to be {word}';
insert into data_request_pauses (request_id, position, from_on, until_on, question, answer)
select id, 0, received_on, received_on, '{word}', '{word}' from data_requests where asked = '{word}';

-- Which of the two it is shows in the year of its day.
insert into reveals (id, staff_id, customer_id, at, until, day)
select gen_random_uuid(), id, '{emma}', '{3}'::timestamptz - interval '1 hour', '{3}', case '{word}' when 'old' then '2000-01-01'::date else '2001-01-01' end
from staff limit 1;
insert into read_alarms (staff_id, day, at)
select id, case '{word}' when 'old' then '2000-01-01'::date else '2001-01-01' end, '{13}' from staff limit 1;

insert into selections (id, made_by, made_at, expires_at, size) select gen_random_uuid(), id, '{6}', '{6}', 1 from staff limit 1;
insert into bulk_runs (id, action, given, selection_id, total, state, requested_by, request_id, ip, user_agent, started_at, finished_at)
select gen_random_uuid(), 'archive', '{}', id, 1, 'stopped', made_by, 'planted', '203.0.113.1', '{word}', '{6}', '{6}' from selections
order by made_at desc limit 1;

insert into imported_history (id, system, external_id, at, actor, action, target_type, customer_id, before)
values (gen_random_uuid(), 'platform', '{word}', '{84}', '{word}', 'UPDATE', 'user', '{emma}', '{"name": "{word}"}');
