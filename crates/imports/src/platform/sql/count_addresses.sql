select count(*) from "Address" o left join "User" u on u.id = o."userId"
where coalesce(u.role::text, 'customer') = 'customer'
