-- Names that are nearly what was typed, told when nothing is found: by the trigrams that both have.
create extension if not exists pg_trgm;

create index customers_by_likeness on customers using gin (name_key gin_trgm_ops)
    where archived_at is null and erased_at is null;
