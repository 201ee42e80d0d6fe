select r.id, row_to_json(r)::text from (
    select u.id::text as id, u.email::text as email, u.name::text as name, null as phone,
        u."emailVerified"::text as email_verified, u."createdAt"::text as created_at
    from "User" u
    where u.role::text = 'customer'
    order by u.id
) r
