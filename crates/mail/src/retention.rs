//! How long the content of mails is kept.

use platform::retention::Rule;

pub const RETENTION: &[Rule] = &[Rule {
    name: "mails",
    title: "Mails",
    what: "Addressee, subject, text and attachments. That a mail was sent, when, and for which invoice stays; the invoice stays by itself.",
    since: "the day it was written",
    why: "What was told to somebody is asked for within a year; the books do not need it (UK GDPR Art. 5(1)(e)).",
    months: 12,
    least: 3,
    most: 84,
    proposes: false,
    columns: &[
        "mails.to_address",
        "mails.to_name",
        "mails.subject",
        "mails.body_text",
        "mails.last_error",
        "mail_attachments.file_name",
        "mail_attachments.content",
    ],
    due: "select id::text as id, customer_id, created_at as at from mails
          where state <> 'queued' and body_text <> 'No longer kept.' and created_at < $1",
    forget: "with attached as (
              update mail_attachments set file_name = 'No longer kept.', content = decode(repeat('00', 32), 'hex')
              where mail_id = any ($1::uuid[])
          )
          update mails set to_address = 'erased@erased.invalid', to_name = null, subject = 'No longer kept.',
              body_text = 'No longer kept.', last_error = null
          where id = any ($1::uuid[])",
}];
