select b.id
from bookings b
join jsonb_to_recordset($1::jsonb) as r (
    id uuid, status text, total bigint, price_parts jsonb, payment_intent_id text, paid_at timestamptz,
    completed_at timestamptz, cancelled_at timestamptz, cancellation_reason text
) on r.id = b.id
where
    (b.status, b.total, b.price_parts, b.payment_intent_id, b.paid_at, b.completed_at, b.cancelled_at,
    b.cancellation_reason)
    is distinct from
    (r.status, r.total, r.price_parts, r.payment_intent_id, r.paid_at, r.completed_at, r.cancelled_at,
    r.cancellation_reason)
