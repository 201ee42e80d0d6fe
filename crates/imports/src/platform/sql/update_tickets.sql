update tickets t set
    booking_id = r.our_booking_id, category = r.category, description = r.description, status = r.status,
    priority = r.priority, email = r.email, phone = r.phone, attachments = r.attachments,
    resolved_at = r.resolved_at, updated_at = r.stamp, version = t.version + 1
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, stamp timestamptz, our_booking_id uuid, category text, description text, status text,
    priority text, email text, phone text, attachments text[], resolved_at timestamptz
)
where t.id = r.id
