insert into refunds (id, payment_id, amount, reason, notes, status, processed_at, created_at)
select id, our_payment_id, amount, reason, notes, status, processed_at, created_at
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, our_payment_id uuid, amount bigint, reason text, notes text, status text, processed_at timestamptz,
    created_at timestamptz
)
