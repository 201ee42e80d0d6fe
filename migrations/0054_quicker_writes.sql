-- The same as before, for less: what is written by the row or by the million.

-- The words of a text as a search document, as 0001 has them: apostrophes join, every other sign separates, sixty letters of a word count. As one
-- expression, which costs a tenth of a subquery; array_to_tsvector sorts and leaves out what stands there twice.
create or replace function search_words(value text) returns tsvector
language sql immutable parallel safe
return array_to_tsvector(array_remove(string_to_array(
    regexp_replace(
        regexp_replace(translate(fold(coalesce(value, '')), '''’`´', ''), '[^[:alnum:]]+', ' ', 'g'),
        '([[:alnum:]]{60})[[:alnum:]]+', '\1', 'g'),
    ' '), ''));

create or replace function search_phone(e164 text, typed text) returns tsvector
language sql immutable parallel safe
return array_to_tsvector(array_remove(array[
    ltrim(e164, '+'),
    case when e164 like '+44%' then '0' || substr(e164, 4) end,
    right(e164, 6),
    nullif(left(regexp_replace(coalesce(typed, ''), '[^0-9]', '', 'g'), 30), '')
], null));

-- Nobody writes about somebody who was erased, or is being erased (0023, 0038): asked once a statement and not once a row.
-- The customers are locked first and read afterwards, so that an erasure that had begun is seen. Only plain index scans, as in refresh_stats.
create function guard_rows_of_erased() returns trigger language plpgsql
set enable_seqscan = off set enable_bitmapscan = off as $$
begin
    perform from customers where id in (select customer_id from new_rows) order by id for key share;
    perform check_not_erased(c.id, c.erased_at is not null)
    from customers c
    where c.id in (select customer_id from new_rows)
      and (c.erased_at is not null
           or exists (select from erasures e where e.customer_id = c.id and e.state in ('running', 'found')));
    return null;
end $$;

drop trigger addresses_of_erased on addresses;
create trigger addresses_of_erased before update on addresses for each row execute function guard_of_erased();
create trigger addresses_of_erased_insert after insert on addresses referencing new table as new_rows
    for each statement execute function guard_rows_of_erased();
drop trigger contacts_of_erased on contacts;
create trigger contacts_of_erased before update on contacts for each row execute function guard_of_erased();
create trigger contacts_of_erased_insert after insert on contacts referencing new table as new_rows
    for each statement execute function guard_rows_of_erased();
drop trigger notes_of_erased on notes;
create trigger notes_of_erased before update on notes for each row execute function guard_of_erased();
create trigger notes_of_erased_insert after insert on notes referencing new table as new_rows
    for each statement execute function guard_rows_of_erased();
drop trigger flags_of_erased on flags;
create trigger flags_of_erased before update of reason, notes, removal_reason on flags
    for each row execute function guard_of_erased();
create trigger flags_of_erased_insert after insert on flags referencing new table as new_rows
    for each statement execute function guard_rows_of_erased();
drop trigger tickets_of_erased on tickets;
create trigger tickets_of_erased before update of description, email, phone, attachments on tickets
    for each row execute function guard_of_erased();
create trigger tickets_of_erased_insert after insert on tickets referencing new table as new_rows
    for each statement execute function guard_rows_of_erased();
drop trigger bookings_of_erased on bookings;
create trigger bookings_of_erased before update of contact_name, contact_email, contact_phone, pickup, dropoff, items, cancellation_reason on bookings
    for each row execute function guard_of_erased();
create trigger bookings_of_erased_insert after insert on bookings referencing new table as new_rows
    for each statement execute function guard_rows_of_erased();
