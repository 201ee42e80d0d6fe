//! What the books promise, computed afresh from the rows: one query each, one line of text for every row that is wrong.

/// A name, and a query that finds what contradicts it.
pub const CHECKS: &[(&str, &str)] = &[
    (
        "every entry in the books names its event",
        "select format('transfer %s', t.number) from transfers t
         where not exists (select from events e where e.id = t.event_id)",
    ),
    (
        "what was captured of a payment is what the books say",
        "select format('payment %s: kept %s captured and %s disputed, the books say %s and %s', p.id, p.captured, p.disputed,
                coalesce(t.captured, 0), coalesce(t.disputed, 0))
         from payments p full join (
            select payment_id,
                   sum(case kind when 'payment_captured' then amount when 'payment_corrected' then -amount else 0 end) as captured,
                   sum(case kind when 'payment_disputed' then amount when 'dispute_ended' then -amount else 0 end) as disputed
            from transfers where kind in ('payment_captured', 'payment_corrected', 'payment_disputed', 'dispute_ended')
            group by payment_id
         ) t on t.payment_id = p.id
         where (coalesce(p.captured, 0), coalesce(p.disputed, 0)) <> (coalesce(t.captured, 0), coalesce(t.disputed, 0))",
    ),
    (
        "what is refunded and reserved of a payment is the sum of its refunds",
        "select format('payment %s: kept %s refunded and %s reserved, true %s and %s', p.id, p.refunded, p.reserved,
                coalesce(r.refunded, 0), coalesce(r.reserved, 0))
         from payments p left join (
            select r.payment_id, sum(r.amount) filter (where s.class = 'done') as refunded,
                   sum(r.amount) filter (where s.class in ('held', 'payable')) as reserved
            from refunds r join refund_states s on s.name = r.status group by r.payment_id
         ) r on r.payment_id = p.id
         where (p.refunded, p.reserved) <> (coalesce(r.refunded, 0), coalesce(r.reserved, 0))",
    ),
    (
        "what is disputed of a payment is the sum of what its disputes hold",
        "select format('payment %s: kept %s disputed, its disputes hold %s', p.id, p.disputed, coalesce(d.held, 0))
         from payments p left join (select payment_id, sum(held) as held from disputes group by payment_id) d on d.payment_id = p.id
         where p.disputed <> coalesce(d.held, 0)",
    ),
    (
        "a dispute holds what its state says, and what was left of its payment",
        "select format('dispute %s is %s: it holds %s of %s', d.id, d.status, d.held, d.amount)
         from disputes d join dispute_states s on s.name = d.status join payments p on p.id = d.payment_id
         where case when s.class in ('open', 'lost')
                    then d.held not between 0 and d.amount or d.held < least(d.amount,
                        p.captured - p.refunded - p.reserved - p.disputed + d.held)
                    else d.held <> 0 end",
    ),
    (
        "the books say of every payment what was lost to disputes",
        "select format('payment %s: disputes took %s, the books say %s', coalesce(d.payment_id, t.payment_id), coalesce(d.lost, 0),
                coalesce(t.lost, 0))
         from (select payment_id, sum(held) as lost from disputes where status = 'lost' group by payment_id) d
         full join (
            select payment_id, sum(case kind when 'dispute_lost' then amount else -amount end) as lost
            from transfers where kind in ('dispute_lost', 'dispute_loss_reversed') group by payment_id
         ) t on t.payment_id = d.payment_id
         where coalesce(d.lost, 0) <> coalesce(t.lost, 0)",
    ),
    (
        "nothing goes back beyond what came in",
        "select format('payment %s: captured %s, refunded %s, reserved %s, disputed %s', id, captured, refunded, reserved, disputed)
         from payments where refunded + reserved + disputed > captured or least(captured, refunded, reserved, disputed) < 0",
    ),
    (
        "the books follow the state of every refund",
        "select format('refund %s is %s: the books say %s payable and %s gone back', r.id, r.status, coalesce(t.payable, 0), coalesce(t.gone, 0))
         from refunds r join refund_states s on s.name = r.status left join (
            select refund_id,
                   sum(case when credit = 'refunds_payable' then amount when debit = 'refunds_payable' then -amount else 0 end) as payable,
                   sum(case kind when 'refund_succeeded' then amount when 'refund_reversed' then -amount else 0 end) as gone
            from transfers where refund_id is not null group by refund_id
         ) t on t.refund_id = r.id
         where coalesce(t.payable, 0) <> (case s.class when 'payable' then r.amount else 0 end)
            or coalesce(t.gone, 0) <> (case s.class when 'done' then r.amount else 0 end)",
    ),
    (
        "a credit is the sum of what was done with it, and the books agree",
        "select format('credit %s: %s of %s used, its uses say %s, the books %s', c.id, c.used, c.amount, coalesce(u.used, 0), coalesce(t.used, 0))
         from credits c
         left join (
            select credit_id, sum(case kind when 'returned' then -amount else amount end) as used from credit_uses group by credit_id
         ) u on u.credit_id = c.id
         left join (
            select credit_id, sum(case kind when 'credit_returned' then -amount else amount end) as used
            from transfers where credit_use_id is not null group by credit_id
         ) t
            on t.credit_id = c.id
         where c.used <> coalesce(u.used, 0) or c.used <> coalesce(t.used, 0) or c.used not between 0 and c.amount",
    ),
    (
        "a credit that was issued by itself is what the books say was issued",
        "select format('credit %s: %s, the books say %s', c.id, c.amount, coalesce(t.issued, 0))
         from credits c left join (
            select credit_id, sum(amount) as issued from transfers where kind = 'credit_issued' group by credit_id
         ) t on t.credit_id = c.id
         where c.refund_id is null and c.amount <> coalesce(t.issued, 0)",
    ),
    (
        "what the books owe a customer is what remains of their credits",
        "select format('customer %s: credits %s, books %s', coalesce(c.customer_id, t.customer_id), coalesce(c.left, 0), coalesce(t.owed, 0))
         from (select customer_id, sum(remaining) as left from credits group by customer_id) c
         full join (
            select customer_id, sum(case when credit = 'customer_credit' then amount else -amount end) as owed
            from transfers where 'customer_credit' in (debit, credit) group by customer_id
         ) t on t.customer_id = c.customer_id
         where coalesce(c.left, 0) <> coalesce(t.owed, 0)",
    ),
    (
        "credit that moved left the one customer as it reached the other",
        "select format('credit %s: %s out, %s in', credit_id, moved_out, moved_in)
         from (
            select credit_id, event_id, sum(amount) filter (where kind = 'credit_moved_out') as moved_out,
                   sum(amount) filter (where kind = 'credit_moved_in') as moved_in
            from transfers where kind in ('credit_moved_out', 'credit_moved_in') group by credit_id, event_id
         ) t where moved_out is distinct from moved_in",
    ),
    (
        "a refund to store credit that went through is a credit of the same sum",
        "select format('refund %s', r.id) from refunds r left join credits c on c.refund_id = r.id
         where (r.destination = 'store_credit' and r.status = 'succeeded') <> (c.id is not null) or c.amount <> r.amount",
    ),
    (
        "what waits for approval is held, and nothing else is",
        "select format('refund %s is %s, its approval %s', r.id, r.status, coalesce(a.state, 'missing'))
         from refunds r left join approvals a on a.id = r.approval_id
         where (r.status = 'pending_approval') <> (coalesce(a.state, '') = 'pending')",
    ),
    (
        "every account is what payments, refunds and credits imply",
        "with implied as (
            select 'bookings_revenue' as account, (select coalesce(sum(captured), 0) from payments)
                + (select coalesce(sum(case kind when 'spent' then amount else -amount end), 0) from credit_uses
                   where kind in ('spent', 'returned')) as owed
            union all
            select 'refunds_payable', coalesce(sum(r.amount), 0) from refunds r join refund_states s on s.name = r.status
            where s.class = 'payable'
            union all
            select 'refunds', -coalesce(sum(r.amount), 0) from refunds r join refund_states s on s.name = r.status
            where s.class in ('payable', 'done')
            union all
            select 'customer_credit', coalesce(sum(remaining), 0) from credits
            union all
            select 'goodwill', (select coalesce(sum(amount), 0) from credit_uses where kind = 'withdrawn')
                - (select coalesce(sum(amount), 0) from credits where refund_id is null)
            union all
            select 'credit_moving', 0
            union all
            select 'breakage', coalesce(sum(amount), 0) from credit_uses where kind = 'expired'
            union all
            select 'dispute_holding', -coalesce(sum(held) filter (where status <> 'lost'), 0) from disputes
            union all
            select 'dispute_losses', -coalesce(sum(held) filter (where status = 'lost'), 0) from disputes
            union all
            select 'provider_clearing', (select coalesce(sum(disputed - captured), 0) from payments)
                + (select coalesce(sum(amount), 0) from refunds where status = 'succeeded' and destination = 'original')
         ), booked as (
            select account, sum(amount) as owed
            from (select credit as account, amount from transfers union all select debit, -amount from transfers) sides
            group by account
         )
         select format('%s: the rows imply %s, the books say %s', i.account, i.owed, coalesce(b.owed, 0))
         from implied i left join booked b on b.account = i.account where i.owed <> coalesce(b.owed, 0)",
    ),
    (
        "what the desk has recorded is bound to requests that were approved by somebody else",
        "select format('approval %s', a.id) from approvals a
         where a.state = 'approved' and (a.decided_by = a.requested_by
            or not exists (select from refunds r where r.approval_id = a.id and r.amount = a.amount
                           union all select from credits c where c.approval_id = a.id and c.amount = a.amount))",
    ),
    (
        "a refund is taken back only by what shows that it failed, once",
        "select format('refund %s', coalesce(t.refund_id, d.refund_id))
         from (select refund_id, event_id, sum(amount) as amount from transfers where kind = 'refund_reversed' group by 1, 2) t
         full join (
            select d.refund_id, d.event_id, r.amount from differences d join refunds r on r.id = d.refund_id
            where d.state = 'settled' and d.outcome = 'accept_theirs'
            union all
            select b.refund_id, b.event_id, r.amount from refund_returns b join refunds r on r.id = b.refund_id
         ) d on (d.refund_id, d.event_id) = (t.refund_id, t.event_id)
         where t.amount is distinct from d.amount",
    ),
    (
        "credit spent on a booking comes back once, as it was spent",
        "select format('use %s', r.id) from credit_uses r left join credit_uses u on u.id = r.returns_use_id
         where r.kind = 'returned' and (u.kind, u.credit_id, u.amount, u.booking_id)
            is distinct from ('spent', r.credit_id, r.amount, r.booking_id)",
    ),
    (
        "what was recorded of a provider's refunds is in the books as the provider has it",
        "select format('difference %s', d.id) from differences d
         where d.state = 'settled' and d.outcome = 'record_theirs' and not exists (
            select from refunds r join transfers t on t.refund_id = r.id and t.kind = 'refund_succeeded'
            where t.event_id = d.event_id and t.amount = (d.theirs ->> 'amount')::bigint
              and (r.id = d.refund_id or r.provider_refund_id = d.subject))",
    ),
];
