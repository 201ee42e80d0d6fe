update customers c set
    name = r.name, email = r.email, email_verified_at = r.email_verified_at, phone = r.phone,
    phone_e164 = r.phone_e164, updated_at = r.stamp, version = c.version + 1,
    archived_at = case when r.archived then coalesce(c.archived_at, r.stamp) end,
    archive_reason = case when r.archived then coalesce(c.archive_reason, 'Deleted on the booking platform') end
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, stamp timestamptz, name text, email text, email_verified_at timestamptz, phone text, phone_e164 text,
    archived boolean
)
where c.id = r.id
