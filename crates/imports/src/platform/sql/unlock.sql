select pg_advisory_unlock(hashtextextended('import from the platform', 0))
