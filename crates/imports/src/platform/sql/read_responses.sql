select r.id, row_to_json(r)::text from (
    select a.id::text as id, a."ticketId"::text as ticket_id, a.message::text as message,
        a."isFromSupport"::text as is_from_support,
        array(select unnest(a.attachments)::text) as attachments, a."createdAt"::text as created_at
    from "SupportTicketResponse" a
    order by a.id
) r
