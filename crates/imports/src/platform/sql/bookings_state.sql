select id, customer_id, updated_at, null::jsonb from bookings where id = any ($1)
