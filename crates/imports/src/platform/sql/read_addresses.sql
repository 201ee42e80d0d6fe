-- Addresses of staff and drivers are none of ours; those of nobody are read, to be reported.
select r.id, row_to_json(r)::text from (
    select a.id::text as id, a."userId"::text as user_id, a.label::text as label, a.line1::text as line1,
        a.line2::text as line2, a.city::text as city, a.postcode::text as postcode, a.floor::text as floor,
        a.flat::text as flat, a.lift::text as lift, a.notes::text as notes, a."isDefault"::text as is_default,
        (a."isDefault" and a.id <> min(a.id) filter (where a."isDefault") over (partition by a."userId"))::text
            as second_default,
        a."createdAt"::text as created_at, a."updatedAt"::text as updated_at
    from "Address" a left join "User" u on u.id = a."userId"
    where coalesce(u.role::text, 'customer') = 'customer'
    order by a.id
) r
