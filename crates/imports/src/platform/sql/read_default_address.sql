-- The source does not keep a customer from having several defaults: the first counts.
select d."userId"::text, min(d.id)::text
from "Address" d join unnest($1::text[]) wanted (id) on wanted.id = d."userId"
where d."isDefault"
group by d."userId"
