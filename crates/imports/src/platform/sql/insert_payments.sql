insert into payments (
    id, booking_id, customer_id, provider, intent_id, status, amount, captured, captured_at, created_at, updated_at
)
select id, our_booking_id, customer_id, provider, intent_id, status, amount, captured, captured_at, created_at, stamp
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, our_booking_id uuid, customer_id uuid, stamp timestamptz, provider text, intent_id text, status text,
    amount bigint, captured bigint, captured_at timestamptz, created_at timestamptz
)
