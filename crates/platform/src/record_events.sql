with given as (
    select * from jsonb_to_recordset($1::jsonb) as e (
        id uuid, at timestamptz, action text, kind text, actor_kind text, staff_id uuid, role text, session_id uuid,
        request_id text, ip inet, user_agent text, customer_id uuid, subject_type text, subject_id uuid,
        item_count bigint, details jsonb, before jsonb, after jsonb, filter jsonb
    )
), headers as (
    insert into events (id, at, action, kind, actor_kind, staff_id, role, session_id, request_id, ip, user_agent,
        customer_id, subject_type, subject_id, item_count, details)
    select id, at, action, kind, actor_kind, staff_id, role, session_id, request_id, ip, user_agent,
        customer_id, subject_type, subject_id, item_count, details
    from given
), contents as (
    insert into event_values (event_id, customer_id, before, after, filter)
    select id, customer_id, before, after, filter from given
    where before is not null or after is not null or filter is not null
)
select pg_notify('hub', $2::text) where $2::text is not null
