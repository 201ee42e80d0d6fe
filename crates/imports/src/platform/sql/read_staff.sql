select r.id, row_to_json(r)::text from (
    select u.id::text as id, u.email::text as email, u.name::text as name, u."adminRole"::text as admin_role,
        u."isActive"::text as is_active, u."lastLogin"::text as last_login, u."createdAt"::text as created_at
    from "User" u
    where u.role::text = 'admin'
    order by u.id
) r
