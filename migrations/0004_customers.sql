create table customers (
    id uuid primary key,
    name text not null constraint customers_name_length check (length(name) between 1 and 200),
    email text constraint customers_email_length check (length(email) between 3 and 254),
    email_verified_at timestamptz,
    phone text constraint customers_phone_length check (length(phone) between 1 and 50),
    phone_e164 text constraint customers_phone_e164_form check (phone_e164 ~ '^\+[1-9][0-9]{4,14}$'),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    archived_at timestamptz,
    archive_reason text constraint customers_archive_reason_length check (length(archive_reason) <= 500),
    version integer not null default 1,
    name_key text collate "C" not null generated always as (fold(name)) stored,
    email_key text collate "C" not null generated always as (lower(coalesce(email, ''))) stored,
    search tsvector not null generated always as (
        search_words(name) || search_words(email) || search_phone(phone_e164, phone)
    ) stored,
    constraint customers_reachable check (email is not null or phone is not null),
    constraint customers_verified_email check (email_verified_at is null or email is not null)
);

-- An archived customer's e-mail is free for a new one.
create unique index customers_email_unique on customers (lower(email)) where archived_at is null;
create index customers_by_created on customers (created_at desc, id desc) where archived_at is null;
create index customers_by_name on customers (name_key, id) where archived_at is null;
create index customers_by_email on customers (email_key, id) where archived_at is null;
create index customers_by_email_prefix on customers (email_key text_pattern_ops);
create index customers_archived on customers (archived_at desc, id desc) where archived_at is not null;
create index customers_by_search on customers using gin (search);

create table addresses (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    label text not null check (length(label) between 1 and 60),
    line1 text not null check (length(line1) between 1 and 200),
    line2 text check (length(line2) between 1 and 200),
    city text not null check (length(city) between 1 and 100),
    postcode text not null check (length(postcode) between 1 and 20),
    floor text check (length(floor) between 1 and 20),
    flat text check (length(flat) between 1 and 20),
    has_lift boolean,
    access_notes text check (length(access_notes) between 1 and 2000),
    is_default boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    removed_at timestamptz,
    version integer not null default 1
);

create index addresses_by_customer on addresses (customer_id, created_at, id) where removed_at is null;
create unique index addresses_one_default on addresses (customer_id) where is_default and removed_at is null;
create index addresses_by_postcode on addresses (postcode_key(postcode) text_pattern_ops) where removed_at is null;
create index addresses_by_city on addresses (fold(city)) where removed_at is null;

-- PostgreSQL does not look at what it knows of a partial index's expressions: without these every city would be a two-hundredth
-- of all addresses to it, London and one nobody lives in alike, and it would read the whole list for either.
create statistics addresses_city on (fold(city)) from addresses;
create statistics addresses_postcode on (postcode_key(postcode)) from addresses;

create table contacts (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    label text not null check (length(label) between 1 and 60),
    name text not null check (length(name) between 1 and 200),
    phone text check (length(phone) between 1 and 50),
    phone_e164 text check (phone_e164 ~ '^\+[1-9][0-9]{4,14}$'),
    email text check (length(email) between 3 and 254),
    notes text check (length(notes) between 1 and 2000),
    is_default boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    removed_at timestamptz,
    version integer not null default 1,
    constraint contacts_reachable check (phone is not null or email is not null)
);

create index contacts_by_customer on contacts (customer_id, created_at, id) where removed_at is null;
create unique index contacts_one_default on contacts (customer_id) where is_default and removed_at is null;

create table flags (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    kind text not null check (kind in
        ('vip', 'payment_risk', 'abusive', 'do_not_contact', 'vulnerable_customer', 'fraud_suspicion', 'other')),
    reason text not null check (length(reason) between 1 and 500),
    notes text check (length(notes) between 1 and 2000),
    raised_by uuid references staff (id),
    raised_at timestamptz not null,
    expires_on date,
    removed_at timestamptz,
    removed_by uuid references staff (id),
    removal_reason text check (length(removal_reason) between 1 and 500)
);

create index flags_by_customer on flags (customer_id, raised_at, id);
create index flags_by_expiry on flags (expires_on) where removed_at is null and expires_on is not null;
create unique index flags_one_open_of_a_kind on flags (customer_id, kind) where removed_at is null;

create table notes (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    body text not null check (length(body) between 1 and 10000),
    pinned boolean not null default false,
    author_id uuid references staff (id),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    removed_at timestamptz,
    version integer not null default 1
);

create index notes_by_customer on notes (customer_id, created_at desc, id desc) where removed_at is null;
