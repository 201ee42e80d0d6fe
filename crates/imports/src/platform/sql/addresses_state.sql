select id, customer_id, updated_at, null::jsonb from addresses where id = any ($1)
