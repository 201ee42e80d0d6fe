-- The floor of a page of the list: the same columns and rows over the maintained statistics, and nothing else.
-- The bench puts in what stands in braces.
select c.id, c.name, c.email, c.email_verified_at is not null as email_verified, c.phone, c.phone_e164, c.created_at,
    c.updated_at, c.archived_at, c.version, s.orders, s.completed_orders, s.cancelled_orders, s.ltv, s.open_tickets,
    s.urgent_tickets, s.addresses, s.contacts, s.flag_kinds, nullif(s.last_order_at, '-infinity') as last_order_at
from customers c join customer_stats s on s.customer_id = c.id
where {where}
order by {order}
limit {limit};
