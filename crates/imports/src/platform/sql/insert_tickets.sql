insert into tickets (
    id, customer_id, booking_id, category, description, status, priority, email, phone, attachments,
    resolved_at, created_at, updated_at
)
select
    id, customer_id, our_booking_id, category, description, status, priority, email, phone, attachments,
    resolved_at, created_at, stamp
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, customer_id uuid, stamp timestamptz, our_booking_id uuid, category text, description text,
    status text, priority text, email text, phone text, attachments text[], resolved_at timestamptz,
    created_at timestamptz
)
order by created_at, id
