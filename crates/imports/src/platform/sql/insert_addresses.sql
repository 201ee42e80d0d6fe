insert into addresses (
    id, customer_id, label, line1, line2, city, postcode, floor, flat, has_lift, access_notes, is_default,
    created_at, updated_at
)
select
    id, customer_id, label, line1, line2, city, postcode, floor, flat, has_lift, access_notes, is_default,
    created_at, stamp
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, customer_id uuid, stamp timestamptz, label text, line1 text, line2 text, city text, postcode text,
    floor text, flat text, has_lift boolean, access_notes text, is_default boolean, created_at timestamptz
)
