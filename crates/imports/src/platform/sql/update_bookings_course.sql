-- What becomes of a booking is decided at the source, even where its details were edited here.
update bookings b set
    status = r.status, total = r.total, price_parts = r.price_parts, payment_intent_id = r.payment_intent_id,
    paid_at = r.paid_at, completed_at = r.completed_at, cancelled_at = r.cancelled_at,
    cancellation_reason = r.cancellation_reason, version = b.version + 1
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, status text, total bigint, price_parts jsonb, payment_intent_id text, paid_at timestamptz,
    completed_at timestamptz, cancelled_at timestamptz, cancellation_reason text
)
where b.id = r.id
