update bookings b set
    reference = r.reference, scheduled_at = r.scheduled_at, time_slot = r.time_slot, urgency = r.urgency,
    contact_name = r.contact_name, contact_email = r.contact_email, contact_phone = r.contact_phone,
    pickup = r.pickup, dropoff = r.dropoff, items = r.items, crew_size = r.crew_size,
    distance_miles = r.distance_miles, estimated_minutes = r.estimated_minutes, status = r.status,
    total = r.total, price_parts = r.price_parts, payment_intent_id = r.payment_intent_id, paid_at = r.paid_at,
    completed_at = r.completed_at, cancelled_at = r.cancelled_at, cancellation_reason = r.cancellation_reason,
    updated_at = r.stamp, version = b.version + 1
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, stamp timestamptz, reference text, scheduled_at timestamptz, time_slot text, urgency text,
    contact_name text, contact_email text, contact_phone text, pickup jsonb, dropoff jsonb, items jsonb,
    crew_size smallint, distance_miles double precision, estimated_minutes integer, status text, total bigint,
    price_parts jsonb, payment_intent_id text, paid_at timestamptz, completed_at timestamptz,
    cancelled_at timestamptz, cancellation_reason text
)
where b.id = r.id
