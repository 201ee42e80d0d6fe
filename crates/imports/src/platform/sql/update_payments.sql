update payments p set
    provider = r.provider, intent_id = r.intent_id, status = r.status, amount = r.amount, captured = r.captured,
    captured_at = r.captured_at, updated_at = r.stamp
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, stamp timestamptz, provider text, intent_id text, status text, amount bigint, captured bigint,
    captured_at timestamptz
)
where p.id = r.id
