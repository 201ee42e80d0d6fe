select r.id, row_to_json(r)::text from (
    select p.id::text as id, p."updatedAt"::text as updated_at
    from "Payment" p
    where p.status::text = 'refunded'
    order by p.id
) r
