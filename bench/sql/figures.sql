-- The floor of the figures over a filter: one pass over what fits. The bench puts in what stands in braces.
select case when s.archived then 'archived' when s.last_order_at = '-infinity' then 'new'
            when s.last_order_at >= now() - interval '1 year' then 'active' else 'inactive' end as status,
    count(*), sum(s.ltv), sum(s.orders), sum(s.cancelled_orders)
from customers c join customer_stats s on s.customer_id = c.id
where {where}
group by 1;
