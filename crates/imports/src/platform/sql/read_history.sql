select r.id, row_to_json(r)::text from (
    select l.id::text as id, l."actorId"::text as actor_id, l."actorRole"::text as actor_role,
        l.action::text as action, l."targetType"::text as target_type, l."targetId"::text as target_id,
        l.before::text as before, l.after::text as after, l.details::text as details, l.ip::text as ip,
        l."userAgent"::text as user_agent, l."createdAt"::text as created_at
    from "AuditLog" l
    order by l.id
) r
