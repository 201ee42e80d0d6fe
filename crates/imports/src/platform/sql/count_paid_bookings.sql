select count(*) from "Booking" b
where b."paidAt" is not null and not exists (select from "Payment" p where p."bookingId" = b.id)
