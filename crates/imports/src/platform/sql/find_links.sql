select external_id, our_id, content_hash, last_changed_at
from external_links
where system = 'platform' and kind = $1 and external_id = any ($2)
