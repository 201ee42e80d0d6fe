insert into ticket_responses (id, ticket_id, message, from_support, attachments, created_at)
select id, our_ticket_id, message, from_support, attachments, created_at
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, our_ticket_id uuid, message text, from_support boolean, attachments text[], created_at timestamptz
)
