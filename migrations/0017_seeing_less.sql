-- Who saw contact details that their role hides, and until when. The reason stands with the event, where it can be erased.
create table reveals (
    id uuid primary key,
    staff_id uuid not null references staff (id),
    customer_id uuid not null references customers (id),
    at timestamptz not null,
    until timestamptz not null,
    -- The day in London that it counts against.
    day date not null,
    constraint reveals_end check (until > at)
);

create index reveals_of_today on reveals (staff_id, day);
create index reveals_by_customer on reveals (customer_id);

create trigger reveals_append_only before update or delete or truncate on reveals
    for each statement execute function refuse_change();
alter table reveals enable always trigger reveals_append_only;

-- How much a person of a role reads in a day; null: no bound.
create table sight_limits (
    role text primary key references roles (name),
    reveals integer check (reveals >= 0),
    alarm integer check (alarm > 0),
    stop integer check (stop > 0),
    version integer not null default 1,
    updated_at timestamptz,
    updated_by uuid references staff (id),
    constraint sight_limits_stop_after_alarm check (stop is null or alarm is null or stop >= alarm)
);

insert into sight_limits (role, reveals, alarm) values
    ('superadmin', null, null), ('ops', null, 1000), ('support', null, 300), ('finance', null, 300), ('reviewer', 20, 200), ('read_only', 5, 200);

-- Until when a person is refused to read customers, because they have read as many as their role may in a day.
alter table staff add column reading_stopped_until timestamptz;

-- Who has read more than the alarm of their role on a day, and when they were stopped.
create table read_alarms (
    staff_id uuid not null references staff (id),
    day date not null,
    at timestamptz not null,
    stopped_at timestamptz,
    primary key (staff_id, day)
);
