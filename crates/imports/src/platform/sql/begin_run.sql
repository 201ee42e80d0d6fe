insert into import_runs (id, system, started_at) values ($1, 'platform', $2)
