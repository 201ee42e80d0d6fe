select id, customer_id, updated_at, null::jsonb from contacts where id = any ($1)
