-- What people ask about their data (UK GDPR Art. 15 to 21, DPA 2018 s. 164A), from the day it comes to the day it is closed.
-- How far a case is, and from where it may go where, stand here as rows.
create table data_request_states (
    name text primary key,
    position smallint not null
);

insert into data_request_states (name, position) values
    ('received', 1), ('identity_check', 2), ('in_progress', 3), ('clarification', 4), ('review', 5), ('approved', 6),
    ('delivered', 7), ('refused', 8), ('withdrawn', 9), ('closed', 10);

create table data_request_transitions (
    before text not null references data_request_states (name),
    after text not null references data_request_states (name),
    primary key (before, after)
);

insert into data_request_transitions (before, after) values
    ('received', 'identity_check'), ('received', 'in_progress'), ('received', 'review'), ('received', 'withdrawn'),
    ('identity_check', 'in_progress'), ('identity_check', 'review'), ('identity_check', 'withdrawn'),
    ('in_progress', 'clarification'), ('in_progress', 'review'), ('in_progress', 'withdrawn'),
    ('clarification', 'in_progress'), ('clarification', 'review'), ('clarification', 'withdrawn'),
    ('review', 'received'), ('review', 'identity_check'), ('review', 'in_progress'), ('review', 'approved'), ('review', 'withdrawn'),
    ('approved', 'delivered'), ('approved', 'refused'), ('approved', 'withdrawn'),
    ('delivered', 'closed'), ('refused', 'closed'), ('withdrawn', 'closed');

create table data_requests (
    id uuid primary key,
    number bigint not null generated always as identity,
    kind text not null check (kind in ('access', 'portability', 'erasure', 'rectification', 'objection', 'complaint')),
    -- Null as long as nobody knows who asks; then `requester` says what they call themselves.
    customer_id uuid references customers (id),
    requester text check (length(requester) between 1 and 300),
    channel text not null check (channel in ('email', 'letter', 'phone', 'web', 'in_person', 'other')),
    received_on date not null,
    asked text not null check (length(asked) between 1 and 10000),
    -- Whose bank holidays count.
    nation text not null check (nation in ('england_and_wales', 'scotland', 'northern_ireland')),
    handler_id uuid not null references staff (id),
    state text not null references data_request_states (name),
    acknowledged_on date check (acknowledged_on >= received_on),
    identity_asked_on date check (identity_asked_on >= received_on),
    identity_confirmed_on date check (identity_confirmed_on >= received_on),
    identity_method text check (identity_method in ('known_contact', 'account', 'call_back', 'document', 'other')),
    identity_note text check (length(identity_note) between 1 and 2000),
    extended_on date check (extended_on >= received_on),
    extension_reason text check (length(extension_reason) between 1 and 2000),
    -- What is to be answered, as the handler has prepared it and somebody else has looked at it.
    proposal text check (proposal in ('fulfil', 'refuse')),
    done text check (length(done) between 1 and 10000),
    withheld text check (length(withheld) between 1 and 10000),
    ground text check (ground in ('manifestly_unfounded', 'excessive', 'not_identified', 'legal_obligation', 'legal_claims',
        'overriding_grounds', 'rights_of_others', 'not_consent_or_contract', 'data_is_accurate', 'no_infringement')),
    prepared_by uuid references staff (id),
    prepared_at timestamptz,
    reviewed_by uuid references staff (id),
    reviewed_at timestamptz,
    review_word text check (length(review_word) between 1 and 2000),
    outcome text check (outcome in ('delivered', 'refused', 'withdrawn')),
    answered_on date check (answered_on >= received_on),
    answered_via text check (answered_via in ('email', 'letter', 'phone', 'in_person', 'one_time_link')),
    rights_told boolean not null default false,
    outcome_note text check (length(outcome_note) between 1 and 2000),
    -- Null while the clock stands still. Follows from the dates above by a pure function of the program.
    due_on date,
    closed_at timestamptz,
    closed_by uuid references staff (id),
    version integer not null default 1,
    created_at timestamptz not null,
    created_by uuid not null references staff (id),
    updated_at timestamptz not null,
    constraint data_requests_somebody_asks check (customer_id is not null or requester is not null),
    constraint data_requests_identity check ((identity_confirmed_on is null) = (identity_method is null)),
    constraint data_requests_extension check ((extended_on is null) = (extension_reason is null)),
    constraint data_requests_prepared check (
        (prepared_by is null) = (proposal is null) and (prepared_by is null) = (prepared_at is null)
        and (proposal is distinct from 'fulfil' or done is not null and identity_confirmed_on is not null)
        and (proposal is distinct from 'refuse' or ground is not null)),
    constraint data_requests_reviewed_by_somebody_else check (
        (reviewed_by is null) = (reviewed_at is null)
        and (reviewed_by is null or prepared_by is not null and reviewed_by <> prepared_by)),
    constraint data_requests_answered_after_review check (
        state not in ('approved', 'delivered', 'refused') and outcome is distinct from 'delivered'
        and outcome is distinct from 'refused' or reviewed_by is not null),
    constraint data_requests_outcome check (
        (outcome is not null) = (state in ('delivered', 'refused', 'withdrawn', 'closed'))
        and (outcome is null) = (answered_on is null) and (state = 'closed' or outcome is null or outcome = state)
        and (outcome is distinct from 'delivered' or proposal = 'fulfil')
        and (outcome is distinct from 'refused' or proposal = 'refuse' and rights_told)
        and (outcome is null or outcome = 'withdrawn' or answered_via is not null)),
    constraint data_requests_due check (due_on is not null or outcome is not null or state in ('identity_check', 'clarification', 'review', 'approved')),
    constraint data_requests_closed check ((state = 'closed') = (closed_at is not null) and (closed_at is null) = (closed_by is null))
);

create unique index data_requests_number on data_requests (number);
create index data_requests_open on data_requests (coalesce(due_on, 'infinity'), id) where outcome is null;
create index data_requests_answered on data_requests (answered_on desc, id desc) where outcome is not null;
create index data_requests_by_customer on data_requests (customer_id, created_at desc);

-- The clock stands while the person who asks is asked back.
create table data_request_pauses (
    request_id uuid not null references data_requests (id),
    position smallint not null check (position >= 0),
    from_on date not null,
    until_on date check (until_on >= from_on),
    question text not null check (length(question) between 1 and 5000),
    answer text check (length(answer) between 1 and 5000),
    primary key (request_id, position)
);

create unique index data_request_pauses_one_at_a_time on data_request_pauses (request_id) where until_on is null;

-- Where each case has been, written by the trigger below and by nobody else.
create table data_request_steps (
    request_id uuid not null references data_requests (id),
    number smallint not null,
    before text references data_request_states (name),
    after text not null references data_request_states (name),
    at timestamptz not null,
    event_id uuid not null constraint data_request_steps_event references events (id) deferrable initially deferred,
    primary key (request_id, number)
);

create trigger data_request_steps_append_only before update or delete or truncate on data_request_steps
    for each statement execute function refuse_change();
alter table data_request_steps enable always trigger data_request_steps_append_only;

-- Who was reminded of what: once for each due date and distance.
create table data_request_reminders (
    request_id uuid not null references data_requests (id),
    due_on date not null,
    distance text not null check (distance in ('14_days', '7_days', '2_days', 'overdue')),
    at timestamptz not null,
    primary key (request_id, due_on, distance)
);

-- What a case is does not change, it goes only where it may, and once it is closed it stands.
create function guard_data_request() returns trigger language plpgsql as $$
begin
    if (new.id, new.number, new.kind, new.channel, new.received_on, new.created_at, new.created_by)
        is distinct from (old.id, old.number, old.kind, old.channel, old.received_on, old.created_at, old.created_by) then
        raise exception 'what a data request is does not change; request %', old.id using errcode = 'insufficient_privilege';
    end if;
    if old.state = 'closed' and (new.state, new.outcome, new.answered_on, new.due_on, new.ground, new.reviewed_by, new.prepared_by)
        is distinct from (old.state, old.outcome, old.answered_on, old.due_on, old.ground, old.reviewed_by, old.prepared_by) then
        raise exception 'a closed data request stands; request %', old.id using errcode = 'insufficient_privilege';
    end if;
    if new.state <> old.state
        and not exists (select from data_request_transitions where before = old.state and after = new.state) then
        raise exception 'data request % does not go from % to %', old.id, old.state, new.state
            using errcode = 'check_violation', constraint = 'data_requests_transition';
    end if;
    return new;
end $$;

create trigger data_requests_guarded before update on data_requests for each row execute function guard_data_request();
create trigger data_requests_stay before delete or truncate on data_requests
    for each statement execute function refuse_change();

create function log_data_request() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into data_request_steps (request_id, number, after, at, event_id)
        values (new.id, 1, new.state, new.created_at, current_event());
    elsif new.state <> old.state then
        insert into data_request_steps (request_id, number, before, after, at, event_id)
        select new.id, max(number) + 1, old.state, new.state, new.updated_at, current_event()
        from data_request_steps where request_id = new.id;
    end if;
    return null;
end $$;

create trigger data_requests_logged after insert or update of state on data_requests
    for each row execute function log_data_request();
