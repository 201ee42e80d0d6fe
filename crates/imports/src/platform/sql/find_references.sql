select upper(reference), id from bookings where upper(reference) = any ($1)
