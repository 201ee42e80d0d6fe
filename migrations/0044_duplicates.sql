-- Who may be in here twice, found by keys: the same phone number, the same mailbox, the same surname at the same postcode. Each key is an
-- index, so that nobody is ever compared with everybody, and what is found is always as the rows are now.

-- What reaches the same mailbox: what follows a plus is a remark of the owner's, and Gmail reads no dots (its help, answer 7436150).
create function mailbox(email text) returns text language sql immutable strict parallel safe
return case
    when lower(split_part(email, '@', 2)) in ('gmail.com', 'googlemail.com')
        then replace(split_part(split_part(lower(email), '@', 1), '+', 1), '.', '') || '@gmail.com'
    else split_part(split_part(lower(email), '@', 1), '+', 1) || '@' || lower(split_part(email, '@', 2))
end;

-- The last word of a folded name.
create function surname(name_key text) returns text language sql immutable strict parallel safe
return substring(name_key from '[^ ]+$');

create index customers_by_phone on customers ((phone_e164 collate "C"), id) where archived_at is null and phone_e164 is not null;
-- With the address itself, so that a walk along the index need not look at the rows.
create index customers_by_mailbox on customers ((mailbox(email) collate "C"), id) include (email) where archived_at is null and email is not null;

-- The keys that two living customers share; empty: none.
create function shared_keys(one uuid, other uuid) returns text[] language sql stable
return array(
    select 'phone ' || a.phone_e164 from customers a join customers b on b.phone_e164 = a.phone_e164
    where a.id = one and b.id = other and a.archived_at is null and b.archived_at is null
    union all
    select 'email ' || mailbox(a.email) from customers a join customers b on mailbox(b.email) = mailbox(a.email)
    where a.id = one and b.id = other and a.archived_at is null and b.archived_at is null
    union all
    select distinct 'surname_postcode ' || surname(a.name_key) || ' ' || postcode_key(x.postcode)
    from customers a join customers b on surname(b.name_key) = surname(a.name_key)
    join addresses x on x.customer_id = a.id and x.removed_at is null
    join addresses y on y.customer_id = b.id and y.removed_at is null and postcode_key(y.postcode) = postcode_key(x.postcode)
    where a.id = one and b.id = other and a.archived_at is null and b.archived_at is null
    order by 1);

-- Who shares a key with a customer, through the indexes.
create function candidates_of(customer uuid) returns setof uuid language sql stable
begin atomic
    select o.id from customers c join customers o on o.phone_e164 collate "C" = c.phone_e164 collate "C"
    where c.id = customer and o.id <> customer and c.archived_at is null and o.archived_at is null and o.phone_e164 is not null
    union
    select o.id from customers c join customers o on mailbox(o.email) collate "C" = mailbox(c.email) collate "C"
    where c.id = customer and o.id <> customer and c.archived_at is null and o.archived_at is null and o.email is not null
    union
    select o.id from customers c join addresses x on x.customer_id = c.id and x.removed_at is null
    join addresses y on postcode_key(y.postcode) = postcode_key(x.postcode) and y.removed_at is null
    join customers o on o.id = y.customer_id
    where c.id = customer and o.id <> customer and c.archived_at is null and o.archived_at is null
        and surname(o.name_key) = surname(c.name_key);
end;

-- That two are not the same person, by whom and why; forgotten once they share a key that they did not share then.
create table duplicate_dismissals (
    id uuid primary key,
    one_id uuid not null references customers (id),
    other_id uuid not null references customers (id),
    keys text[] not null,
    reason text not null check (length(reason) between 1 and 500),
    dismissed_by uuid not null references staff (id),
    dismissed_at timestamptz not null,
    withdrawn_by uuid references staff (id),
    withdrawn_at timestamptz,
    constraint duplicate_dismissals_in_order check (one_id < other_id),
    constraint duplicate_dismissals_withdrawn check ((withdrawn_by is null) = (withdrawn_at is null))
);
create unique index duplicate_dismissals_one_standing on duplicate_dismissals (one_id, other_id) where withdrawn_at is null;
create index duplicate_dismissals_by_one on duplicate_dismissals (one_id);
create index duplicate_dismissals_by_other on duplicate_dismissals (other_id);
create index duplicate_dismissals_standing on duplicate_dismissals (dismissed_at desc, id desc) where withdrawn_at is null;
create trigger duplicate_dismissals_stay before delete or truncate on duplicate_dismissals for each statement execute function refuse_change();
alter table duplicate_dismissals enable always trigger duplicate_dismissals_stay;
