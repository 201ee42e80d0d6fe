select id, customer_id, captured, refunded + reserved + disputed from payments where id = any ($1)
