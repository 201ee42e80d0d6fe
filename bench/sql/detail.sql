-- The floor of a customer's page: the rows it shows, asked for in one go. The bench puts in what stands in braces.
\startpipeline
select c.*, s.* from customers c join customer_stats s on s.customer_id = c.id where c.id = '{customer}';
select * from bookings where customer_id = '{customer}' order by created_at desc, id desc limit 51;
select * from addresses where customer_id = '{customer}' and removed_at is null order by is_default desc, created_at, id;
select * from contacts where customer_id = '{customer}' and removed_at is null order by is_default desc, created_at, id;
select * from tickets where customer_id = '{customer}' order by created_at desc, id desc limit 51;
select n.*, m.name from notes n join staff m on m.id = n.author_id where n.customer_id = '{customer}' and n.removed_at is null;
select f.*, m.name from flags f left join staff m on m.id = f.raised_by where f.customer_id = '{customer}' and f.removed_at is null;
\endpipeline
