insert into external_links (system, kind, external_id, our_id, content_hash, first_seen_at, last_changed_at)
select 'platform', l.kind, l.external_id, l.our_id, l.content_hash, $6, l.stamp
from unnest($1::text[], $2::text[], $3::uuid[], $4::bytea[], $5::timestamptz[])
    l (kind, external_id, our_id, content_hash, stamp)
on conflict (system, kind, external_id) do update set
    our_id = excluded.our_id, content_hash = excluded.content_hash, last_changed_at = excluded.last_changed_at
