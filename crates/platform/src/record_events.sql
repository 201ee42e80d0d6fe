with given as (
    select * from unnest(
        $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::uuid[], $9::text[],
        $10::inet[], $11::text[], $12::uuid[], $13::text[], $14::uuid[], $15::bigint[], $16::jsonb[], $17::bytea[],
        $18::bytea[]
    ) as e (
        id, at, action, kind, actor_kind, staff_id, role, session_id, request_id, ip, user_agent, customer_id,
        subject_type, subject_id, item_count, details, sealed, leaf
    )
), headers as (
    insert into events (id, at, action, kind, actor_kind, staff_id, role, session_id, request_id, ip, user_agent,
        customer_id, subject_type, subject_id, item_count, details, leaf)
    select id, at, action, kind, actor_kind, staff_id, role, session_id, request_id, ip, user_agent,
        customer_id, subject_type, subject_id, item_count, details, leaf
    from given
), contents as (
    insert into event_values (event_id, customer_id, sealed)
    select id, customer_id, sealed from given where sealed is not null
)
select pg_notify('hub', hint) from unnest($19::text[]) hint
