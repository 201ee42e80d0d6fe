-- Before another one becomes the customer's default: the index allows one at any moment. Neither the version nor
-- updated_at moves, since nobody edited these rows; the source's own rows for them say the same.
update addresses o set is_default = false
from jsonb_to_recordset($1::jsonb) as r (id uuid, customer_id uuid, is_default boolean)
where r.is_default and o.customer_id = r.customer_id and o.is_default and o.removed_at is null and o.id <> r.id
    and exists (select from external_links l where l.our_id = o.id and l.system = 'platform' and l.kind = 'address')
