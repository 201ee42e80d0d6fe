-- Everything that happened to a customer, from what is kept of it: the events, and the dates of bookings, money and tickets.
with happened as (
    select e.id::text as id, e.at, e.action, e.staff_id, e.subject_type, e.subject_id,
           e.details || jsonb_strip_nulls(
               jsonb_build_object('itemCount', e.item_count, 'kind', f.kind, 'reference', b.reference, 'reason', k.archive_reason)) as details
    from events e left join flags f on e.subject_type = 'flag' and f.id = e.subject_id
    -- Why they are archived is told while they are: it goes when they are restored, and when they are erased.
    left join customers k on e.action = 'customer.archived' and k.id = e.customer_id and e.at >= k.archived_at
    left join refunds r on e.subject_type = 'refund' and r.id = e.subject_id
    left join disputes q on e.subject_type = 'dispute' and q.id = e.subject_id
    left join payments p on p.id = coalesce(r.payment_id, q.payment_id)
    left join approvals a on e.subject_type = 'approval' and a.id = e.subject_id
    left join bookings b on b.id = coalesce(p.booking_id, a.booking_id, case e.subject_type when 'booking' then e.subject_id end)
    where e.customer_id = any ((select same_person($1))::uuid[]) and e.kind = 'change' and e.action not like '%.seeded' and e.action not like '%.imported'
    union all
    select b.id || ':placed', b.created_at, 'booking.placed', null, 'booking', b.id,
           jsonb_build_object('reference', b.reference, 'amount', b.total)
    from bookings b where b.customer_id = $1 and b.status <> 'DRAFT'
    union all
    select b.id || ':completed', b.completed_at, 'booking.completed', null, 'booking', b.id,
           jsonb_build_object('reference', b.reference)
    from bookings b where b.customer_id = $1 and b.completed_at is not null
    union all
    select b.id || ':cancelled', b.cancelled_at, 'booking.cancelled', null, 'booking', b.id,
           jsonb_strip_nulls(jsonb_build_object('reference', b.reference, 'reason', b.cancellation_reason))
    from bookings b where b.customer_id = $1 and b.cancelled_at is not null
    union all
    select p.id || ':captured', p.captured_at, 'payment.captured', null, 'booking', p.booking_id,
           jsonb_build_object('reference', b.reference, 'amount', p.captured)
    from payments p join bookings b on b.id = p.booking_id
    where p.customer_id = $1 and p.captured > 0 and p.captured_at is not null
    union all
    select r.id || ':refunded', coalesce(r.processed_at, r.created_at), 'payment.refunded', null, 'booking', p.booking_id,
           jsonb_build_object('reference', b.reference, 'amount', r.amount, 'reason', r.reason)
    from payments p join refunds r on r.payment_id = p.id join bookings b on b.id = p.booking_id
    -- Those that were asked for here tell of themselves by their events.
    where p.customer_id = $1 and r.status = 'succeeded' and r.requested_by is null
    union all
    select t.id || ':opened', t.created_at, 'ticket.opened', null, 'ticket', t.id,
           jsonb_build_object('number', t.number, 'category', t.category, 'priority', t.priority)
    from tickets t where t.customer_id = $1
    union all
    select t.id || ':resolved', t.resolved_at, 'ticket.resolved', null, 'ticket', t.id, jsonb_build_object('number', t.number)
    from tickets t where t.customer_id = $1 and t.resolved_at is not null
    union all
    select c.id || ':joined', c.created_at, 'customer.joined', null, 'customer', c.id, '{}'::jsonb
    from customers c where c.id = $1 and not exists (
        select from events e where e.customer_id = $1 and e.action = 'customer.created')
    union all
    select h.id || ':history', h.at, 'platform.history', null, null, null,
           jsonb_strip_nulls(jsonb_build_object('action', h.action, 'actor', coalesce(h.actor_role, 'somebody')))
    from imported_history h where h.customer_id = any ((select same_person($1))::uuid[])
)
select h.id, h.at, h.action, h.subject_type, h.subject_id, h.details, m.name as actor_name
from happened h left join staff m on m.id = h.staff_id
where $2::timestamptz is null or (h.at, h.id) < ($2, $3)
order by h.at desc, h.id desc
limit $4
