select r.id, row_to_json(r)::text from (
    select p.id::text as id, p."bookingId"::text as booking_id, p.provider::text as provider,
        p."intentId"::text as intent_id, p.amount::text as amount, p.currency::text as currency,
        p.status::text as status, b."paidAt"::text as paid_at, p."createdAt"::text as created_at,
        p."updatedAt"::text as updated_at
    from "Payment" p
    left join "Booking" b on b.id = p."bookingId"
    order by p.id
) r
