-- What providers tell us by themselves. A message moves no money: a job asks the provider about what it names.
create table provider_inbox (
    id uuid primary key,
    provider text not null check (provider in ('stripe')),
    event_id text not null check (length(event_id) between 1 and 200),
    kind text not null check (length(kind) between 1 and 100),
    -- The provider's name for what the message is about.
    object_id text check (length(object_id) between 1 and 200),
    received_at timestamptz not null,
    -- As it was signed.
    body text not null,
    processed_at timestamptz,
    constraint provider_inbox_once unique (provider, event_id)
);

create index provider_inbox_by_time on provider_inbox (received_at);

-- A refund that cannot be sent, or whose sending was never cleared up, waits for a person. What is found at the provider
-- counts, whatever we believed.
insert into refund_transitions (before, after) values
    ('approved', 'manual_review');

create index refunds_at_provider on refunds (created_at, id)
    where via = 'stripe' and status in ('approved', 'sending', 'in_doubt', 'submitted', 'requires_action', 'manual_review');
create index payments_by_intent on payments (intent_id) where intent_id is not null;
