select id, customer_id, updated_at, null::jsonb from tickets where id = any ($1)
