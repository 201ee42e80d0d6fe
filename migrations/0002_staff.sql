-- Who works here, in which role, and where they are signed in.
create table roles (
    name text primary key,
    position smallint not null unique,
    title text not null,
    description text not null
);

insert into roles (name, position, title, description) values
    ('superadmin', 1, 'Superadmin', 'Everything, staff and settings included.'),
    ('ops', 2, 'Operations', 'Moves, addresses and customers; archives and restores.'),
    ('support', 3, 'Support', 'Finds customers, keeps their details right, writes notes.'),
    ('finance', 4, 'Finance', 'Money, invoices and exports.'),
    ('reviewer', 5, 'Reviewer', 'Reads everything, the audit trail included; changes nothing.'),
    ('read_only', 6, 'Read only', 'Reads customers; changes nothing, exports nothing.');

create table staff (
    id uuid primary key,
    email text not null constraint staff_email_length check (length(email) between 3 and 254),
    name text not null constraint staff_name_length check (length(name) between 1 and 200),
    role text not null references roles (name),
    password_hash text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    disabled_at timestamptz,
    last_sign_in_at timestamptz,
    version integer not null default 1
);

create unique index staff_email_unique on staff (lower(email));

create table sessions (
    id uuid primary key,
    token_hash bytea not null unique check (length(token_hash) = 32),
    staff_id uuid not null references staff (id),
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    ip inet,
    user_agent text
);

create index sessions_by_staff on sessions (staff_id, created_at desc);

-- One-time links: first set-up, invitation, password reset. Only the hash is kept.
create table sign_in_links (
    token_hash bytea primary key check (length(token_hash) = 32),
    kind text not null check (kind in ('setup', 'invitation', 'password_reset')),
    staff_id uuid references staff (id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint sign_in_links_staff check ((kind = 'setup') = (staff_id is null))
);
