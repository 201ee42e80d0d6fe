-- A booking that was cancelled twice was cancelled when it was cancelled last.
select distinct on (c."bookingId") c."bookingId"::text, row_to_json(r)::text
from "BookingCancellation" c join unnest($1::text[]) wanted (id) on wanted.id = c."bookingId",
    lateral (select c.reason::text as reason, c."cancelledAt"::text as cancelled_at) r
order by c."bookingId", c."cancelledAt" desc, c.id desc
