select id, customer_id, captured, refunded + reserved + disputed, reserved from payments where id = any ($1)
