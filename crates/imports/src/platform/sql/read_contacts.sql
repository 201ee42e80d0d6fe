select r.id, row_to_json(r)::text from (
    select k.id::text as id, k."userId"::text as user_id, k.label::text as label, k.name::text as name,
        k.phone::text as phone, k.email::text as email, k.notes::text as notes, k."isDefault"::text as is_default,
        k."createdAt"::text as created_at, k."updatedAt"::text as updated_at
    from "Contact" k left join "User" u on u.id = k."userId"
    where ($1::text is null or k.id > $1) and coalesce(u.role::text, 'customer') = 'customer'
    order by k.id limit $2
) r
