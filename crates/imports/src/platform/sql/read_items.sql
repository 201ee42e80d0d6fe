select i."bookingId"::text, row_to_json(r)::text
from "BookingItem" i join unnest($1::text[]) wanted (id) on wanted.id = i."bookingId",
    lateral (select i.name::text as name, i.quantity::text as quantity, i."volumeM3"::text as volume) r
order by i.id
