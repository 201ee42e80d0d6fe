select r.id, row_to_json(r)::text from (
    select k.id::text as id, k."userId"::text as user_id, k.label::text as label, k.name::text as name,
        k.phone::text as phone, k.email::text as email, k.notes::text as notes, k."isDefault"::text as is_default,
        (k."isDefault" and k.id <> min(k.id) filter (where k."isDefault") over (partition by k."userId"))::text
            as second_default,
        k."createdAt"::text as created_at, k."updatedAt"::text as updated_at
    from "Contact" k left join "User" u on u.id = k."userId"
    where coalesce(u.role::text, 'customer') = 'customer'
    order by k.id
) r
