with given as (
    select * from jsonb_to_recordset($1::jsonb) as e (
        id uuid, at timestamptz, action text, customer_id uuid, subject_type text, subject_id uuid, item_count bigint,
        details jsonb, sealed bytea, leaf bytea
    )
), headers as (
    insert into events (id, at, action, kind, actor_kind, customer_id, subject_type, subject_id, item_count, details, leaf)
    select id, at, action, 'change', 'system', customer_id, subject_type, subject_id, item_count, details, leaf from given
)
insert into event_values (event_id, customer_id, sealed)
select id, customer_id, sealed from given where sealed is not null
