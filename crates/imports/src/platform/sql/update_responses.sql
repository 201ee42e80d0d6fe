update ticket_responses o set
    message = r.message, from_support = r.from_support, attachments = r.attachments
from jsonb_to_recordset($1::jsonb) as r (id uuid, message text, from_support boolean, attachments text[])
where o.id = r.id
