insert into imported_history (
    id, system, external_id, at, actor, actor_role, action, target_type, target_id, customer_id, before, after, details,
    ip, user_agent
)
select id, 'platform', external_id, at, actor, actor_role, action, target_type, target_id, customer_id, before, after,
    details, ip, user_agent
from jsonb_to_recordset($1::jsonb) as r (
    id uuid, external_id text, at timestamptz, actor text, actor_role text, action text, target_type text,
    target_id text, customer_id uuid, before jsonb, after jsonb, details jsonb, ip text, user_agent text
)
