-- Who has which customer open: one row for each page, gone when the page is. Unlogged, because nothing of it is worth keeping; without
-- references, because those would lock and write the customer's row each time somebody looks.
create unlogged table presences (
    -- Of the page's socket.
    id uuid primary key,
    customer_id uuid not null,
    staff_id uuid not null,
    session_id uuid not null,
    editing boolean not null,
    -- Renewed while the page lives. What was not lately is of a process that ended without a word.
    seen_at timestamptz not null
) with (fillfactor = 50);

create index presences_customer on presences (customer_id);
