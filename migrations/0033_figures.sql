-- What counts into each figure of a customer, row by row, said once: the kept statistics (0006) sum these rows, and whoever asks what
-- a figure is made of is shown them.
create function rows_of_orders(customer uuid) returns table (id uuid, at timestamptz, status text)
language sql stable
begin atomic
    select b.id, b.created_at, b.status from bookings b where b.customer_id = customer and b.status <> 'DRAFT';
end;

create function rows_of_payments(customer uuid)
returns table (id uuid, booking_id uuid, at timestamptz, captured bigint, refunded bigint)
language sql stable
begin atomic
    select p.id, p.booking_id, coalesce(p.captured_at, p.created_at), p.captured, p.refunded
    from payments p where p.customer_id = customer and p.captured <> 0;
end;

-- Refunds that have gone back.
create function rows_of_refunds(customer uuid) returns table (id uuid, booking_id uuid, at timestamptz, amount bigint)
language sql stable
begin atomic
    select r.id, p.booking_id, coalesce(r.processed_at, r.created_at), r.amount
    from payments p join refunds r on r.payment_id = p.id join refund_states s on s.name = r.status
    where p.customer_id = customer and s.class = 'done';
end;

-- Credit that can be spent on that day.
create function rows_of_credit(customer uuid, day date) returns table (id uuid, at timestamptz, remaining bigint)
language sql stable
begin atomic
    select k.id, k.created_at, k.remaining from credits k
    where k.customer_id = customer and k.used < k.amount and (k.expires_on is null or k.expires_on >= day);
end;

create function rows_of_tickets(customer uuid) returns table (id uuid, at timestamptz, priority text)
language sql stable
begin atomic
    select t.id, t.created_at, t.priority from tickets t
    where t.customer_id = customer and t.status in ('OPEN', 'IN_PROGRESS');
end;

create function rows_of_addresses(customer uuid) returns table (id uuid, at timestamptz)
language sql stable
begin atomic
    select a.id, a.created_at from addresses a where a.customer_id = customer and a.removed_at is null;
end;

create function rows_of_contacts(customer uuid) returns table (id uuid, at timestamptz)
language sql stable
begin atomic
    select k.id, k.created_at from contacts k where k.customer_id = customer and k.removed_at is null;
end;

create or replace function stats_of_bookings(customer uuid)
returns table (orders integer, completed_orders integer, cancelled_orders integer, last_order_at timestamptz)
language sql stable
begin atomic
    select count(*)::integer,
           (count(*) filter (where o.status = 'COMPLETED'))::integer,
           (count(*) filter (where o.status = 'CANCELLED'))::integer,
           coalesce(max(o.at), '-infinity')
    from rows_of_orders(customer) o;
end;

create or replace function stats_of_payments(customer uuid) returns table (ltv bigint)
language sql stable
begin atomic
    select coalesce(sum(p.captured - p.refunded), 0)::bigint from rows_of_payments(customer) p;
end;

create or replace function stats_of_tickets(customer uuid) returns table (open_tickets integer, urgent_tickets integer)
language sql stable
begin atomic
    select count(*)::integer, (count(*) filter (where t.priority = 'URGENT'))::integer from rows_of_tickets(customer) t;
end;

create or replace function stats_of_addresses(customer uuid) returns table (addresses integer)
language sql stable
begin atomic
    select count(*)::integer from rows_of_addresses(customer) a;
end;

create or replace function stats_of_contacts(customer uuid) returns table (contacts integer)
language sql stable
begin atomic
    select count(*)::integer from rows_of_contacts(customer) k;
end;
