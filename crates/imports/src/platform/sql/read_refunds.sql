select r.id, row_to_json(r)::text from (
    select f.id::text as id, f."paymentId"::text as payment_id, f.amount::text as amount, f.reason::text as reason,
        f.status::text as status, f.notes::text as notes, f."processedAt"::text as processed_at,
        f."createdAt"::text as created_at
    from "Refund" f
    order by f.id
) r
