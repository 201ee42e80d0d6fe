//! How long it is kept what people asked about their data, and what they were answered.

use platform::retention::Rule;

pub const RETENTION: &[Rule] = &[Rule {
    name: "data_requests",
    title: "Data requests",
    what: "What was asked, how who asks was checked, questions, and the words of the answer. That it was asked, when, by which customer, how it was \
        answered and who approved it stays.",
    since: "the day it was closed",
    why: "Claims for a breach of data protection law can be brought for six years (Limitation Act 1980 s. 9).",
    months: 72,
    least: 12,
    most: 120,
    proposes: false,
    columns: &[
        "data_requests.requester",
        "data_requests.asked",
        "data_requests.identity_note",
        "data_requests.extension_reason",
        "data_requests.done",
        "data_requests.withheld",
        "data_requests.review_word",
        "data_requests.outcome_note",
        "data_request_pauses.question",
        "data_request_pauses.answer",
    ],
    due: "select id::text as id, customer_id, closed_at as at from data_requests
          where state = 'closed' and closed_at < $1 and asked <> 'No longer kept.'",
    forget: "with asked_back as (
              update data_request_pauses set question = 'No longer kept.', answer = case when answer is not null then 'No longer kept.' end
              where request_id = any ($1::uuid[])
          )
          update data_requests set asked = 'No longer kept.', identity_note = null, withheld = null, review_word = null, outcome_note = null,
              requester = case when requester is not null then 'No longer kept.' end,
              extension_reason = case when extension_reason is not null then 'No longer kept.' end,
              done = case when done is not null then 'No longer kept.' end
          where id = any ($1::uuid[])",
}];
