select r.id, row_to_json(r)::text from (
    select p.id::text as id, p."updatedAt"::text as updated_at
    from "Payment" p
    where p.status::text = 'refunded' and ($1::text is null or p.id > $1)
    order by p.id limit $2
) r
