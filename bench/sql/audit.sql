-- The floor of the first page of the audit trail: the newest events with the names they speak of.
select e.*, s.name, c.name from (select * from events order by at desc, id desc limit 51) e
left join staff s on s.id = e.staff_id left join customers c on c.id = e.customer_id
order by e.at desc, e.id desc;
