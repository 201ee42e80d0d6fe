select e.email, c.id,
    exists (select from external_links l where l.our_id = c.id and l.system = 'platform' and l.kind = 'customer'),
    exists (select from external_links l where l.our_id = c.id and l.system = 'platform' and l.kind = 'guest'
        and l.last_changed_at = c.updated_at)
from unnest($1::text[]) e (email)
join customers c on lower(c.email) = lower(e.email) and c.archived_at is null
