//! What was paid, what went back, and who decided so.

use super::{
    Kind::{Day, Instant, Money, Nested, Text, Word},
    Layout, Section, column,
};

pub(super) const PAYMENTS: Section = Section {
    name: "payments",
    title: "Your payments",
    intro: "What you paid, and what of it went back to you. We never see the number of your card.",
    sql: r#"select b.reference as booking, p.provider as "paidThrough", p.intent_id as "paymentNumber", p.status, p.amount as asked,
            p.captured as paid, p.refunded, p.reserved as "refundsUnderWay", p.disputed, p.created_at as "begunAt",
            p.captured_at as "paidAt"
        from payments p join bookings b on b.id = p.booking_id where p.customer_id = any ((select same_person($1))::uuid[]) order by p.created_at, p.id"#,
    columns: &[
        column("booking", "Booking", Text),
        column("paidThrough", "Paid through", Word),
        column("paymentNumber", "Number of the payment", Text),
        column("status", "Status", Word),
        column("asked", "Asked", Money),
        column("paid", "Paid", Money),
        column("refunded", "Refunded", Money),
        column("refundsUnderWay", "Refunds under way", Money),
        column("disputed", "Disputed", Money),
        column("begunAt", "Begun", Instant),
        column("paidAt", "Paid on", Instant),
    ],
    layout: Layout::Cards,
};

pub(super) const REFUNDS: Section = Section {
    name: "refunds",
    title: "Your refunds",
    intro: "Money that went back to you, or was to.",
    sql: r#"select b.reference as booking, r.amount, r.destination, r.reason, r.notes, r.status, r.via as "sentThrough", r.reference,
            r.provider_refund_id as "refundNumber", r.status_detail as "statusDetail", r.created_at as "askedAt",
            r.processed_at as "processedAt"
        from refunds r join payments p on p.id = r.payment_id join bookings b on b.id = p.booking_id
        where p.customer_id = any ((select same_person($1))::uuid[]) order by r.created_at, r.id"#,
    columns: &[
        column("booking", "Booking", Text),
        column("amount", "Amount", Money),
        column("destination", "Goes to", Word),
        column("reason", "Reason", Text),
        column("notes", "Notes", Text),
        column("status", "Status", Word),
        column("sentThrough", "Sent through", Word),
        column("reference", "Reference", Text),
        column("refundNumber", "Number of the refund", Text),
        column("statusDetail", "About the status", Text),
        column("askedAt", "Asked", Instant),
        column("processedAt", "Over", Instant),
    ],
    layout: Layout::Cards,
};

pub(super) const REFUND_ATTEMPTS: Section = Section {
    name: "refundAttempts",
    title: "How refunds were sent",
    intro: "Each time we asked the card provider to send money back to you.",
    sql: r#"select b.reference as booking, r.amount, a.number as attempt, a.started_at as "begunAt", a.finished_at as "endedAt",
            a.outcome, a.detail
        from refund_attempts a join refunds r on r.id = a.refund_id join payments p on p.id = r.payment_id
        join bookings b on b.id = p.booking_id where p.customer_id = any ((select same_person($1))::uuid[]) order by a.started_at, a.refund_id, a.number"#,
    columns: &[
        column("booking", "Booking", Text),
        column("amount", "Amount", Money),
        column("attempt", "Attempt", Text),
        column("begunAt", "Begun", Instant),
        column("endedAt", "Ended", Instant),
        column("outcome", "Outcome", Word),
        column("detail", "What the provider said", Text),
    ],
    layout: Layout::Table,
};

pub(super) const DISPUTES: Section = Section {
    name: "disputes",
    title: "Payments that you disputed",
    intro: "Payments that you or your bank asked the card provider to take back.",
    sql: r#"select b.reference as booking, d.amount, d.held, d.reason, d.status, d.evidence_due_by as "answerDue",
            d.opened_at as "openedAt", d.updated_at as "updatedAt"
        from disputes d join payments p on p.id = d.payment_id join bookings b on b.id = p.booking_id
        where p.customer_id = any ((select same_person($1))::uuid[]) order by d.opened_at, d.id"#,
    columns: &[
        column("booking", "Booking", Text),
        column("amount", "Amount", Money),
        column("held", "Held back from us", Money),
        column("reason", "Reason", Word),
        column("status", "Status", Word),
        column("answerDue", "Our answer is due", Instant),
        column("openedAt", "Opened", Instant),
        column("updatedAt", "Last changed", Instant),
    ],
    layout: Layout::Cards,
};

pub(super) const CREDITS: Section = Section {
    name: "credits",
    title: "Your store credit",
    intro: "Credit that we gave you for later bookings.",
    sql: r#"select amount, used, remaining, reason, notes, expires_on as "endsOn", created_at as "givenAt"
        from credits where customer_id = any ((select same_person($1))::uuid[]) order by created_at, id"#,
    columns: &[
        column("amount", "Amount", Money),
        column("used", "Used", Money),
        column("remaining", "Left", Money),
        column("reason", "Reason", Word),
        column("notes", "Notes", Text),
        column("endsOn", "Ends", Day),
        column("givenAt", "Given", Instant),
    ],
    layout: Layout::Cards,
};

pub(super) const CREDIT_USES: Section = Section {
    name: "creditUses",
    title: "How your store credit was used",
    intro: "What was spent on a booking, what ran out, and what was taken back.",
    sql: r#"select u.kind, u.amount, b.reference as booking, u.notes, u.created_at as "at"
        from credit_uses u join credits c on c.id = u.credit_id left join bookings b on b.id = u.booking_id
        where c.customer_id = any ((select same_person($1))::uuid[]) order by u.created_at, u.id"#,
    columns: &[
        column("kind", "How", Word),
        column("amount", "Amount", Money),
        column("booking", "Booking", Text),
        column("notes", "Notes", Text),
        column("at", "When", Instant),
    ],
    layout: Layout::Table,
};

pub(super) const DECISIONS: Section = Section {
    name: "decisions",
    title: "Decisions that needed a second person",
    intro: "Refunds and credits for you that were so large that somebody else had to decide.",
    sql: r#"select a.act, b.reference as booking, a.amount, a.request, a.state, a.requested_at as "askedAt",
            a.decided_at as "decidedAt", a.word
        from approvals a left join bookings b on b.id = a.booking_id where a.customer_id = any ((select same_person($1))::uuid[]) order by a.requested_at, a.id"#,
    columns: &[
        column("act", "What for", Word),
        column("booking", "Booking", Text),
        column("amount", "Amount", Money),
        column("request", "What was asked", Nested),
        column("state", "State", Word),
        column("askedAt", "Asked", Instant),
        column("decidedAt", "Decided", Instant),
        column("word", "What was said", Text),
    ],
    layout: Layout::Cards,
};

pub(super) const PROVIDER_MESSAGES: Section = Section {
    name: "providerMessages",
    title: "What the card provider told us",
    intro: "Messages about your payments and refunds, as they came.",
    sql: r#"select i.provider, i.kind, i.object_id as about, i.received_at as "receivedAt", i.body
        from provider_inbox i
        where i.object_id in (
            select intent_id from payments where customer_id = any ((select same_person($1))::uuid[]) and intent_id is not null
            union select r.provider_refund_id from refunds r join payments p on p.id = r.payment_id
            where p.customer_id = any ((select same_person($1))::uuid[]) and r.provider_refund_id is not null)
        order by i.received_at, i.id"#,
    columns: &[
        column("provider", "Provider", Word),
        column("kind", "What it is about", Text),
        column("about", "Number of the payment or refund", Text),
        column("receivedAt", "Received", Instant),
        column("body", "Message", Text),
    ],
    layout: Layout::Cards,
};

pub(super) const DIFFERENCES: Section = Section {
    name: "differences",
    title: "Where the card provider and we disagreed",
    intro: "Differences that we found about your payments when we compared our books with the card provider's.",
    sql: r#"select d.kind, d.subject, d.detail, d.ours, d.theirs, d.first_seen as "foundAt", d.state, d.outcome, d.word,
            d.closed_at as "closedAt"
        from differences d
        where d.payment_id in (select id from payments where customer_id = any ((select same_person($1))::uuid[]))
           or d.refund_id in (select r.id from refunds r join payments p on p.id = r.payment_id where p.customer_id = any ((select same_person($1))::uuid[]))
           or d.provider = 'stripe' and d.subject in (
               select intent_id from payments where customer_id = any ((select same_person($1))::uuid[]) and intent_id is not null
               union select r.provider_refund_id from refunds r join payments p on p.id = r.payment_id
               where p.customer_id = any ((select same_person($1))::uuid[]) and r.provider_refund_id is not null)
        order by d.first_seen, d.id"#,
    columns: &[
        column("kind", "What differs", Word),
        column("subject", "Number of the payment or refund", Text),
        column("detail", "In detail", Text),
        column("ours", "What our books say", Nested),
        column("theirs", "What the provider says", Nested),
        column("foundAt", "Found", Instant),
        column("state", "State", Word),
        column("outcome", "Outcome", Word),
        column("word", "What was said", Text),
        column("closedAt", "Closed", Instant),
    ],
    layout: Layout::Cards,
};
