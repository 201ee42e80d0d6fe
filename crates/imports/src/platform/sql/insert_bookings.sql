insert into bookings (
    id, customer_id, reference, scheduled_at, time_slot, urgency, contact_name, contact_email, contact_phone,
    pickup, dropoff, items, crew_size, distance_miles, estimated_minutes, status, total, price_parts,
    payment_intent_id, paid_at, completed_at, cancelled_at, cancellation_reason, created_at, updated_at
)
select
    id, customer_id, reference, scheduled_at, time_slot, urgency, contact_name, contact_email, contact_phone,
    pickup, dropoff, items, crew_size, distance_miles, estimated_minutes, status, total, price_parts,
    payment_intent_id, paid_at, completed_at, cancelled_at, cancellation_reason, created_at, stamp
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, customer_id uuid, stamp timestamptz, reference text, scheduled_at timestamptz, time_slot text,
    urgency text, contact_name text, contact_email text, contact_phone text, pickup jsonb, dropoff jsonb,
    items jsonb, crew_size smallint, distance_miles double precision, estimated_minutes integer, status text,
    total bigint, price_parts jsonb, payment_intent_id text, paid_at timestamptz, completed_at timestamptz,
    cancelled_at timestamptz, cancellation_reason text, created_at timestamptz
)
