select c.relname::text, a.attname::text, has_column_privilege(c.oid, a.attnum, 'select')
from pg_class c
join pg_attribute a on a.attrelid = c.oid
where c.relkind in ('r', 'p', 'v', 'm', 'f') and pg_table_is_visible(c.oid)
    and c.relnamespace <> 'pg_catalog'::regnamespace and a.attnum > 0 and not a.attisdropped
