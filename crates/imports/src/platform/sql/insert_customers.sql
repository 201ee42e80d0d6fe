insert into customers (id, name, email, email_verified_at, phone, phone_e164, created_at, updated_at, archived_at, archive_reason)
select id, name, email, email_verified_at, phone, phone_e164, created_at, stamp,
    case when archived then stamp end, case when archived then 'Deleted on the booking platform' end
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, stamp timestamptz, name text, email text, email_verified_at timestamptz, phone text, phone_e164 text,
    created_at timestamptz, archived boolean
)
