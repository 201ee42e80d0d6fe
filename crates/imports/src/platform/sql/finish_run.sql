update import_runs set finished_at = greatest(clock_timestamp(), started_at), counts = $2, problems = $3 where id = $1
