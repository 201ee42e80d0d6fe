-- Copies of everything that is held about one person (UK GDPR Art. 15 and 20). The content is sealed for a key that comes from the
-- secret of the one-time link; of the link only a hash stands here, so nothing in this database can open the content.
create table personal_exports (
    id uuid primary key,
    customer_id uuid not null references customers (id),
    -- The data request that it answers, if it answers one.
    data_request_id uuid references data_requests (id),
    state text not null check (state in ('asked', 'ready', 'fetched', 'expired', 'failed')),
    requested_by uuid not null references staff (id),
    requested_at timestamptz not null,
    -- Until then the link works, and the content is kept.
    expires_at timestamptz not null check (expires_at > requested_at),
    -- Known from the start where the link is handed out at once; else written with the content.
    link_hash bytea constraint personal_exports_link_unique unique check (length(link_hash) = 32),
    public_key bytea check (length(public_key) = 32),
    made_at timestamptz,
    -- The other half of the agreement that the content's key comes from.
    ephemeral_key bytea check (length(ephemeral_key) = 32),
    -- Of the ZIP before it was sealed.
    sha256 bytea check (length(sha256) = 32),
    size bigint check (size > 0),
    -- {section: rows}
    counts jsonb check (jsonb_typeof(counts) = 'object'),
    -- The head of the audit trail as the snapshot saw it; null as long as nothing is sealed.
    seal bigint,
    chain bytea check (length(chain) = 32),
    -- When it was fetched, expired or failed.
    ended_at timestamptz,
    failure text check (failure in ('not_made', 'replaced')),
    constraint personal_exports_link check ((link_hash is null) = (public_key is null)),
    constraint personal_exports_made check (
        (made_at is not null) = (state in ('ready', 'fetched', 'expired'))
        and (made_at is null) = (ephemeral_key is null) and (made_at is null) = (sha256 is null)
        and (made_at is null) = (size is null) and (made_at is null) = (counts is null)
        and (made_at is null or link_hash is not null)),
    constraint personal_exports_ended check ((ended_at is not null) = (state in ('fetched', 'expired', 'failed'))),
    constraint personal_exports_head check ((seal is null) = (chain is null))
);

create index personal_exports_by_customer on personal_exports (customer_id, requested_at desc, id desc);
create index personal_exports_by_request on personal_exports (data_request_id, requested_at desc) where data_request_id is not null;
create unique index personal_exports_one_in_the_making on personal_exports (customer_id) where state = 'asked';
create index personal_exports_to_expire on personal_exports (expires_at) where state in ('asked', 'ready');

create table personal_export_parts (
    export_id uuid not null references personal_exports (id),
    position integer not null check (position >= 0),
    content bytea not null check (length(content) between 1 and 1100000),
    primary key (export_id, position)
);

-- What was asked for does not change; what was made stands; it goes one way; and what is over keeps no content.
create function guard_personal_export() returns trigger language plpgsql as $$
begin
    if (new.id, new.customer_id, new.data_request_id, new.requested_by, new.requested_at)
        is distinct from (old.id, old.customer_id, old.data_request_id, old.requested_by, old.requested_at)
        or old.link_hash is not null and (new.link_hash, new.public_key) is distinct from (old.link_hash, old.public_key)
        or old.made_at is not null and (new.made_at, new.ephemeral_key, new.sha256, new.size, new.counts, new.seal, new.chain)
            is distinct from (old.made_at, old.ephemeral_key, old.sha256, old.size, old.counts, old.seal, old.chain) then
        raise exception 'a personal export stands as it was made; export %', old.id using errcode = 'insufficient_privilege';
    end if;
    if new.state <> old.state and (old.state, new.state) not in (
        ('asked', 'ready'), ('asked', 'failed'), ('ready', 'fetched'), ('ready', 'expired')) then
        raise exception 'personal export % does not go from % to %', old.id, old.state, new.state
            using errcode = 'check_violation', constraint = 'personal_exports_transition';
    end if;
    if new.state in ('expired', 'failed') and exists (select from personal_export_parts where export_id = new.id) then
        raise exception 'personal export % still has content', old.id
            using errcode = 'check_violation', constraint = 'personal_exports_destroyed';
    end if;
    return new;
end $$;

create trigger personal_exports_guarded before update on personal_exports for each row execute function guard_personal_export();
create trigger personal_exports_stay before delete or truncate on personal_exports
    for each statement execute function refuse_change();

-- The personal export looks up what providers said about a payment or refund.
create index provider_inbox_by_object on provider_inbox (object_id) where object_id is not null;
