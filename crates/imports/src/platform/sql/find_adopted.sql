select our_id from external_links where system = 'platform' and kind = 'payment' and our_id = any ($1)
