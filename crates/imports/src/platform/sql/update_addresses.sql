update addresses o set
    label = r.label, line1 = r.line1, line2 = r.line2, city = r.city, postcode = r.postcode, floor = r.floor,
    flat = r.flat, has_lift = r.has_lift, access_notes = r.access_notes, is_default = r.is_default,
    updated_at = r.stamp, version = o.version + 1
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, stamp timestamptz, label text, line1 text, line2 text, city text, postcode text, floor text,
    flat text, has_lift boolean, access_notes text, is_default boolean
)
where o.id = r.id
