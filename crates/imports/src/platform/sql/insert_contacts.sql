insert into contacts (
    id, customer_id, label, name, phone, phone_e164, email, notes, is_default, created_at, updated_at
)
select
    id, customer_id, label, name, phone, phone_e164, email, notes, is_default, created_at, stamp
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, customer_id uuid, stamp timestamptz, label text, name text, phone text, phone_e164 text,
    email text, notes text, is_default boolean, created_at timestamptz
)
