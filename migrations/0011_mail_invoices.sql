-- Invoices: facts that never change once issued. What was paid and refunded is not among them: it is read when one is shown.
create table invoices (
    id uuid primary key,
    number bigint not null constraint invoices_number_positive check (number >= 1),
    booking_id uuid not null references bookings (id),
    customer_id uuid not null references customers (id),
    issued_at timestamptz not null,
    issued_by uuid references staff (id),
    -- {name, addressLines, companyNumber, vatNumber, paymentTerms}
    seller jsonb not null check (jsonb_typeof(seller) = 'object'),
    -- {name, email, phone}
    customer jsonb not null check (jsonb_typeof(customer) = 'object'),
    -- {reference, scheduledAt, from: [line], to: [line]}
    move jsonb not null check (jsonb_typeof(move) = 'object'),
    -- [{text, amount}], amounts in pence with VAT; their sum is the total.
    lines jsonb not null check (jsonb_typeof(lines) = 'array'),
    vat_percent integer not null check (vat_percent between 0 and 100),
    net bigint not null check (net >= 0),
    vat bigint not null check (vat >= 0),
    total bigint not null,
    constraint invoices_add_up check (net + vat = total)
);

create unique index invoices_number_unique on invoices (number);
create unique index invoices_booking_unique on invoices (booking_id);
create index invoices_by_customer on invoices (customer_id, number desc);

-- The last number given. Locked by whoever issues until they commit, so that a number that was rolled back is given again.
create table invoice_counter (
    only_row boolean primary key default true check (only_row),
    last_number bigint not null
);
insert into invoice_counter (last_number) values (0);

-- A guard: an invoice is corrected by another document, never by changing it.
create function refuse_invoice_changes() returns trigger language plpgsql as $$
begin
    raise exception 'invoices are written once; % is not allowed', tg_op using errcode = 'insufficient_privilege';
end $$;

create trigger invoices_written_once before update or delete or truncate on invoices
    for each statement execute function refuse_invoice_changes();

-- Mail as it goes out. `outbox`: no mail server is configured, so it waits here to be looked at.
create table mails (
    id uuid primary key,
    customer_id uuid references customers (id),
    invoice_id uuid references invoices (id),
    to_address text not null check (length(to_address) between 3 and 254),
    to_name text check (length(to_name) between 1 and 200),
    subject text not null check (length(subject) between 1 and 200),
    body_text text not null check (length(body_text) between 1 and 20000),
    state text not null check (state in ('queued', 'sent', 'failed', 'outbox')),
    attempts integer not null default 0 check (attempts >= 0),
    last_error text,
    -- The same for every attempt, so that a server that took the mail before the connection broke can tell a repeat.
    message_id text not null,
    created_at timestamptz not null,
    created_by uuid references staff (id),
    sent_at timestamptz,
    constraint mails_sent_when_sent check ((state = 'sent') = (sent_at is not null)),
    constraint mails_no_line_breaks_in_headers check (concat(to_address, to_name, subject, message_id) !~ '[[:cntrl:]]')
);

create unique index mails_message_id_unique on mails (message_id);
create index mails_by_time on mails (created_at desc, id desc);
create index mails_by_customer on mails (customer_id, created_at desc, id desc);
create index mails_by_state on mails (state, created_at desc, id desc);
create index mails_by_invoice on mails (invoice_id) where invoice_id is not null;

create table mail_attachments (
    mail_id uuid not null references mails (id),
    position smallint not null check (position >= 0),
    file_name text not null check (length(file_name) between 1 and 200 and file_name !~ '[[:cntrl:]]'),
    content_type text not null check (length(content_type) between 3 and 100 and content_type !~ '[[:cntrl:]]'),
    content bytea not null check (length(content) between 1 and 10000000),
    primary key (mail_id, position)
);
