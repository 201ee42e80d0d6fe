-- The floor of the figures over everybody: the kept totals, and what has not been folded into them yet.
select sum(customers), sum(ltv), sum(orders), sum(cancelled_orders),
    sum(customers) filter (where last_order_on >= current_date - interval '1 year')
from (select archived, last_order_on, customers, orders, cancelled_orders, ltv from customer_totals
      union all
      select archived, last_order_on, customers, orders, cancelled_orders, ltv from customer_totals_changes) t
where not archived;
