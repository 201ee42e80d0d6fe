-- Ways to look at the list of customers that people keep under a name, and who has which always before them.
create table saved_views (
    id uuid primary key,
    owner_id uuid not null references staff (id),
    name text not null check (length(name) between 1 and 60),
    -- Filters and order. What was searched for mostly names a person, and is not kept.
    shows jsonb not null check (jsonb_typeof(shows -> 'filter') = 'object' and not (shows -> 'filter') ? 'search'),
    shared boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null default 1
);
create unique index saved_views_name_unique on saved_views (owner_id, lower(name));
create index saved_views_shared on saved_views (id) where shared;

create table saved_view_pins (
    view_id uuid not null references saved_views (id) on delete cascade,
    staff_id uuid not null references staff (id),
    primary key (view_id, staff_id)
);
create index saved_view_pins_staff on saved_view_pins (staff_id);
