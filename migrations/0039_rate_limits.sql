-- How often something was asked or tried lately, counted over all processes. What is guessed stands here as a hash. Unlogged: a
-- crash of the database forgives everybody once, and no try waits for a disk.
create unlogged table rate_limits (
    key uuid primary key,
    -- When everything counted so far is paid off (a "generic cell rate" clock); what lies in the past means nothing and goes.
    paid_off_at timestamptz not null
) with (fillfactor = 50);

-- Counts one try under every key, or under none: then it answers how many whole seconds to wait. Each key has its interval in
-- microseconds and how many tries it allows at once. Taken in the order of the keys, so that no two wait for each other.
create function take_rate_limits(keys uuid[], intervals bigint[], bursts integer[], now_at timestamptz) returns bigint
language plpgsql as $$
declare
    item record;
    paid timestamptz;
    wait interval := interval '0';
begin
    -- Refused without writing, as most are while somebody guesses.
    select greatest(wait, max(r.paid_off_at - (g.burst - 1) * g.every * interval '1 microsecond' - now_at)) into wait
    from unnest(keys, intervals, bursts) as g (key, every, burst) join rate_limits r on r.key = g.key;
    if wait > interval '0' then
        return floor(extract(epoch from wait)) + 1;
    end if;
    for item in select * from unnest(keys, intervals, bursts) as g (key, every, burst) order by g.key loop
        insert into rate_limits as r (key, paid_off_at) values (item.key, now_at + item.every * interval '1 microsecond')
        on conflict (key) do update set paid_off_at = greatest(r.paid_off_at, now_at) + item.every * interval '1 microsecond'
        returning paid_off_at into paid;
        wait := greatest(wait, paid - item.burst * item.every * interval '1 microsecond' - now_at);
    end loop;
    -- Others were counted between the look and the lock.
    if wait > interval '0' then
        update rate_limits r set paid_off_at = r.paid_off_at - g.every * interval '1 microsecond'
        from unnest(keys, intervals) as g (key, every) where r.key = g.key;
        return floor(extract(epoch from wait)) + 1;
    end if;
    return null;
end $$;
