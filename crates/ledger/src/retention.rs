//! How long what the payment provider told us is kept, beside what the books took from it.

use platform::retention::Rule;

pub const RETENTION: &[Rule] = &[Rule {
    name: "provider_messages",
    title: "Messages of the card provider",
    what: "The message as it came. That it came, what it was about, and what the books say stays; the provider keeps its own.",
    since: "the day it came",
    why: "A cardholder can dispute a payment for up to 540 days (rules of the card schemes); until then the message may be evidence.",
    months: 18,
    least: 6,
    most: 84,
    proposes: false,
    columns: &["provider_inbox.body"],
    due: "select i.id::text as id, i.received_at as at, coalesce(
              (select p.customer_id from payments p where p.intent_id = i.object_id limit 1),
              (select p.customer_id from refunds r join payments p on p.id = r.payment_id
               where r.provider_refund_id = i.object_id)) as customer_id
          from provider_inbox i where i.processed_at is not null and i.body <> '{}' and i.received_at < $1",
    forget: "update provider_inbox set body = '{}' where id = any ($1::uuid[])",
}];
