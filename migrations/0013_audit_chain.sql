-- The trail as a chain that shows whether anything in it was changed afterwards. An event brings the hash of itself (leaf);
-- once no transaction can still add anything before it, it is sealed: numbered, and hashed together with all before.
-- What is hashed, byte by byte: docs/audit.md.
alter table events
    -- The transaction that wrote it: whether all that came before is committed can only be told from this.
    add column xid xid8 not null default pg_current_xact_id(),
    -- Of an event that another program wrote, or an older release, there is none: it is sealed as it is found.
    add column leaf bytea constraint events_leaf_length check (length(leaf) = 32);
create index events_by_xid on events (xid);

alter table transfers add column xid xid8 not null default pg_current_xact_id();
create index transfers_by_xid on transfers (xid);

-- No foreign keys: a seal outlives what it seals, to tell of it.
create table seals (
    number bigint primary key,
    -- 1: an event, 2: an event without a leaf, as it was found, 3: a transfer.
    kind smallint not null check (kind in (1, 2, 3)),
    event_id uuid,
    transfer bigint,
    xid bigint not null,
    leaf bytea not null check (length(leaf) = 32),
    -- The hash of the seal before, this number and this leaf.
    chain bytea not null check (length(chain) = 32),
    constraint seals_of_one_thing check ((kind = 3) = (transfer is not null) and (kind = 3) = (event_id is null))
);

create unique index seals_of_events on seals (event_id) where event_id is not null;
create unique index seals_of_transfers on seals (transfer) where transfer is not null;

-- Where a pass of sealing ended, signed with a key that is not in the database.
create table checkpoints (
    number bigint primary key,
    -- The checkpoint before, so that none can go unnoticed.
    after bigint not null,
    chain bytea not null check (length(chain) = 32),
    at timestamptz not null,
    -- Every transaction below this one is sealed.
    below bigint not null,
    public_key bytea not null check (length(public_key) = 32),
    signature bytea not null check (length(signature) = 64)
);

create trigger seals_append_only before update or delete or truncate on seals
    for each statement execute function refuse_change();
alter table seals enable always trigger seals_append_only;

create trigger checkpoints_append_only before update or delete or truncate on checkpoints
    for each statement execute function refuse_change();
alter table checkpoints enable always trigger checkpoints_append_only;
