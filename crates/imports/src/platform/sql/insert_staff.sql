insert into staff (id, email, name, role, created_at, updated_at, disabled_at, last_sign_in_at)
select id, email, name, role, created_at, stamp, case when disabled then stamp end, last_sign_in_at
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, stamp timestamptz, email text, name text, role text, created_at timestamptz, disabled boolean,
    last_sign_in_at timestamptz
)
