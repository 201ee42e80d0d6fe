-- A booking that was paid, without a row that says so, counts as one payment of its total.
select r.id, row_to_json(r)::text from (
    select b.id::text as id, b.id::text as booking_id, 'platform' as provider,
        b."stripePaymentIntentId"::text as intent_id, b."totalGBP"::text as amount, 'gbp' as currency,
        'paid' as status, b."paidAt"::text as paid_at, b."createdAt"::text as created_at,
        b."updatedAt"::text as updated_at
    from "Booking" b
    where b."paidAt" is not null and not exists (select from "Payment" p where p."bookingId" = b.id)
    order by b.id
) r
