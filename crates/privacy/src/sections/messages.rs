//! What was said in either direction: tickets, mail, and what the person asked about their data.

use super::{
    Kind::{Day, Instant, Size, Text, Word},
    Layout, Section, column,
};

pub(super) const TICKETS: Section = Section {
    name: "tickets",
    title: "Your questions and complaints",
    intro: "What you asked us for help with.",
    sql: r#"select t.number, t.category, b.reference as booking, t.description, t.status, t.priority, t.email, t.phone,
            nullif(t.attachments, '{}') as attachments, t.created_at as "openedAt", t.updated_at as "updatedAt",
            t.resolved_at as "resolvedAt"
        from tickets t left join bookings b on b.id = t.booking_id where t.customer_id = any ((select same_person($1))::uuid[]) order by t.created_at, t.id"#,
    columns: &[
        column("number", "Number", Text),
        column("category", "About", Word),
        column("booking", "Booking", Text),
        column("description", "What you wrote", Text),
        column("status", "Status", Word),
        column("priority", "Priority", Word),
        column("email", "E-mail", Text),
        column("phone", "Phone", Text),
        column("attachments", "Attachments", Text),
        column("openedAt", "Opened", Instant),
        column("updatedAt", "Last changed", Instant),
        column("resolvedAt", "Resolved", Instant),
    ],
    layout: Layout::Cards,
};

pub(super) const TICKET_RESPONSES: Section = Section {
    name: "ticketResponses",
    title: "Answers to your questions and complaints",
    intro: "What was written in answer, by you and by us.",
    sql: r#"select t.number as ticket, r.created_at as "writtenAt", case when r.from_support then 'us' else 'you' end as "from",
            r.message, nullif(r.attachments, '{}') as attachments
        from ticket_responses r join tickets t on t.id = r.ticket_id where t.customer_id = any ((select same_person($1))::uuid[]) order by t.created_at, r.created_at, r.id"#,
    columns: &[
        column("ticket", "Number", Text),
        column("writtenAt", "Written", Instant),
        column("from", "From", Word),
        column("message", "Message", Text),
        column("attachments", "Attachments", Text),
    ],
    layout: Layout::Cards,
};

pub(super) const MAILS: Section = Section {
    name: "mails",
    title: "E-mails to you",
    intro: "What we sent to you, or tried to.",
    sql: r#"select m.to_address as "to", m.to_name as name, m.subject, m.body_text as "text", m.state, m.last_error as "lastError",
            m.created_at as "writtenAt", m.sent_at as "sentAt"
        from mails m where m.customer_id = any ((select same_person($1))::uuid[]) order by m.created_at, m.id"#,
    columns: &[
        column("to", "To", Text),
        column("name", "Name", Text),
        column("subject", "Subject", Text),
        column("text", "Text", Text),
        column("state", "State", Word),
        column("lastError", "What the mail server said", Text),
        column("writtenAt", "Written", Instant),
        column("sentAt", "Sent", Instant),
    ],
    layout: Layout::Cards,
};

/// `file` is where the content stands in the ZIP.
pub(super) const MAIL_ATTACHMENTS: Section = Section {
    name: "mailAttachments",
    title: "Files that came with e-mails to you",
    intro: "The files themselves are in the folder “attachments” beside this page.",
    sql: r#"select m.subject, a.file_name as "fileName", a.content_type as "type", length(a.content)::bigint as size,
            'attachments/' || lpad((row_number() over (order by m.created_at, m.id, a.position))::text, 6, '0') || '-'
                || right(regexp_replace(a.file_name, '[^A-Za-z0-9._-]+', '_', 'g'), 80) as file
        from mail_attachments a join mails m on m.id = a.mail_id where m.customer_id = any ((select same_person($1))::uuid[]) order by m.created_at, m.id, a.position"#,
    columns: &[
        column("subject", "Subject of the e-mail", Text),
        column("fileName", "Name", Text),
        column("type", "Type", Text),
        column("size", "Size", Size),
        column("file", "In this copy", Text),
    ],
    layout: Layout::Table,
};

pub(super) const DATA_REQUESTS: Section = Section {
    name: "dataRequests",
    title: "What you asked about your data",
    intro: "Your requests under data protection law, and how we dealt with them.",
    sql: r#"select number, kind, requester, channel, received_on as "receivedOn", asked, nation, state,
            acknowledged_on as "acknowledgedOn", identity_asked_on as "identityAskedOn", identity_confirmed_on as "identityConfirmedOn",
            identity_method as "identityMethod", identity_note as "identityNote", extended_on as "extendedOn",
            extension_reason as "extensionReason", proposal, done, withheld, ground, review_word as "reviewWord", due_on as "dueOn",
            outcome, answered_on as "answeredOn", answered_via as "answeredVia", outcome_note as "outcomeNote", closed_at as "closedAt"
        from data_requests where customer_id = any ((select same_person($1))::uuid[]) order by created_at, id"#,
    columns: &[
        column("number", "Number", Text),
        column("kind", "Kind", Word),
        column("requester", "Who asked", Text),
        column("channel", "Came by", Word),
        column("receivedOn", "Received", Day),
        column("asked", "What you asked", Text),
        column("nation", "Whose holidays count", Word),
        column("state", "State", Word),
        column("acknowledgedOn", "Acknowledged", Day),
        column("identityAskedOn", "Asked who you are", Day),
        column("identityConfirmedOn", "Known who you are", Day),
        column("identityMethod", "How we know", Word),
        column("identityNote", "About how we know", Text),
        column("extendedOn", "Told that it takes longer", Day),
        column("extensionReason", "Why it takes longer", Text),
        column("proposal", "What was proposed", Word),
        column("done", "What was done", Text),
        column("withheld", "What was withheld", Text),
        column("ground", "Why refused", Word),
        column("reviewWord", "What the second person said", Text),
        column("dueOn", "Due", Day),
        column("outcome", "Outcome", Word),
        column("answeredOn", "Answered", Day),
        column("answeredVia", "Answered by", Word),
        column("outcomeNote", "About the outcome", Text),
        column("closedAt", "Closed", Instant),
    ],
    layout: Layout::Cards,
};

pub(super) const DATA_REQUEST_QUESTIONS: Section = Section {
    name: "dataRequestQuestions",
    title: "What we asked back",
    intro: "Questions of ours about what you asked, and your answers.",
    sql: r#"select r.number as request, p.from_on as "askedOn", p.question, p.until_on as "answeredOn", p.answer
        from data_request_pauses p join data_requests r on r.id = p.request_id where r.customer_id = any ((select same_person($1))::uuid[])
        order by r.created_at, r.id, p.position"#,
    columns: &[
        column("request", "Request", Text),
        column("askedOn", "Asked", Day),
        column("question", "Question", Text),
        column("answeredOn", "Answered", Day),
        column("answer", "Answer", Text),
    ],
    layout: Layout::Cards,
};

pub(super) const EXPORTS: Section = Section {
    name: "exports",
    title: "Copies of your data",
    intro: "Each copy like this one, this one included.",
    sql: r#"select requested_at as "askedAt", state, made_at as "madeAt", expires_at as "endsAt", ended_at as "endedAt", size
        from personal_exports where customer_id = any ((select same_person($1))::uuid[]) order by requested_at, id"#,
    columns: &[
        column("askedAt", "Asked", Instant),
        column("state", "State", Word),
        column("madeAt", "Made", Instant),
        column("endsAt", "Can be fetched until", Instant),
        column("endedAt", "Fetched or over", Instant),
        column("size", "Size", Size),
    ],
    layout: Layout::Table,
};
