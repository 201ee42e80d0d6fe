-- How a person has the list of customers laid out: how close its rows stand, and which columns are left out.
create table list_layouts (
    staff_id uuid primary key references staff (id),
    density text not null check (density in ('normal', 'compact')),
    hidden text[] not null check (cardinality(hidden) <= 20),
    updated_at timestamptz not null
);
