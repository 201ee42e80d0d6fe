-- One booking is one order: one move. Pickup, drop-off, contact and items are snapshots of what was agreed, not references:
-- {label, line1, line2, city, postcode, lat, lng, propertyType, floor, hasLift, accessNotes} and [{name, quantity, volumeM3}].
create table bookings (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    reference text not null check (length(reference) between 1 and 60),
    status text not null check (status in ('DRAFT', 'PENDING_PAYMENT', 'CONFIRMED', 'COMPLETED', 'CANCELLED')),
    scheduled_at timestamptz not null,
    time_slot text check (length(time_slot) <= 60),
    urgency text check (length(urgency) <= 60),
    contact_name text check (length(contact_name) <= 200),
    contact_email text check (length(contact_email) <= 254),
    contact_phone text check (length(contact_phone) <= 50),
    pickup jsonb not null check (jsonb_typeof(pickup) = 'object'),
    dropoff jsonb not null check (jsonb_typeof(dropoff) = 'object'),
    items jsonb not null default '[]' check (jsonb_typeof(items) = 'array'),
    crew_size smallint not null check (crew_size between 1 and 4),
    distance_miles double precision check (distance_miles >= 0),
    estimated_minutes integer check (estimated_minutes >= 0),
    -- The parts the total was made from, in pence and percent: {distance, access, items, weather, crewPercent, availabilityPercent}.
    price_parts jsonb not null default '{}' check (jsonb_typeof(price_parts) = 'object'),
    total bigint not null check (total >= 0),
    currency char(3) not null default 'GBP',
    driver_name text check (length(driver_name) <= 200),
    payment_intent_id text check (length(payment_intent_id) <= 200),
    paid_at timestamptz,
    completed_at timestamptz,
    cancelled_at timestamptz,
    cancellation_reason text check (length(cancellation_reason) <= 500),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null default 1
);

create unique index bookings_reference_unique on bookings (upper(reference) text_pattern_ops);
create index bookings_by_customer on bookings (customer_id, created_at desc, id desc);
create index bookings_by_pickup_postcode on bookings (postcode_key(pickup ->> 'postcode') text_pattern_ops);
create index bookings_by_dropoff_postcode on bookings (postcode_key(dropoff ->> 'postcode') text_pattern_ops);

-- What came in for a booking and what went back, in pence. Nothing beyond what was captured ever leaves.
create table payments (
    id uuid primary key,
    booking_id uuid not null references bookings (id),
    customer_id uuid not null references customers (id),
    provider text not null check (length(provider) between 1 and 40),
    intent_id text check (length(intent_id) <= 200),
    status text not null check (status in ('unpaid', 'requires_action', 'paid', 'cancelled')),
    amount bigint not null check (amount >= 0),
    captured bigint not null default 0 check (captured >= 0),
    refunded bigint not null default 0 check (refunded >= 0),
    reserved bigint not null default 0 check (reserved >= 0),
    disputed bigint not null default 0 check (disputed >= 0),
    currency char(3) not null default 'GBP',
    captured_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint payments_never_more_back_than_came_in check (refunded + reserved + disputed <= captured),
    constraint payments_captured_when_paid check (captured = 0 or status = 'paid')
);

create index payments_by_booking on payments (booking_id);
create index payments_by_customer on payments (customer_id);

create table tickets (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    booking_id uuid references bookings (id),
    number bigint generated always as identity,
    category text not null check (length(category) between 1 and 100),
    description text not null check (length(description) between 1 and 20000),
    status text not null check (status in ('OPEN', 'IN_PROGRESS', 'RESOLVED', 'CLOSED')),
    priority text not null check (priority in ('LOW', 'NORMAL', 'HIGH', 'URGENT')),
    email text check (length(email) <= 254),
    phone text check (length(phone) <= 50),
    attachments text[] not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    resolved_at timestamptz,
    version integer not null default 1
);

create unique index tickets_number_unique on tickets (number);
create index tickets_by_customer on tickets (customer_id, created_at desc, id desc);
create index tickets_by_booking on tickets (booking_id) where booking_id is not null;

create table ticket_responses (
    id uuid primary key,
    ticket_id uuid not null references tickets (id),
    message text not null check (length(message) between 1 and 20000),
    from_support boolean not null,
    staff_id uuid references staff (id),
    attachments text[] not null default '{}',
    created_at timestamptz not null
);

create index ticket_responses_by_ticket on ticket_responses (ticket_id, created_at, id);
