select d.customer_id from addresses d
where d.customer_id = any ($1) and d.is_default and d.removed_at is null
    and not exists (select from external_links l where l.our_id = d.id and l.system = 'platform' and l.kind = 'address')
