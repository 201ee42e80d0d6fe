select r.id, row_to_json(r)::text from (
    select b.id::text as id, b."customerId"::text as customer_id, b."customerName"::text as customer_name,
        b."customerPhone"::text as customer_phone, b."customerEmail"::text as customer_email,
        b.reference::text as reference, b.status::text as status, b."scheduledAt"::text as scheduled_at,
        b."pickupTimeSlot"::text as time_slot, b.urgency::text as urgency, b."totalGBP"::text as total,
        b."accessSurchargeGBP"::text as access_surcharge, b."distanceCostGBP"::text as distance_cost,
        b."itemsSurchargeGBP"::text as items_surcharge, b."weatherSurchargeGBP"::text as weather_surcharge,
        b."crewMultiplierPercent"::text as crew_percent,
        b."availabilityMultiplierPercent"::text as availability_percent,
        b."baseDistanceMiles"::text as distance_miles, b."estimatedDurationMinutes"::text as estimated_minutes,
        b."crewSize"::text as crew_size, b."paidAt"::text as paid_at,
        b."stripePaymentIntentId"::text as payment_intent_id, b."createdAt"::text as created_at,
        b."updatedAt"::text as updated_at,
        json_build_object('label', pa.label::text, 'postcode', pa.postcode::text, 'lat', pa.lat::text,
            'lng', pa.lng::text, 'property_type', pp."propertyType"::text, 'access_type', pp."accessType"::text,
            'floors', pp.floors::text) as pickup,
        json_build_object('label', da.label::text, 'postcode', da.postcode::text, 'lat', da.lat::text,
            'lng', da.lng::text, 'property_type', dp."propertyType"::text, 'access_type', dp."accessType"::text,
            'floors', dp.floors::text) as dropoff,
        coalesce(i.items, '[]') as items
    from "Booking" b
    left join "BookingAddress" pa on pa.id = b."pickupAddressId"
    left join "BookingAddress" da on da.id = b."dropoffAddressId"
    left join "PropertyDetails" pp on pp.id = b."pickupPropertyId"
    left join "PropertyDetails" dp on dp.id = b."dropoffPropertyId"
    left join (
        select "bookingId", json_agg(json_build_object('name', name::text, 'quantity', quantity::text,
            'volume', "volumeM3"::text) order by id) as items
        from "BookingItem" group by "bookingId"
    ) i on i."bookingId" = b.id
    order by b.id
) r
