update contacts o set
    label = r.label, name = r.name, phone = r.phone, phone_e164 = r.phone_e164, email = r.email,
    notes = r.notes, is_default = r.is_default, updated_at = r.stamp, version = o.version + 1
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, stamp timestamptz, label text, name text, phone text, phone_e164 text, email text, notes text,
    is_default boolean
)
where o.id = r.id
