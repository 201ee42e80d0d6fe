-- What banks took of a customer's payments for good, dispute by dispute: the money tab sums these rows, and whoever asks is shown them.
create function rows_of_losses(customer uuid) returns table (id uuid, booking_id uuid, at timestamptz, amount bigint)
language sql stable
begin atomic
    select d.id, p.booking_id, d.opened_at, d.held
    from payments p join disputes d on d.payment_id = p.id join dispute_states s on s.name = d.status
    where p.customer_id = customer and s.class = 'lost' and d.held <> 0;
end;
