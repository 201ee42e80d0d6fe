-- Who is making the bank transfer of a refund, so that nobody else makes it too. A claim ends by itself, is given back, or goes
-- when the refund is settled.
alter table refunds add column claimed_by uuid references staff (id);
alter table refunds add column claimed_at timestamptz;
alter table refunds add constraint refunds_claimed_by_somebody check ((claimed_by is null) = (claimed_at is null));
alter table refunds add constraint refunds_claimed_while_waiting
    check (claimed_by is null or status in ('requires_action', 'manual_review'));
create index refunds_by_claimant on refunds (claimed_by) where claimed_by is not null;
