select r.id, row_to_json(r)::text from (
    select t.id::text as id, t."customerId"::text as customer_id, t.category::text as category,
        t."orderRef"::text as order_ref, t.description::text as description, t.email::text as email,
        t.phone::text as phone, t.status::text as status, t.priority::text as priority,
        array(select unnest(t.attachments)::text) as attachments,
        t."createdAt"::text as created_at, t."updatedAt"::text as updated_at
    from "SupportTicket" t
    order by t.id
) r
