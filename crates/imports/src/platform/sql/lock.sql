-- Held by the session for the whole run: two imports at once would report each other's rows as problems.
select pg_try_advisory_lock(hashtextextended('import from the platform', 0))
