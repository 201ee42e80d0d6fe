-- What the migrations add up to, as PostgreSQL 15 tells it. Written by `make sql`; edit the migrations.

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;

COMMENT ON EXTENSION unaccent IS 'text search dictionary that removes accents';

CREATE TYPE public.refund_step AS (
	id uuid,
	payment_id uuid,
	amount bigint,
	destination text,
	was text,
	class text,
	at timestamp with time zone
);

CREATE FUNCTION public.fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, value));

CREATE FUNCTION public.mailbox(email text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN (lower(split_part(email, '@'::text, 2)) = ANY (ARRAY['gmail.com'::text, 'googlemail.com'::text])) THEN (replace(split_part(split_part(lower(email), '@'::text, 1), '+'::text, 1), '.'::text, ''::text) || '@gmail.com'::text) ELSE ((split_part(split_part(lower(email), '@'::text, 1), '+'::text, 1) || '@'::text) || lower(split_part(email, '@'::text, 2))) END;

CREATE FUNCTION public.postcode_key(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN "left"(upper(regexp_replace(value, '[^[:alnum:]]'::text, ''::text, 'g'::text)), 20);

CREATE FUNCTION public.search_phone(e164 text, typed text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(array_remove(ARRAY[ltrim(e164, '+'::text), CASE WHEN (e164 ~~ '+44%'::text) THEN ('0'::text || substr(e164, 4)) ELSE NULL::text END, "right"(e164, 6), NULLIF("left"(regexp_replace(COALESCE(typed, ''::text), '[^0-9]'::text, ''::text, 'g'::text), 30), ''::text)], NULL::text));

CREATE FUNCTION public.search_words(value text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(array_remove(string_to_array(regexp_replace(regexp_replace(translate(public.fold(COALESCE(value, ''::text)), '''’`´'::text, ''::text), '[^[:alnum:]]+'::text, ' '::text, 'g'::text), '([[:alnum:]]{60})[[:alnum:]]+'::text, '\1'::text, 'g'::text), ' '::text), ''::text));

CREATE FUNCTION public.surname(name_key text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN "substring"(name_key, '[^ ]+$'::text);

CREATE TABLE public.addresses (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    label text NOT NULL,
    line1 text NOT NULL,
    line2 text,
    city text NOT NULL,
    postcode text NOT NULL,
    floor text,
    flat text,
    has_lift boolean,
    access_notes text,
    is_default boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT addresses_access_notes_check CHECK (((length(access_notes) >= 1) AND (length(access_notes) <= 2000))),
    CONSTRAINT addresses_city_check CHECK (((length(city) >= 1) AND (length(city) <= 100))),
    CONSTRAINT addresses_flat_check CHECK (((length(flat) >= 1) AND (length(flat) <= 20))),
    CONSTRAINT addresses_floor_check CHECK (((length(floor) >= 1) AND (length(floor) <= 20))),
    CONSTRAINT addresses_label_check CHECK (((length(label) >= 1) AND (length(label) <= 60))),
    CONSTRAINT addresses_line1_check CHECK (((length(line1) >= 1) AND (length(line1) <= 200))),
    CONSTRAINT addresses_line2_check CHECK (((length(line2) >= 1) AND (length(line2) <= 200))),
    CONSTRAINT addresses_postcode_check CHECK (((length(postcode) >= 1) AND (length(postcode) <= 20)))
);

CREATE TABLE public.customers (
    id uuid NOT NULL,
    name text NOT NULL,
    email text,
    email_verified_at timestamp with time zone,
    phone text,
    phone_e164 text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    archive_reason text,
    version integer DEFAULT 1 NOT NULL,
    name_key text GENERATED ALWAYS AS (public.fold(name)) STORED NOT NULL COLLATE pg_catalog."C",
    email_key text GENERATED ALWAYS AS (lower(COALESCE(email, ''::text))) STORED NOT NULL COLLATE pg_catalog."C",
    search tsvector GENERATED ALWAYS AS (((public.search_words(name) || public.search_words(email)) || public.search_phone(phone_e164, phone))) STORED NOT NULL,
    erased_at timestamp with time zone,
    merged_into uuid,
    CONSTRAINT customers_archive_reason_length CHECK ((length(archive_reason) <= 500)),
    CONSTRAINT customers_email_length CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT customers_merged_is_archived CHECK (((merged_into IS NULL) OR ((merged_into <> id) AND (archived_at IS NOT NULL)))),
    CONSTRAINT customers_name_length CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT customers_phone_e164_form CHECK ((phone_e164 ~ '^\+[1-9][0-9]{4,14}$'::text)),
    CONSTRAINT customers_phone_length CHECK (((length(phone) >= 1) AND (length(phone) <= 50))),
    CONSTRAINT customers_reachable CHECK (((email IS NOT NULL) OR (phone IS NOT NULL) OR (erased_at IS NOT NULL))),
    CONSTRAINT customers_verified_email CHECK (((email_verified_at IS NULL) OR (email IS NOT NULL)))
);

CREATE FUNCTION public.candidates_of(customer uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT o.id
    FROM (public.customers c
      JOIN public.customers o ON (((o.phone_e164 COLLATE "C") = (c.phone_e164 COLLATE "C"))))
   WHERE ((c.id = candidates_of.customer) AND (o.id <> candidates_of.customer) AND (c.archived_at IS NULL) AND (o.archived_at IS NULL) AND (o.phone_e164 IS NOT NULL))
 UNION
  SELECT o.id
    FROM (public.customers c
      JOIN public.customers o ON (((public.mailbox(o.email) COLLATE "C") = (public.mailbox(c.email) COLLATE "C"))))
   WHERE ((c.id = candidates_of.customer) AND (o.id <> candidates_of.customer) AND (c.archived_at IS NULL) AND (o.archived_at IS NULL) AND (o.email IS NOT NULL))
 UNION
  SELECT o.id
    FROM (((public.customers c
      JOIN public.addresses x ON (((x.customer_id = c.id) AND (x.removed_at IS NULL))))
      JOIN public.addresses y ON (((public.postcode_key(y.postcode) = public.postcode_key(x.postcode)) AND (y.removed_at IS NULL))))
      JOIN public.customers o ON ((o.id = y.customer_id)))
   WHERE ((c.id = candidates_of.customer) AND (o.id <> candidates_of.customer) AND (c.archived_at IS NULL) AND (o.archived_at IS NULL) AND (public.surname(o.name_key) = public.surname(c.name_key)));
END;

CREATE FUNCTION public.check_not_erased(customer uuid, erased boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if coalesce(current_setting('hub.erases', true), '') <> '' then
        if current_setting('hub.erases', true) = person_of(customer)::text and is_erasing(customer) then
            return;
        end if;
    end if;
    if erased then
        raise exception 'customer % was erased', customer using errcode = 'check_violation', constraint = 'customers_erased';
    end if;
    if is_being_erased(customer) then
        raise exception 'customer % is being erased', customer
            using errcode = 'check_violation', constraint = 'customers_being_erased';
    end if;
end $$;

CREATE TABLE public.customer_merge_rows (
    merge_id uuid NOT NULL,
    kind text NOT NULL,
    row_id uuid NOT NULL,
    was text,
    CONSTRAINT customer_merge_rows_kind_check CHECK ((kind = ANY (ARRAY['address'::text, 'contact'::text, 'note'::text, 'flag'::text, 'booking'::text, 'payment'::text, 'ticket'::text, 'credit'::text, 'made_contact'::text]))),
    CONSTRAINT customer_merge_rows_was_check CHECK ((was = ANY (ARRAY['default'::text, 'open'::text])))
);

CREATE TABLE public.payments (
    id uuid NOT NULL,
    booking_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    provider text NOT NULL,
    intent_id text,
    status text NOT NULL,
    amount bigint NOT NULL,
    captured bigint DEFAULT 0 NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    reserved bigint DEFAULT 0 NOT NULL,
    disputed bigint DEFAULT 0 NOT NULL,
    currency character(3) DEFAULT 'GBP'::bpchar NOT NULL,
    captured_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT payments_amount_check CHECK ((amount >= 0)),
    CONSTRAINT payments_captured_check CHECK ((captured >= 0)),
    CONSTRAINT payments_captured_when_paid CHECK (((captured = 0) OR (status = 'paid'::text))),
    CONSTRAINT payments_disputed_check CHECK ((disputed >= 0)),
    CONSTRAINT payments_in_pounds CHECK ((currency = 'GBP'::bpchar)),
    CONSTRAINT payments_intent_id_check CHECK ((length(intent_id) <= 200)),
    CONSTRAINT payments_never_more_back_than_came_in CHECK ((((refunded + reserved) + disputed) <= captured)),
    CONSTRAINT payments_provider_check CHECK (((length(provider) >= 1) AND (length(provider) <= 40))),
    CONSTRAINT payments_refunded_check CHECK ((refunded >= 0)),
    CONSTRAINT payments_reserved_check CHECK ((reserved >= 0)),
    CONSTRAINT payments_status_check CHECK ((status = ANY (ARRAY['unpaid'::text, 'requires_action'::text, 'paid'::text, 'cancelled'::text])))
);

CREATE FUNCTION public.payments_of_merge(merge uuid) RETURNS uuid[]
    LANGUAGE sql STABLE
    RETURN ARRAY(SELECT customer_merge_rows.row_id FROM public.customer_merge_rows WHERE ((customer_merge_rows.merge_id = payments_of_merge.merge) AND (customer_merge_rows.kind = 'payment'::text)) UNION SELECT p.id FROM (public.customer_merge_rows j JOIN public.payments p ON ((p.booking_id = j.row_id))) WHERE ((j.merge_id = payments_of_merge.merge) AND (j.kind = 'booking'::text)));

CREATE TABLE public.credits (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    amount bigint NOT NULL,
    used bigint DEFAULT 0 NOT NULL,
    remaining bigint GENERATED ALWAYS AS ((amount - used)) STORED NOT NULL,
    reason text NOT NULL,
    notes text,
    expires_on date,
    refund_id uuid,
    approval_id uuid,
    issued_by uuid,
    request_key text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT credits_amount_check CHECK ((amount > 0)),
    CONSTRAINT credits_never_overdrawn CHECK (((used >= 0) AND (used <= amount))),
    CONSTRAINT credits_notes_check CHECK ((length(notes) <= 2000)),
    CONSTRAINT credits_of_refund CHECK (((reason = 'refund'::text) = (refund_id IS NOT NULL))),
    CONSTRAINT credits_reason_check CHECK ((reason = ANY (ARRAY['compensation'::text, 'loyalty'::text, 'goodwill'::text, 'correction'::text, 'refund'::text]))),
    CONSTRAINT credits_request_key_check CHECK (((length(request_key) >= 1) AND (length(request_key) <= 200)))
);

CREATE TABLE public.refunds (
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    amount bigint NOT NULL,
    destination text DEFAULT 'original'::text NOT NULL,
    reason_code text,
    reason text NOT NULL,
    notes text,
    status text NOT NULL,
    via text,
    requested_by uuid,
    request_key text,
    approval_id uuid,
    provider_refund_id text,
    reference text,
    settled_by uuid,
    attempts integer DEFAULT 0 NOT NULL,
    status_detail text,
    processed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone,
    claimed_by uuid,
    claimed_at timestamp with time zone,
    CONSTRAINT refunds_amount_check CHECK ((amount > 0)),
    CONSTRAINT refunds_claimed_by_somebody CHECK (((claimed_by IS NULL) = (claimed_at IS NULL))),
    CONSTRAINT refunds_claimed_while_waiting CHECK (((claimed_by IS NULL) OR (status = ANY (ARRAY['requires_action'::text, 'manual_review'::text])))),
    CONSTRAINT refunds_destination_check CHECK ((destination = ANY (ARRAY['original'::text, 'store_credit'::text]))),
    CONSTRAINT refunds_notes_check CHECK ((length(notes) <= 2000)),
    CONSTRAINT refunds_provider_refund_id_check CHECK ((length(provider_refund_id) <= 200)),
    CONSTRAINT refunds_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 200))),
    CONSTRAINT refunds_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 140))),
    CONSTRAINT refunds_request_key_check CHECK (((length(request_key) >= 1) AND (length(request_key) <= 200))),
    CONSTRAINT refunds_status_detail_check CHECK ((length(status_detail) <= 500)),
    CONSTRAINT refunds_via_check CHECK ((via = ANY (ARRAY['manual'::text, 'stripe'::text])))
);

CREATE FUNCTION public.credits_of_merge(merge uuid) RETURNS uuid[]
    LANGUAGE sql STABLE
    RETURN ARRAY(SELECT customer_merge_rows.row_id FROM public.customer_merge_rows WHERE ((customer_merge_rows.merge_id = credits_of_merge.merge) AND (customer_merge_rows.kind = 'credit'::text)) UNION SELECT k.id FROM (public.refunds r JOIN public.credits k ON ((k.refund_id = r.id))) WHERE (r.payment_id = ANY (public.payments_of_merge(credits_of_merge.merge))));

CREATE FUNCTION public.current_event() RETURNS uuid
    LANGUAGE sql STABLE
    RETURN (NULLIF(current_setting('hub.event'::text, true), ''::text))::uuid;

CREATE FUNCTION public.end_what_leavers_hold() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
begin
    update sessions set ended_at = new.disabled_at where staff_id = new.id and ended_at is null;
    update api_keys set revoked_at = new.disabled_at where staff_id = new.id and revoked_at is null;
    update sign_in_links set used_at = new.disabled_at where staff_id = new.id and used_at is null;
    with withdrawn as (
        update approvals set state = 'withdrawn', decided_by = requested_by, decided_at = new.disabled_at
        where requested_by = new.id and state = 'pending' returning id
    )
    update refunds set status = 'cancelled', updated_at = new.disabled_at,
        status_detail = 'Cancelled, because who asked for it was disabled before it was decided.'
    where approval_id in (select id from withdrawn);
    return null;
end $$;

CREATE FUNCTION public.erase_credit_use_notes(customer uuid) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
declare erased bigint;
begin
    if not is_erasing(customer) then
        raise exception 'customer % is not being erased', customer using errcode = 'insufficient_privilege';
    end if;
    perform set_config('hub.erasing', 'credit_uses', true);
    update credit_uses set notes = null
    where credit_id in (select id from credits where customer_id = customer) and notes is not null;
    get diagnostics erased = row_count;
    perform set_config('hub.erasing', '', true);
    return erased;
end $$;

CREATE TABLE public.customer_merges (
    id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    merged_id uuid NOT NULL,
    reason text NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    merged_by uuid NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    event_id uuid DEFAULT public.current_event() NOT NULL,
    undone_by uuid,
    undone_at timestamp with time zone,
    undo_reason text,
    undo_event_id uuid,
    CONSTRAINT customer_merges_after_check CHECK ((jsonb_typeof(after) = 'object'::text)),
    CONSTRAINT customer_merges_before_check CHECK ((jsonb_typeof(before) = 'object'::text)),
    CONSTRAINT customer_merges_of_two CHECK ((survivor_id <> merged_id)),
    CONSTRAINT customer_merges_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
    CONSTRAINT customer_merges_undo_reason_check CHECK (((length(undo_reason) >= 1) AND (length(undo_reason) <= 500))),
    CONSTRAINT customer_merges_undone CHECK ((num_nulls(undone_by, undone_at, undo_reason, undo_event_id) = ANY (ARRAY[0, 4])))
);

CREATE FUNCTION public.ever_one(customer uuid) RETURNS uuid[]
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 WITH RECURSIVE them(id) AS (
          SELECT ever_one.customer AS customer
         UNION
          SELECT
                 CASE
                     WHEN (m.survivor_id = t.id) THEN m.merged_id
                     ELSE m.survivor_id
                 END AS survivor_id
            FROM (them t
              JOIN public.customer_merges m ON (((t.id = m.survivor_id) OR (t.id = m.merged_id))))
         )
  SELECT array_agg(them.id) AS array_agg
    FROM them;
END;

CREATE FUNCTION public.fold_customer_totals() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
declare folded bigint;
begin
    update customer_totals_folds set folds = folds + 1;
    with gone as (
        delete from customer_totals_changes returning *
    ), summed as (
        insert into customer_totals as t (archived, last_order_on, customers, orders, cancelled_orders, ltv)
        select archived, last_order_on, sum(customers), sum(orders), sum(cancelled_orders), sum(ltv)
        from gone group by archived, last_order_on
        on conflict (archived, last_order_on) do update set
            customers = t.customers + excluded.customers, orders = t.orders + excluded.orders,
            cancelled_orders = t.cancelled_orders + excluded.cancelled_orders, ltv = t.ltv + excluded.ltv
    )
    select count(*) into folded from gone;
    return folded;
end $$;

CREATE FUNCTION public.follow_customer() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
begin
    if tg_op = 'INSERT' then
        insert into customer_stats (customer_id, archived, merged, joined_at, verified)
        select id, archived_at is not null, merged_into is not null, created_at, email_verified_at is not null from new_rows;
    else
        update customer_stats s set archived = n.archived_at is not null, merged = n.merged_into is not null,
            joined_at = n.created_at, verified = n.email_verified_at is not null
        from new_rows n
        where s.customer_id = n.id and (s.archived, s.merged, s.joined_at, s.verified) is distinct from
            (n.archived_at is not null, n.merged_into is not null, n.created_at, n.email_verified_at is not null);
        if not found then
            insert into customer_totals_changes (archived, last_order_on, customers, orders, cancelled_orders, ltv)
            select false, '-infinity', 0, 0, 0, 0 where exists (select from new_rows);
        end if;
    end if;
    return null;
end $$;

CREATE FUNCTION public.guard_api_key() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if (to_jsonb(new) - array['last_used_at', 'last_used_ip', 'revoked_at'])
        is distinct from (to_jsonb(old) - array['last_used_at', 'last_used_ip', 'revoked_at'])
        or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) then
        raise exception 'API key % cannot become that', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_approval() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if is_erasing(old.customer_id)
        and (to_jsonb(new) - array['request', 'word']) = (to_jsonb(old) - array['request', 'word']) then
        return new;
    end if;
    if old.state <> 'pending' or (to_jsonb(new) - array['state', 'decided_by', 'decided_at', 'word'])
        is distinct from (to_jsonb(old) - array['state', 'decided_by', 'decided_at', 'word']) then
        raise exception 'a request is not changed, and decided once; approval %', old.id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_bulk_run() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if old.state <> 'running' and new.ip is null and new.user_agent is null
        and to_jsonb(new) - array['ip', 'user_agent'] = to_jsonb(old) - array['ip', 'user_agent'] then
        return new;
    end if;
    if old.state <> 'running' or new.parts_done < old.parts_done or new.parts_done > old.parts_done + 1 or new.total <> old.total
        or new.action <> old.action or new.selection_id <> old.selection_id or new.requested_by <> old.requested_by
        or new.undoes is distinct from old.undoes or new.started_at <> old.started_at then
        raise exception 'bulk run % cannot become that', old.id using errcode = 'check_violation', constraint = 'bulk_runs_guarded';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_credit() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if tg_op = 'INSERT' then
        new.used := 0;
    -- A generated column is not made yet when this runs.
    elsif is_erasing(old.customer_id) and new.notes is null
        and (to_jsonb(new) - array['notes', 'remaining']) = (to_jsonb(old) - array['notes', 'remaining']) then
        return new;
    elsif new.customer_id <> old.customer_id and is_merging(old.customer_id, new.customer_id)
        and (to_jsonb(new) - array['customer_id', 'remaining']) = (to_jsonb(old) - array['customer_id', 'remaining']) then
        return new;
    elsif (to_jsonb(new) - array['used', 'remaining']) is distinct from (to_jsonb(old) - array['used', 'remaining'])
        or pg_trigger_depth() < 2 then
        raise exception 'credits are written once and used through credit_uses' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_credit_use() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if new.kind = 'returned' and not exists (
        select from credit_uses u join bookings b on b.id = u.booking_id
        where u.id = new.returns_use_id and u.kind = 'spent' and b.status = 'CANCELLED'
          and (u.credit_id, u.amount, u.booking_id) = (new.credit_id, new.amount, new.booking_id)) then
        raise exception 'only what was spent on a cancelled booking comes back, as it was spent'
            using errcode = 'check_violation', constraint = 'credit_uses_returned_as_spent';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_data_request() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
    -- Of somebody we do not know there is nothing to erase.
    if new.state = 'delivered' and old.state <> 'delivered' and new.kind = 'erasure' and new.customer_id is not null
        and not exists (select from erasures where customer_id = new.customer_id and state = 'done') then
        raise exception 'data request % is not answered before its customer is erased', old.id
            using errcode = 'check_violation', constraint = 'data_requests_erased_first';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_difference() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
    seen constant text[] := array['last_seen', 'seen_in'];
    closing constant text[] := array['state', 'closed_at', 'outcome', 'word', 'settled_by', 'event_id'];
begin
    -- A difference points to nobody: what is erased from its word was found by what it says.
    if (to_jsonb(new) - 'word') = (to_jsonb(old) - 'word') and new.word = 'Erased'
        and exists (select from erasures where state = 'running') then
        return new;
    end if;
    if (to_jsonb(new) - (case old.state when 'settled' then seen else seen || closing end))
        is distinct from (to_jsonb(old) - (case old.state when 'settled' then seen else seen || closing end))
        or old.state = 'gone' and new.state = 'settled' then
        raise exception 'a difference stands as it was found; difference %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_dispute() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
    free bigint;
    stands text;
begin
    if tg_op = 'UPDATE' then
        if (new.id, new.payment_id, new.provider, new.provider_dispute_id, new.opened_at, new.created_at) is distinct from
           (old.id, old.payment_id, old.provider, old.provider_dispute_id, old.opened_at, old.created_at) then
            raise exception 'what a dispute is does not change; dispute %', old.id using errcode = 'insufficient_privilege';
        end if;
        if new.status <> old.status
            and not exists (select from dispute_transitions where before = old.status and after = new.status) then
            raise exception 'dispute % does not go from % to %', old.id, old.status, new.status
                using errcode = 'check_violation', constraint = 'disputes_transition';
        end if;
    end if;
    select captured - refunded - reserved - disputed into strict free from payments where id = new.payment_id for update;
    select class into strict stands from dispute_states where name = new.status;
    if tg_op = 'UPDATE' then
        free := free + old.held;
    end if;
    new.held := case when stands in ('open', 'lost') then least(new.amount, greatest(free, 0)) else 0 end;
    return new;
end $$;

CREATE FUNCTION public.guard_erased_customer() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if new.erased_at is null and old.erased_at is not null then
        raise exception 'customer % was erased', old.id using errcode = 'check_violation', constraint = 'customers_erased';
    end if;
    perform check_not_erased(old.id, old.erased_at is not null);
    return new;
end $$;

CREATE FUNCTION public.guard_erasure() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if (new.id, new.customer_id, new.plan_hash, new.planned_by, new.planned_at)
        is distinct from (old.id, old.customer_id, old.plan_hash, old.planned_by, old.planned_at)
        or new.plan <> old.plan then
        raise exception 'a plan is not changed; erasure %', old.id using errcode = 'insufficient_privilege';
    end if;
    if old.state in ('withdrawn', 'stopped', 'done')
            and (to_jsonb(new) - array['reason', 'stopped_because']) <> (to_jsonb(old) - array['reason', 'stopped_because'])
        or new.state <> old.state and (old.state, new.state) not in (
            ('planned', 'withdrawn'), ('planned', 'approved'), ('planned', 'running'), ('approved', 'running'),
            ('approved', 'stopped'), ('running', 'found'), ('found', 'running'), ('running', 'done')) then
        raise exception 'erasure % does not go from % to %', old.id, old.state, new.state
            using errcode = 'check_violation', constraint = 'erasures_transition';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_event_values() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if new.sealed is null then
        raise exception 'the values of event % are not encrypted', new.event_id
            using errcode = 'check_violation', constraint = 'event_values_encrypted';
    end if;
    if not exists (select from value_keys where id = value_key(new.sealed) and destroyed_at is null) then
        raise exception 'the key for the values of event % is gone', new.event_id
            using errcode = 'check_violation', constraint = 'event_values_key_lives';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_merge() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
    words constant text[] := array['reason', 'before', 'after', 'undo_reason'];
    undoing constant text[] := array['undone_by', 'undone_at', 'undo_reason', 'undo_event_id'];
begin
    if (to_jsonb(new) - words) = (to_jsonb(old) - words) and (is_erasing(old.survivor_id) or is_erasing(old.merged_id)) then
        return new;
    end if;
    if old.undone_at is not null or (to_jsonb(new) - undoing) <> (to_jsonb(old) - undoing) then
        raise exception 'a merge stands as it was made, and is undone once; merge %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_merged_customer() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if tg_op = 'UPDATE' then
        if old.merged_into is null and is_merging(new.id, new.merged_into) and old.erased_at is null
            and exists (select from customers where id = new.merged_into and merged_into is null and erased_at is null) then
            return new;
        elsif new.merged_into is null and is_merging(old.merged_into, old.id) and old.erased_at is null then
            return new;
        elsif new.merged_into = old.merged_into and is_erasing(old.id) then
            return new;
        end if;
    end if;
    raise exception 'customer % is merged, or would be', new.id using errcode = 'check_violation', constraint = 'customers_merged';
end $$;

CREATE FUNCTION public.guard_of_erased() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare erased boolean;
begin
    select erased_at is not null into erased from customers where id = new.customer_id for key share;
    perform check_not_erased(new.customer_id, coalesce(erased, false));
    return new;
end $$;

CREATE FUNCTION public.guard_passkey() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if (new.id, new.staff_id, new.credential_id, new.public_key) is distinct from
       (old.id, old.staff_id, old.credential_id, old.public_key)
        or new.sign_count < old.sign_count
        or (old.sign_count > 0 and new.sign_count = old.sign_count and new.last_used_at is distinct from old.last_used_at) then
        raise exception 'passkey % cannot become that', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_payment() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if new.id <> old.id or new.currency <> old.currency then
        raise exception 'what a payment is does not change; payment %', old.id using errcode = 'insufficient_privilege';
    end if;
    if (new.refunded, new.reserved, new.disputed) is distinct from (old.refunded, old.reserved, old.disputed)
        and pg_trigger_depth() < 2 then
        raise exception 'what is refunded, reserved and disputed follows from refunds and disputes; payment %', old.id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_personal_export() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if (new.id, new.customer_id, new.data_request_id, new.requested_by, new.requested_at)
        is distinct from (old.id, old.customer_id, old.data_request_id, old.requested_by, old.requested_at)
        or old.link_hash is not null and (new.link_hash, new.public_key) is distinct from (old.link_hash, old.public_key)
        or old.made_at is not null and (new.made_at, new.ephemeral_key, new.sha256, new.size, new.counts, new.seal, new.chain)
            is distinct from (old.made_at, old.ephemeral_key, old.sha256, old.size, old.counts, old.seal, old.chain) then
        raise exception 'a personal export stands as it was made; export %', old.id using errcode = 'insufficient_privilege';
    end if;
    if new.state <> old.state and (old.state, new.state) not in (
        ('asked', 'ready'), ('asked', 'failed'), ('ready', 'fetched'), ('ready', 'expired')) then
        raise exception 'personal export % does not go from % to %', old.id, old.state, new.state
            using errcode = 'check_violation', constraint = 'personal_exports_transition';
    end if;
    if new.state in ('expired', 'failed') and exists (select from personal_export_parts where export_id = new.id) then
        raise exception 'personal export % still has content', old.id
            using errcode = 'check_violation', constraint = 'personal_exports_destroyed';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_recovery_code() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if old.used_at is not null or new.code_hash <> old.code_hash or new.staff_id <> old.staff_id then
        raise exception 'a recovery code is taken once; staff member %', old.staff_id
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_refund() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if (new.id, new.payment_id, new.amount, new.destination, new.requested_by, new.request_key, new.created_at)
        is distinct from
       (old.id, old.payment_id, old.amount, old.destination, old.requested_by, old.request_key, old.created_at) then
        raise exception 'what a refund is does not change; refund %', old.id using errcode = 'insufficient_privilege';
    end if;
    if old.approval_id is distinct from new.approval_id or old.status = 'pending_approval' and new.status = 'approved'
        and not exists (select from approvals where id = old.approval_id and state = 'approved') then
        raise exception 'refund % was not approved', old.id using errcode = 'insufficient_privilege';
    end if;
    if new.status <> old.status
        and not exists (select from refund_transitions where before = old.status and after = new.status) then
        raise exception 'refund % does not go from % to %', old.id, old.status, new.status
            using errcode = 'check_violation', constraint = 'refunds_transition';
    end if;
    -- What is over is taken up again only by the transaction that settles the difference which shows it, or that writes down
    -- what Stripe showed.
    if (old.status, new.status) in (('succeeded', 'failed'), ('failed', 'succeeded')) and not exists (
        select from differences d
        where d.refund_id = old.id and d.event_id = current_event() and new.destination = 'original'
          and (d.kind, d.outcome, new.status) in (
              ('refund_failed_there', 'accept_theirs', 'failed'), ('refund_succeeded_there', 'record_theirs', 'succeeded'))
        union all
        select from refund_returns t
        where t.refund_id = old.id and t.event_id = current_event() and new.destination = 'original'
          and new.status = 'failed' and t.provider_refund_id = old.provider_refund_id) then
        raise exception 'refund % is over', old.id using errcode = 'check_violation', constraint = 'refunds_transition';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_retention_run() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if old.finished_at is not null or (new.id, new.dry, new.requested_by, new.started_at)
        is distinct from (old.id, old.dry, old.requested_by, old.started_at) then
        raise exception 'a run stands as it ended; run %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_rows_of_erased() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
begin
    perform from customers where id in (select customer_id from new_rows) order by id for key share;
    perform check_not_erased(c.id, c.erased_at is not null)
    from customers c
    where c.id in (select customer_id from new_rows)
      and (c.erased_at is not null
           or exists (select from erasures e where e.customer_id = c.id and e.state in ('running', 'found')));
    return null;
end $$;

CREATE FUNCTION public.guard_rows_of_merged() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
begin
    if exists (select from new_rows n join customers c on c.id = n.customer_id where c.merged_into is not null) then
        raise exception 'rows of a merged customer in %', tg_table_name using errcode = 'check_violation', constraint = 'customers_merged';
    end if;
    return null;
end $$;

CREATE FUNCTION public.guard_session() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if new.staff_id <> old.staff_id or (new.pending and not old.pending)
        or (old.pending and not new.pending and (new.second_factor is null or old.ended_at is not null))
        or (old.ended_at is not null and new.ended_at is null) then
        raise exception 'session % cannot become that', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_totp_step() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if new.secret = old.secret and new.last_step <= old.last_step then
        raise exception 'a code is taken once; staff member %', old.staff_id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_value_key() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if (new.id, new.customer_id, new.kind, new.month, new.created_at)
            is distinct from (old.id, old.customer_id, old.kind, old.month, old.created_at)
        or old.destroyed_at is not null or new.wrapped is not null then
        raise exception 'a key is only ever destroyed; key %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.guard_verification() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if old.finished_at is not null
        or (new.id, new.requested_by, new.requested_at) is distinct from (old.id, old.requested_by, old.requested_at) then
        raise exception 'a verification stands as it ended; verification %', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;

CREATE FUNCTION public.hold_for_disputes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
begin
    update disputes set updated_at = n.updated_at from (
        select distinct on (d.payment_id) d.id, coalesce(r.processed_at, r.updated_at, r.created_at) as updated_at
        from new_rows r join old_rows o on o.id = r.id and o.status <> r.status
        join refund_states s on s.name = r.status and s.class = 'void'
        join disputes d on d.payment_id = r.payment_id and d.held < d.amount
        join dispute_states k on k.name = d.status and k.class in ('open', 'lost')
        order by d.payment_id, d.opened_at, d.id
    ) n where disputes.id = n.id;
    return null;
end $$;

CREATE TABLE public.erasures (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    state text NOT NULL,
    reason text,
    plan jsonb NOT NULL,
    plan_hash bytea NOT NULL,
    planned_by uuid,
    planned_at timestamp with time zone NOT NULL,
    approved_by uuid,
    approved_at timestamp with time zone,
    step text DEFAULT 'collect'::text NOT NULL,
    identifiers bytea,
    overwritten jsonb,
    scan jsonb,
    books_before jsonb,
    books_after jsonb,
    certificate jsonb,
    stopped_because text,
    finished_at timestamp with time zone,
    CONSTRAINT erasures_by_two CHECK ((((approved_by IS NULL) = (approved_at IS NULL)) AND ((approved_by IS NULL) OR (approved_by <> planned_by)) AND ((state = ANY (ARRAY['planned'::text, 'withdrawn'::text])) OR (approved_by IS NOT NULL) OR (planned_by IS NULL)))),
    CONSTRAINT erasures_done CHECK ((((state = 'done'::text) = (certificate IS NOT NULL)) AND ((state = 'done'::text) = (step = 'end'::text)))),
    CONSTRAINT erasures_nothing_left CHECK (((state <> 'done'::text) OR (identifiers IS NULL))),
    CONSTRAINT erasures_plan_check CHECK ((jsonb_typeof(plan) = 'object'::text)),
    CONSTRAINT erasures_plan_hash_check CHECK ((length(plan_hash) = 32)),
    CONSTRAINT erasures_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
    CONSTRAINT erasures_reasoned CHECK (((reason IS NULL) = (planned_by IS NULL))),
    CONSTRAINT erasures_state_check CHECK ((state = ANY (ARRAY['planned'::text, 'withdrawn'::text, 'approved'::text, 'running'::text, 'found'::text, 'stopped'::text, 'done'::text]))),
    CONSTRAINT erasures_step_check CHECK ((step = ANY (ARRAY['collect'::text, 'overwrite'::text, 'scan'::text, 'key'::text, 'certify'::text, 'end'::text]))),
    CONSTRAINT erasures_stopped_because_check CHECK ((length(stopped_because) <= 500))
);

CREATE FUNCTION public.is_being_erased(customer uuid) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (EXISTS (SELECT FROM public.erasures WHERE ((erasures.customer_id = is_being_erased.customer) AND (erasures.state = ANY (ARRAY['running'::text, 'found'::text])))));

CREATE FUNCTION public.person_of(customer uuid) RETURNS uuid
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 WITH RECURSIVE up(id, merged_into) AS (
          SELECT c.id,
             c.merged_into
            FROM public.customers c
           WHERE (c.id = person_of.customer)
         UNION
          SELECT c.id,
             c.merged_into
            FROM (public.customers c
              JOIN up u ON ((c.id = u.merged_into)))
         )
  SELECT up.id
    FROM up
   WHERE (up.merged_into IS NULL);
END;

CREATE FUNCTION public.is_erasing(customer uuid) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (EXISTS (SELECT FROM public.erasures WHERE ((erasures.customer_id = public.person_of(is_erasing.customer)) AND (erasures.state = 'running'::text))));

CREATE FUNCTION public.is_merging(of uuid, to_whom uuid) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN (EXISTS (SELECT FROM public.customer_merges m WHERE (((m.merged_id = is_merging.of) AND (m.survivor_id = is_merging.to_whom) AND (m.event_id = public.current_event())) AND (m.undone_at IS NULL)) UNION ALL SELECT FROM public.customer_merges m WHERE ((m.survivor_id = is_merging.of) AND (m.merged_id = is_merging.to_whom) AND (m.undo_event_id = public.current_event()))));

CREATE FUNCTION public.same_person(customer uuid) RETURNS uuid[]
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 WITH RECURSIVE them(id) AS (
          SELECT same_person.customer AS customer
         UNION
          SELECT c.id
            FROM (public.customers c
              JOIN them t ON ((c.merged_into = t.id)))
         )
  SELECT array_agg(them.id) AS array_agg
    FROM them;
END;

CREATE TABLE public.bookings (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    reference text NOT NULL,
    status text NOT NULL,
    scheduled_at timestamp with time zone NOT NULL,
    time_slot text,
    urgency text,
    contact_name text,
    contact_email text,
    contact_phone text,
    pickup jsonb NOT NULL,
    dropoff jsonb NOT NULL,
    items jsonb DEFAULT '[]'::jsonb NOT NULL,
    crew_size smallint NOT NULL,
    distance_miles double precision,
    estimated_minutes integer,
    price_parts jsonb DEFAULT '{}'::jsonb NOT NULL,
    total bigint NOT NULL,
    currency character(3) DEFAULT 'GBP'::bpchar NOT NULL,
    driver_name text,
    payment_intent_id text,
    paid_at timestamp with time zone,
    completed_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    cancellation_reason text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT bookings_cancellation_reason_check CHECK ((length(cancellation_reason) <= 500)),
    CONSTRAINT bookings_contact_email_check CHECK ((length(contact_email) <= 254)),
    CONSTRAINT bookings_contact_name_check CHECK ((length(contact_name) <= 200)),
    CONSTRAINT bookings_contact_phone_check CHECK ((length(contact_phone) <= 50)),
    CONSTRAINT bookings_crew_size_check CHECK (((crew_size >= 1) AND (crew_size <= 4))),
    CONSTRAINT bookings_distance_miles_check CHECK ((distance_miles >= (0)::double precision)),
    CONSTRAINT bookings_driver_name_check CHECK ((length(driver_name) <= 200)),
    CONSTRAINT bookings_dropoff_check CHECK ((jsonb_typeof(dropoff) = 'object'::text)),
    CONSTRAINT bookings_estimated_minutes_check CHECK ((estimated_minutes >= 0)),
    CONSTRAINT bookings_in_pounds CHECK ((currency = 'GBP'::bpchar)),
    CONSTRAINT bookings_items_check CHECK ((jsonb_typeof(items) = 'array'::text)),
    CONSTRAINT bookings_payment_intent_id_check CHECK ((length(payment_intent_id) <= 200)),
    CONSTRAINT bookings_pickup_check CHECK ((jsonb_typeof(pickup) = 'object'::text)),
    CONSTRAINT bookings_price_parts_check CHECK ((jsonb_typeof(price_parts) = 'object'::text)),
    CONSTRAINT bookings_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 60))),
    CONSTRAINT bookings_status_check CHECK ((status = ANY (ARRAY['DRAFT'::text, 'PENDING_PAYMENT'::text, 'CONFIRMED'::text, 'COMPLETED'::text, 'CANCELLED'::text]))),
    CONSTRAINT bookings_time_slot_check CHECK ((length(time_slot) <= 60)),
    CONSTRAINT bookings_total_check CHECK ((total >= 0)),
    CONSTRAINT bookings_urgency_check CHECK ((length(urgency) <= 60))
);

CREATE TABLE public.customer_stats (
    customer_id uuid NOT NULL,
    archived boolean DEFAULT false NOT NULL,
    orders integer DEFAULT 0 NOT NULL,
    completed_orders integer DEFAULT 0 NOT NULL,
    cancelled_orders integer DEFAULT 0 NOT NULL,
    last_order_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    ltv bigint DEFAULT 0 NOT NULL,
    open_tickets integer DEFAULT 0 NOT NULL,
    urgent_tickets integer DEFAULT 0 NOT NULL,
    addresses integer DEFAULT 0 NOT NULL,
    contacts integer DEFAULT 0 NOT NULL,
    flag_kinds text[] DEFAULT '{}'::text[] NOT NULL,
    merged boolean DEFAULT false NOT NULL,
    joined_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    verified boolean DEFAULT false NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.data_requests (
    id uuid NOT NULL,
    number bigint NOT NULL,
    kind text NOT NULL,
    customer_id uuid,
    requester text,
    channel text NOT NULL,
    received_on date NOT NULL,
    asked text NOT NULL,
    nation text NOT NULL,
    handler_id uuid NOT NULL,
    state text NOT NULL,
    acknowledged_on date,
    identity_asked_on date,
    identity_confirmed_on date,
    identity_method text,
    identity_note text,
    extended_on date,
    extension_reason text,
    proposal text,
    done text,
    withheld text,
    ground text,
    prepared_by uuid,
    prepared_at timestamp with time zone,
    reviewed_by uuid,
    reviewed_at timestamp with time zone,
    review_word text,
    outcome text,
    answered_on date,
    answered_via text,
    rights_told boolean DEFAULT false NOT NULL,
    outcome_note text,
    due_on date,
    closed_at timestamp with time zone,
    closed_by uuid,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT data_requests_answered_after_review CHECK ((((state <> ALL (ARRAY['approved'::text, 'delivered'::text, 'refused'::text])) AND (outcome IS DISTINCT FROM 'delivered'::text) AND (outcome IS DISTINCT FROM 'refused'::text)) OR (reviewed_by IS NOT NULL))),
    CONSTRAINT data_requests_answered_via_check CHECK ((answered_via = ANY (ARRAY['email'::text, 'letter'::text, 'phone'::text, 'in_person'::text, 'one_time_link'::text]))),
    CONSTRAINT data_requests_asked_check CHECK (((length(asked) >= 1) AND (length(asked) <= 10000))),
    CONSTRAINT data_requests_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'letter'::text, 'phone'::text, 'web'::text, 'in_person'::text, 'other'::text]))),
    CONSTRAINT data_requests_check CHECK ((acknowledged_on >= received_on)),
    CONSTRAINT data_requests_check1 CHECK ((identity_asked_on >= received_on)),
    CONSTRAINT data_requests_check2 CHECK ((identity_confirmed_on >= received_on)),
    CONSTRAINT data_requests_check3 CHECK ((extended_on >= received_on)),
    CONSTRAINT data_requests_check4 CHECK ((answered_on >= received_on)),
    CONSTRAINT data_requests_closed CHECK ((((state = 'closed'::text) = (closed_at IS NOT NULL)) AND ((closed_at IS NULL) = (closed_by IS NULL)))),
    CONSTRAINT data_requests_done_check CHECK (((length(done) >= 1) AND (length(done) <= 10000))),
    CONSTRAINT data_requests_due CHECK (((due_on IS NOT NULL) OR (outcome IS NOT NULL) OR (state = ANY (ARRAY['identity_check'::text, 'clarification'::text, 'review'::text, 'approved'::text])))),
    CONSTRAINT data_requests_extension CHECK (((extended_on IS NULL) = (extension_reason IS NULL))),
    CONSTRAINT data_requests_extension_reason_check CHECK (((length(extension_reason) >= 1) AND (length(extension_reason) <= 2000))),
    CONSTRAINT data_requests_ground_check CHECK ((ground = ANY (ARRAY['manifestly_unfounded'::text, 'excessive'::text, 'not_identified'::text, 'legal_obligation'::text, 'legal_claims'::text, 'overriding_grounds'::text, 'rights_of_others'::text, 'not_consent_or_contract'::text, 'data_is_accurate'::text, 'no_infringement'::text]))),
    CONSTRAINT data_requests_identity CHECK (((identity_confirmed_on IS NULL) = (identity_method IS NULL))),
    CONSTRAINT data_requests_identity_method_check CHECK ((identity_method = ANY (ARRAY['known_contact'::text, 'account'::text, 'call_back'::text, 'document'::text, 'other'::text]))),
    CONSTRAINT data_requests_identity_note_check CHECK (((length(identity_note) >= 1) AND (length(identity_note) <= 2000))),
    CONSTRAINT data_requests_kind_check CHECK ((kind = ANY (ARRAY['access'::text, 'portability'::text, 'erasure'::text, 'rectification'::text, 'objection'::text, 'complaint'::text]))),
    CONSTRAINT data_requests_nation_check CHECK ((nation = ANY (ARRAY['england_and_wales'::text, 'scotland'::text, 'northern_ireland'::text]))),
    CONSTRAINT data_requests_outcome CHECK ((((outcome IS NOT NULL) = (state = ANY (ARRAY['delivered'::text, 'refused'::text, 'withdrawn'::text, 'closed'::text]))) AND ((outcome IS NULL) = (answered_on IS NULL)) AND ((state = 'closed'::text) OR (outcome IS NULL) OR (outcome = state)) AND ((outcome IS DISTINCT FROM 'delivered'::text) OR (proposal = 'fulfil'::text)) AND ((outcome IS DISTINCT FROM 'refused'::text) OR ((proposal = 'refuse'::text) AND rights_told)) AND ((outcome IS NULL) OR (outcome = 'withdrawn'::text) OR (answered_via IS NOT NULL)))),
    CONSTRAINT data_requests_outcome_check CHECK ((outcome = ANY (ARRAY['delivered'::text, 'refused'::text, 'withdrawn'::text]))),
    CONSTRAINT data_requests_outcome_note_check CHECK (((length(outcome_note) >= 1) AND (length(outcome_note) <= 2000))),
    CONSTRAINT data_requests_prepared CHECK ((((prepared_by IS NULL) = (proposal IS NULL)) AND ((prepared_by IS NULL) = (prepared_at IS NULL)) AND ((proposal IS DISTINCT FROM 'fulfil'::text) OR ((done IS NOT NULL) AND (identity_confirmed_on IS NOT NULL))) AND ((proposal IS DISTINCT FROM 'refuse'::text) OR (ground IS NOT NULL)))),
    CONSTRAINT data_requests_proposal_check CHECK ((proposal = ANY (ARRAY['fulfil'::text, 'refuse'::text]))),
    CONSTRAINT data_requests_requester_check CHECK (((length(requester) >= 1) AND (length(requester) <= 300))),
    CONSTRAINT data_requests_review_word_check CHECK (((length(review_word) >= 1) AND (length(review_word) <= 2000))),
    CONSTRAINT data_requests_reviewed_by_somebody_else CHECK ((((reviewed_by IS NULL) = (reviewed_at IS NULL)) AND ((reviewed_by IS NULL) OR ((prepared_by IS NOT NULL) AND (reviewed_by <> prepared_by))))),
    CONSTRAINT data_requests_somebody_asks CHECK (((customer_id IS NOT NULL) OR (requester IS NOT NULL))),
    CONSTRAINT data_requests_withheld_check CHECK (((length(withheld) >= 1) AND (length(withheld) <= 10000)))
);

CREATE TABLE public.mails (
    id uuid NOT NULL,
    customer_id uuid,
    invoice_id uuid,
    to_address text NOT NULL,
    to_name text,
    subject text NOT NULL,
    body_text text NOT NULL,
    state text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    last_error text,
    message_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by uuid,
    sent_at timestamp with time zone,
    secret bytea,
    CONSTRAINT mails_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT mails_body_text_check CHECK (((length(body_text) >= 1) AND (length(body_text) <= 20000))),
    CONSTRAINT mails_no_line_breaks_in_headers CHECK ((concat(to_address, to_name, subject, message_id) !~ '[[:cntrl:]]'::text)),
    CONSTRAINT mails_secret_check CHECK (((length(secret) >= 30) AND (length(secret) <= 1000))),
    CONSTRAINT mails_secret_goes CHECK (((secret IS NULL) OR (state = 'queued'::text))),
    CONSTRAINT mails_sent_when_sent CHECK (((state = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT mails_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text, 'outbox'::text]))),
    CONSTRAINT mails_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 200))),
    CONSTRAINT mails_to_address_check CHECK (((length(to_address) >= 3) AND (length(to_address) <= 254))),
    CONSTRAINT mails_to_name_check CHECK (((length(to_name) >= 1) AND (length(to_name) <= 200)))
);

CREATE TABLE public.tickets (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    booking_id uuid,
    number bigint NOT NULL,
    category text NOT NULL,
    description text NOT NULL,
    status text NOT NULL,
    priority text NOT NULL,
    email text,
    phone text,
    attachments text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT tickets_category_check CHECK (((length(category) >= 1) AND (length(category) <= 100))),
    CONSTRAINT tickets_description_check CHECK (((length(description) >= 1) AND (length(description) <= 20000))),
    CONSTRAINT tickets_email_check CHECK ((length(email) <= 254)),
    CONSTRAINT tickets_phone_check CHECK ((length(phone) <= 50)),
    CONSTRAINT tickets_priority_check CHECK ((priority = ANY (ARRAY['LOW'::text, 'NORMAL'::text, 'HIGH'::text, 'URGENT'::text]))),
    CONSTRAINT tickets_status_check CHECK ((status = ANY (ARRAY['OPEN'::text, 'IN_PROGRESS'::text, 'RESOLVED'::text, 'CLOSED'::text])))
);

CREATE FUNCTION public.last_contact(customer uuid) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT GREATEST(c.archived_at, s.last_order_at, ( SELECT max(b.scheduled_at) AS max
            FROM public.bookings b
           WHERE (b.customer_id = ANY (( SELECT public.same_person(last_contact.customer) AS same_person)::uuid[]))), ( SELECT max(t.updated_at) AS max
            FROM public.tickets t
           WHERE (t.customer_id = ANY (( SELECT public.same_person(last_contact.customer) AS same_person)::uuid[]))), ( SELECT max(m.created_at) AS max
            FROM public.mails m
           WHERE (m.customer_id = ANY (( SELECT public.same_person(last_contact.customer) AS same_person)::uuid[]))), ( SELECT max(d.updated_at) AS max
            FROM public.data_requests d
           WHERE (d.customer_id = ANY (( SELECT public.same_person(last_contact.customer) AS same_person)::uuid[])))) AS "greatest"
    FROM (public.customers c
      JOIN public.customer_stats s ON ((s.customer_id = c.id)))
   WHERE (c.id = last_contact.customer);
END;

CREATE FUNCTION public.lock_customer_stats(customers uuid[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    perform 1 from customer_stats where customer_id = any (customers) order by customer_id for update;
end $$;

CREATE FUNCTION public.log_data_request() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.london_day(instant timestamp with time zone) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ((instant AT TIME ZONE 'Europe/London'::text))::date;

CREATE FUNCTION public.merge_rows(merge uuid, leftovers jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare m customer_merges;
begin
    select * into strict m from customer_merges where id = merge;
    insert into customer_merge_rows (merge_id, kind, row_id, was)
    select m.id, 'address', a.id, case when a.is_default and a.removed_at is null and exists (
            select from addresses s where s.customer_id = m.survivor_id and s.is_default and s.removed_at is null) then 'default' end
    from addresses a where a.customer_id = m.merged_id
    union all
    select m.id, 'contact', k.id, case when k.is_default and k.removed_at is null and exists (
            select from contacts s where s.customer_id = m.survivor_id and s.is_default and s.removed_at is null) then 'default' end
    from contacts k where k.customer_id = m.merged_id
    union all
    select m.id, 'flag', f.id, case when f.removed_at is null and exists (
            select from flags s where s.customer_id = m.survivor_id and s.kind = f.kind and s.removed_at is null) then 'open' end
    from flags f where f.customer_id = m.merged_id
    union all
    select m.id, 'note', id, null from notes where customer_id = m.merged_id
    union all
    select m.id, 'booking', id, null from bookings where customer_id = m.merged_id
    union all
    select m.id, 'payment', id, null from payments where customer_id = m.merged_id
    union all
    select m.id, 'ticket', id, null from tickets where customer_id = m.merged_id
    union all
    select m.id, 'credit', id, null from credits where customer_id = m.merged_id;

    update addresses a set customer_id = m.survivor_id, is_default = a.is_default and j.was is null
    from customer_merge_rows j where j.merge_id = m.id and j.kind = 'address' and j.row_id = a.id;
    update contacts k set customer_id = m.survivor_id, is_default = k.is_default and j.was is null
    from customer_merge_rows j where j.merge_id = m.id and j.kind = 'contact' and j.row_id = k.id;
    update flags f set customer_id = m.survivor_id,
        removed_at = case j.was when 'open' then m.merged_at else f.removed_at end,
        removed_by = case j.was when 'open' then m.merged_by else f.removed_by end,
        removal_reason = case j.was when 'open' then 'Merged: the other record has a flag of this kind.' else f.removal_reason end
    from customer_merge_rows j where j.merge_id = m.id and j.kind = 'flag' and j.row_id = f.id;
    update notes set customer_id = m.survivor_id where customer_id = m.merged_id;
    update bookings set customer_id = m.survivor_id where customer_id = m.merged_id;
    update payments set customer_id = m.survivor_id where customer_id = m.merged_id;
    update tickets set customer_id = m.survivor_id where customer_id = m.merged_id;
    update credits set customer_id = m.survivor_id where customer_id = m.merged_id;

    -- First the one that leaves, whose e-mail address the other may take over.
    update customers set merged_into = m.survivor_id, archived_at = m.merged_at, updated_at = m.merged_at, version = version + 1
    where id = m.merged_id;
    update customers set
        name = m.after ->> 'name', email = m.after ->> 'email', email_verified_at = (m.after ->> 'emailVerifiedAt')::timestamptz,
        phone = m.after ->> 'phone', phone_e164 = m.after ->> 'phoneE164', updated_at = m.merged_at, version = version + 1
    where id = m.survivor_id;

    with made as (
        insert into contacts (id, customer_id, label, name, email, phone, phone_e164, is_default, created_at, updated_at)
        select l.id, m.survivor_id, 'Before the merge', l.name, l.email, l.phone, l."phoneE164", false, m.merged_at, m.merged_at
        from jsonb_to_recordset(leftovers) l (id uuid, name text, email text, phone text, "phoneE164" text)
        returning id
    )
    insert into customer_merge_rows (merge_id, kind, row_id) select m.id, 'made_contact', id from made;
end $$;

CREATE FUNCTION public.note_customer_totals() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
begin
    if tg_op = 'INSERT' then
        insert into customer_totals_changes (archived, last_order_on, customers, orders, cancelled_orders, ltv)
        select archived, london_day(last_order_at), count(*), sum(orders), sum(cancelled_orders), sum(ltv)
        from new_rows where not merged group by 1, 2;
    else
        insert into customer_totals_changes (archived, last_order_on, customers, orders, cancelled_orders, ltv)
        select archived, last_order_on, sum(sign), sum(sign * orders), sum(sign * cancelled_orders), sum(sign * ltv)
        from (
            select 1 as sign, archived, london_day(last_order_at) as last_order_on, orders, cancelled_orders, ltv
            from new_rows where not merged
            union all
            select -1, archived, london_day(last_order_at), orders, cancelled_orders, ltv from old_rows where not merged
        ) both_sides
        group by 1, 2
        having sum(sign) <> 0 or sum(sign * orders) <> 0 or sum(sign * cancelled_orders) <> 0 or sum(sign * ltv) <> 0;
        if not found then
            insert into customer_totals_changes (archived, last_order_on, customers, orders, cancelled_orders, ltv)
            select false, '-infinity', 0, 0, 0, 0 where exists (select from new_rows);
        end if;
    end if;
    return null;
end $$;

CREATE FUNCTION public.post_credit_moves() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
begin
    insert into transfers (at, kind, debit, credit, amount, customer_id, credit_id, event_id)
    select coalesce(m.undone_at, m.merged_at), e.kind, e.debit, e.credit, n.remaining, e.customer_id, n.id, current_event()
    from new_rows n join old_rows o on o.id = n.id and o.customer_id <> n.customer_id
    join customer_merges m on current_event() in (m.event_id, m.undo_event_id)
        and n.customer_id in (m.survivor_id, m.merged_id) and o.customer_id in (m.survivor_id, m.merged_id)
    cross join lateral (values
        (1, 'credit_moved_out', 'customer_credit', 'credit_moving', o.customer_id),
        (2, 'credit_moved_in', 'credit_moving', 'customer_credit', n.customer_id)
    ) e (step, kind, debit, credit, customer_id)
    where n.remaining > 0 order by n.id, e.step;
    return null;
end $$;

CREATE FUNCTION public.post_credit_uses() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
begin
    update credits c set used = c.used + d.amount
    from (
        select credit_id, sum(case kind when 'returned' then -amount else amount end)::bigint as amount
        from new_rows group by credit_id
    ) d where c.id = d.credit_id;
    insert into transfers (at, kind, debit, credit, amount, customer_id, credit_id, credit_use_id, event_id)
    select n.created_at, 'credit_' || n.kind,
           case n.kind when 'returned' then 'bookings_revenue' else 'customer_credit' end,
           case n.kind when 'spent' then 'bookings_revenue' when 'expired' then 'breakage' when 'returned' then 'customer_credit'
               else 'goodwill' end,
           n.amount, c.customer_id, c.id, n.id, current_event()
    from new_rows n join credits c on c.id = n.credit_id;
    return null;
end $$;

CREATE FUNCTION public.post_credits() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
begin
    -- What comes of a refund was posted with the refund.
    insert into transfers (at, kind, debit, credit, amount, customer_id, credit_id, event_id)
    select created_at, 'credit_issued', 'goodwill', 'customer_credit', amount, customer_id, id, current_event()
    from new_rows where refund_id is null;
    return null;
end $$;

CREATE FUNCTION public.post_disputes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
declare
    held_before bigint := 0;
    lost_before bigint := 0;
    lost bigint := case when new.status = 'lost' then new.held else 0 end;
begin
    if tg_op = 'UPDATE' then
        held_before := old.held;
        lost_before := case when old.status = 'lost' then old.held else 0 end;
    end if;
    if new.held <> held_before then
        update payments set disputed = disputed + new.held - held_before where id = new.payment_id;
    end if;
    insert into transfers (at, kind, debit, credit, amount, currency, customer_id, payment_id, event_id)
    select new.updated_at, e.kind, e.debit, e.credit, e.amount, p.currency, p.customer_id, p.id, current_event()
    from payments p cross join lateral (values
        (1, 'dispute_loss_reversed', 'dispute_holding', 'dispute_losses', lost_before - lost),
        (2, 'dispute_ended', 'provider_clearing', 'dispute_holding', held_before - new.held),
        (3, 'payment_disputed', 'dispute_holding', 'provider_clearing', new.held - held_before),
        (4, 'dispute_lost', 'dispute_losses', 'dispute_holding', lost - lost_before)
    ) e (step, kind, debit, credit, amount)
    where p.id = new.payment_id and e.amount > 0 order by e.step;
    return null;
end $$;

CREATE FUNCTION public.post_payments() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
begin
    if tg_op = 'INSERT' then
        insert into transfers (at, kind, debit, credit, amount, currency, customer_id, payment_id, event_id)
        select coalesce(captured_at, created_at), 'payment_captured', 'provider_clearing', 'bookings_revenue', captured,
               currency, customer_id, id, current_event()
        from new_rows where captured > 0;
    else
        insert into transfers (at, kind, debit, credit, amount, currency, customer_id, payment_id, event_id)
        select n.updated_at,
               case when n.captured > o.captured then 'payment_captured' else 'payment_corrected' end,
               case when n.captured > o.captured then 'provider_clearing' else 'bookings_revenue' end,
               case when n.captured > o.captured then 'bookings_revenue' else 'provider_clearing' end,
               abs(n.captured - o.captured), n.currency, n.customer_id, n.id, current_event()
        from new_rows n join old_rows o on o.id = n.id where n.captured <> o.captured;
    end if;
    return null;
end $$;

CREATE FUNCTION public.post_refunds() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
declare steps refund_step[];
begin
    if tg_op = 'INSERT' then
        select array_agg((n.id, n.payment_id, n.amount, n.destination, 'none', s.class,
            coalesce(n.processed_at, n.updated_at, n.created_at))::refund_step) into steps
        from new_rows n join refund_states s on s.name = n.status;
    else
        select array_agg((n.id, n.payment_id, n.amount, n.destination, so.class, sn.class,
            coalesce(n.processed_at, n.updated_at, n.created_at))::refund_step) into steps
        from new_rows n join old_rows o on o.id = n.id
        join refund_states sn on sn.name = n.status join refund_states so on so.name = o.status
        where sn.class <> so.class;
    end if;
    update payments p set refunded = p.refunded + d.refunded, reserved = p.reserved + d.reserved
    from (
        select payment_id,
               sum(amount * ((class = 'done')::integer - (was = 'done')::integer))::bigint as refunded,
               sum(amount * ((class in ('held', 'payable'))::integer - (was in ('held', 'payable'))::integer))::bigint as reserved
        from unnest(steps) group by payment_id
    ) d
    where p.id = d.payment_id and (d.refunded <> 0 or d.reserved <> 0);
    insert into transfers (at, kind, debit, credit, amount, currency, customer_id, payment_id, refund_id, event_id)
    select t.at, e.kind, e.debit, e.credit, t.amount, p.currency, p.customer_id, t.payment_id, t.id, current_event()
    from unnest(steps) t join payments p on p.id = t.payment_id
    cross join lateral (values
        (1, 'refund_approved', 'refunds', 'refunds_payable',
            t.was not in ('payable', 'done') and t.class in ('payable', 'done')),
        (2, 'refund_succeeded', 'refunds_payable',
            case t.destination when 'store_credit' then 'customer_credit' else 'provider_clearing' end, t.class = 'done'),
        -- The money came back: the opposite of the step before, and then of the first.
        (3, 'refund_reversed', 'provider_clearing', 'refunds_payable', t.was = 'done' and t.class = 'void'),
        (4, 'refund_voided', 'refunds_payable', 'refunds', t.was in ('payable', 'done') and t.class = 'void')
    ) e (step, kind, debit, credit, happens)
    where e.happens order by t.id, e.step;
    return null;
end $$;

CREATE FUNCTION public.refresh_stats() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
declare touched uuid[];
begin
    if tg_op = 'INSERT' then
        select array_agg(distinct customer_id) into touched from new_rows;
    elsif tg_op = 'DELETE' then
        select array_agg(distinct customer_id) into touched from old_rows;
    else
        select array_agg(distinct customer_id) into touched
        from (select customer_id from old_rows union all select customer_id from new_rows) both_sides;
    end if;
    if touched is null then
        return null;
    end if;
    if current_setting('hub.statistics', true) = 'at commit' then
        insert into stats_due (customers) values (touched);
        return null;
    end if;
    perform lock_customer_stats(touched);
    case tg_argv[0]
    when 'bookings' then
        update customer_stats s set orders = f.orders, completed_orders = f.completed_orders,
            cancelled_orders = f.cancelled_orders, last_order_at = f.last_order_at
        from unnest(touched) t (id), lateral stats_of_bookings(t.id) f where s.customer_id = t.id;
    when 'payments' then
        update customer_stats s set ltv = f.ltv
        from unnest(touched) t (id), lateral stats_of_payments(t.id) f where s.customer_id = t.id;
    when 'tickets' then
        update customer_stats s set open_tickets = f.open_tickets, urgent_tickets = f.urgent_tickets
        from unnest(touched) t (id), lateral stats_of_tickets(t.id) f where s.customer_id = t.id;
    when 'addresses' then
        update customer_stats s set addresses = f.addresses
        from unnest(touched) t (id), lateral stats_of_addresses(t.id) f where s.customer_id = t.id;
    when 'contacts' then
        update customer_stats s set contacts = f.contacts
        from unnest(touched) t (id), lateral stats_of_contacts(t.id) f where s.customer_id = t.id;
    when 'flags' then
        update customer_stats s set flag_kinds = f.flag_kinds
        from unnest(touched) t (id), lateral stats_of_flags(t.id) f where s.customer_id = t.id;
    end case;
    return null;
end $$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

CREATE FUNCTION public.refuse_credit_use_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    if tg_op = 'UPDATE' and current_setting('hub.erasing', true) = 'credit_uses' then
        return null;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

CREATE FUNCTION public.refuse_invoice_changes() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'invoices are written once; % is not allowed', tg_op using errcode = 'insufficient_privilege';
end $$;

CREATE FUNCTION public.rows_of_addresses(customer uuid) RETURNS TABLE(id uuid, at timestamp with time zone)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT a.id,
     a.created_at
    FROM public.addresses a
   WHERE ((a.customer_id = rows_of_addresses.customer) AND (a.removed_at IS NULL));
END;

CREATE TABLE public.contacts (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    label text NOT NULL,
    name text NOT NULL,
    phone text,
    phone_e164 text,
    email text,
    notes text,
    is_default boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT contacts_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT contacts_label_check CHECK (((length(label) >= 1) AND (length(label) <= 60))),
    CONSTRAINT contacts_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT contacts_notes_check CHECK (((length(notes) >= 1) AND (length(notes) <= 2000))),
    CONSTRAINT contacts_phone_check CHECK (((length(phone) >= 1) AND (length(phone) <= 50))),
    CONSTRAINT contacts_phone_e164_check CHECK ((phone_e164 ~ '^\+[1-9][0-9]{4,14}$'::text)),
    CONSTRAINT contacts_reachable CHECK (((phone IS NOT NULL) OR (email IS NOT NULL)))
);

CREATE FUNCTION public.rows_of_contacts(customer uuid) RETURNS TABLE(id uuid, at timestamp with time zone)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT k.id,
     k.created_at
    FROM public.contacts k
   WHERE ((k.customer_id = rows_of_contacts.customer) AND (k.removed_at IS NULL));
END;

CREATE FUNCTION public.rows_of_credit(customer uuid, day date) RETURNS TABLE(id uuid, at timestamp with time zone, remaining bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT k.id,
     k.created_at,
     k.remaining
    FROM public.credits k
   WHERE ((k.customer_id = rows_of_credit.customer) AND (k.used < k.amount) AND ((k.expires_on IS NULL) OR (k.expires_on >= rows_of_credit.day)));
END;

CREATE TABLE public.dispute_states (
    name text NOT NULL,
    class text NOT NULL,
    CONSTRAINT dispute_states_class_check CHECK ((class = ANY (ARRAY['inquiry'::text, 'open'::text, 'over'::text, 'lost'::text])))
);

CREATE TABLE public.disputes (
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    provider text NOT NULL,
    provider_dispute_id text NOT NULL,
    amount bigint NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    evidence_due_by timestamp with time zone,
    opened_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT disputes_amount_check CHECK ((amount > 0)),
    CONSTRAINT disputes_check CHECK (((held >= 0) AND (held <= amount))),
    CONSTRAINT disputes_provider_check CHECK ((provider = 'stripe'::text)),
    CONSTRAINT disputes_provider_dispute_id_check CHECK (((length(provider_dispute_id) >= 1) AND (length(provider_dispute_id) <= 200))),
    CONSTRAINT disputes_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 100)))
);

CREATE FUNCTION public.rows_of_losses(customer uuid) RETURNS TABLE(id uuid, booking_id uuid, at timestamp with time zone, amount bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT d.id,
     p.booking_id,
     d.opened_at,
     d.held
    FROM ((public.payments p
      JOIN public.disputes d ON ((d.payment_id = p.id)))
      JOIN public.dispute_states s ON ((s.name = d.status)))
   WHERE ((p.customer_id = rows_of_losses.customer) AND (s.class = 'lost'::text) AND (d.held <> 0));
END;

CREATE FUNCTION public.rows_of_orders(customer uuid) RETURNS TABLE(id uuid, at timestamp with time zone, status text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT b.id,
     b.created_at,
     b.status
    FROM public.bookings b
   WHERE ((b.customer_id = rows_of_orders.customer) AND (b.status <> 'DRAFT'::text));
END;

CREATE FUNCTION public.rows_of_payments(customer uuid) RETURNS TABLE(id uuid, booking_id uuid, at timestamp with time zone, captured bigint, refunded bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT p.id,
     p.booking_id,
     COALESCE(p.captured_at, p.created_at) AS "coalesce",
     p.captured,
     p.refunded
    FROM public.payments p
   WHERE ((p.customer_id = rows_of_payments.customer) AND (p.captured <> 0));
END;

CREATE TABLE public.refund_states (
    name text NOT NULL,
    class text NOT NULL,
    CONSTRAINT refund_states_class_check CHECK ((class = ANY (ARRAY['held'::text, 'payable'::text, 'done'::text, 'void'::text])))
);

CREATE FUNCTION public.rows_of_refunds(customer uuid) RETURNS TABLE(id uuid, booking_id uuid, at timestamp with time zone, amount bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT r.id,
     p.booking_id,
     COALESCE(r.processed_at, r.created_at) AS "coalesce",
     r.amount
    FROM ((public.payments p
      JOIN public.refunds r ON ((r.payment_id = p.id)))
      JOIN public.refund_states s ON ((s.name = r.status)))
   WHERE ((p.customer_id = rows_of_refunds.customer) AND (s.class = 'done'::text));
END;

CREATE FUNCTION public.rows_of_tickets(customer uuid) RETURNS TABLE(id uuid, at timestamp with time zone, priority text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT t.id,
     t.created_at,
     t.priority
    FROM public.tickets t
   WHERE ((t.customer_id = rows_of_tickets.customer) AND (t.status = ANY (ARRAY['OPEN'::text, 'IN_PROGRESS'::text])));
END;

CREATE FUNCTION public.search_query(value text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((SELECT string_agg((quote_literal(word.word) || ':*'::text), ' & '::text) AS string_agg FROM unnest(tsvector_to_array(public.search_words(search_query.value))) word(word)))::tsquery;

CREATE FUNCTION public.settle_stats() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
declare touched uuid[];
begin
    with due as (delete from stats_due returning customers)
    select array_agg(distinct customer_id) into touched from due, unnest(due.customers) customer_id;
    if touched is null then
        return null;
    end if;
    perform lock_customer_stats(touched);
    update customer_stats s set orders = b.orders, completed_orders = b.completed_orders, cancelled_orders = b.cancelled_orders,
        last_order_at = b.last_order_at, ltv = p.ltv, open_tickets = t.open_tickets, urgent_tickets = t.urgent_tickets,
        addresses = a.addresses, contacts = k.contacts, flag_kinds = f.flag_kinds
    from unnest(touched) one (id), lateral stats_of_bookings(one.id) b, lateral stats_of_payments(one.id) p,
        lateral stats_of_tickets(one.id) t, lateral stats_of_addresses(one.id) a, lateral stats_of_contacts(one.id) k,
        lateral stats_of_flags(one.id) f
    where s.customer_id = one.id;
    return null;
end $$;

CREATE FUNCTION public.shared_keys(one uuid, other uuid) RETURNS text[]
    LANGUAGE sql STABLE
    RETURN ARRAY(SELECT ('phone '::text || a.phone_e164) FROM (public.customers a JOIN public.customers b ON ((b.phone_e164 = a.phone_e164))) WHERE ((a.id = shared_keys.one) AND (b.id = shared_keys.other) AND (a.archived_at IS NULL) AND (b.archived_at IS NULL)) UNION ALL SELECT ('email '::text || public.mailbox(a.email)) FROM (public.customers a JOIN public.customers b ON ((public.mailbox(b.email) = public.mailbox(a.email)))) WHERE ((a.id = shared_keys.one) AND (b.id = shared_keys.other) AND (a.archived_at IS NULL) AND (b.archived_at IS NULL)) UNION ALL SELECT DISTINCT ((('surname_postcode '::text || public.surname(a.name_key)) || ' '::text) || public.postcode_key(x.postcode)) FROM (((public.customers a JOIN public.customers b ON ((public.surname(b.name_key) = public.surname(a.name_key)))) JOIN public.addresses x ON (((x.customer_id = a.id) AND (x.removed_at IS NULL)))) JOIN public.addresses y ON (((y.customer_id = b.id) AND (y.removed_at IS NULL) AND (public.postcode_key(y.postcode) = public.postcode_key(x.postcode))))) WHERE ((a.id = shared_keys.one) AND (b.id = shared_keys.other) AND (a.archived_at IS NULL) AND (b.archived_at IS NULL)) ORDER BY 1);

CREATE FUNCTION public.stats_of_addresses(customer uuid) RETURNS TABLE(addresses integer)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT (count(*))::integer AS count
    FROM public.rows_of_addresses(stats_of_addresses.customer) a(id, at);
END;

CREATE FUNCTION public.stats_of_bookings(customer uuid) RETURNS TABLE(orders integer, completed_orders integer, cancelled_orders integer, last_order_at timestamp with time zone)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT (count(*))::integer AS count,
     (count(*) FILTER (WHERE (o.status = 'COMPLETED'::text)))::integer AS count,
     (count(*) FILTER (WHERE (o.status = 'CANCELLED'::text)))::integer AS count,
     COALESCE(max(o.at), '-infinity'::timestamp with time zone) AS "coalesce"
    FROM public.rows_of_orders(stats_of_bookings.customer) o(id, at, status);
END;

CREATE FUNCTION public.stats_of_contacts(customer uuid) RETURNS TABLE(contacts integer)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT (count(*))::integer AS count
    FROM public.rows_of_contacts(stats_of_contacts.customer) k(id, at);
END;

CREATE TABLE public.flags (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    notes text,
    raised_by uuid,
    raised_at timestamp with time zone NOT NULL,
    expires_on date,
    removed_at timestamp with time zone,
    removed_by uuid,
    removal_reason text,
    CONSTRAINT flags_kind_check CHECK ((kind = ANY (ARRAY['vip'::text, 'payment_risk'::text, 'abusive'::text, 'do_not_contact'::text, 'vulnerable_customer'::text, 'fraud_suspicion'::text, 'other'::text]))),
    CONSTRAINT flags_notes_check CHECK (((length(notes) >= 1) AND (length(notes) <= 2000))),
    CONSTRAINT flags_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
    CONSTRAINT flags_removal_reason_check CHECK (((length(removal_reason) >= 1) AND (length(removal_reason) <= 500)))
);

CREATE FUNCTION public.stats_of_flags(customer uuid) RETURNS TABLE(flag_kinds text[])
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT COALESCE(array_agg(f.kind ORDER BY f.kind), '{}'::text[]) AS "coalesce"
    FROM public.flags f
   WHERE ((f.customer_id = stats_of_flags.customer) AND (f.removed_at IS NULL));
END;

CREATE FUNCTION public.stats_of_payments(customer uuid) RETURNS TABLE(ltv bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT (COALESCE(sum((p.captured - p.refunded)), (0)::numeric))::bigint AS "coalesce"
    FROM public.rows_of_payments(stats_of_payments.customer) p(id, booking_id, at, captured, refunded);
END;

CREATE FUNCTION public.stats_of_tickets(customer uuid) RETURNS TABLE(open_tickets integer, urgent_tickets integer)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
 SELECT (count(*))::integer AS count,
     (count(*) FILTER (WHERE (t.priority = 'URGENT'::text)))::integer AS count
    FROM public.rows_of_tickets(stats_of_tickets.customer) t(id, at, priority);
END;

CREATE FUNCTION public.take_rate_limits(keys uuid[], intervals bigint[], bursts integer[], now_at timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
    item record;
    paid timestamptz;
    wait interval := interval '0';
begin
    -- Refused without writing, as most are while somebody guesses.
    select greatest(wait, max(r.paid_off_at - (g.burst - 1) * g.every * interval '1 microsecond' - now_at)) into wait
    from unnest(keys, intervals, bursts) as g (key, every, burst) join rate_limits r on r.key = g.key;
    if wait > interval '0' then
        return floor(extract(epoch from wait)) + 1;
    end if;
    for item in select * from unnest(keys, intervals, bursts) as g (key, every, burst) order by g.key loop
        insert into rate_limits as r (key, paid_off_at) values (item.key, now_at + item.every * interval '1 microsecond')
        on conflict (key) do update set paid_off_at = greatest(r.paid_off_at, now_at) + item.every * interval '1 microsecond'
        returning paid_off_at into paid;
        wait := greatest(wait, paid - item.burst * item.every * interval '1 microsecond' - now_at);
    end loop;
    -- Others were counted between the look and the lock.
    if wait > interval '0' then
        update rate_limits r set paid_off_at = r.paid_off_at - g.every * interval '1 microsecond'
        from unnest(keys, intervals) as g (key, every) where r.key = g.key;
        return floor(extract(epoch from wait)) + 1;
    end if;
    return null;
end $$;

CREATE FUNCTION public.unmerge_rows(merge uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
declare m customer_merges;
begin
    select * into strict m from customer_merges where id = merge;
    -- First the one that stays, whose e-mail address may have been the other's. What was changed since is kept.
    update customers s set
        name = case when m.before ->> 'name' <> m.after ->> 'name' and s.name = m.after ->> 'name'
            then m.before ->> 'name' else s.name end,
        email = case when e.back then m.before ->> 'email' else s.email end,
        email_verified_at = case when e.back then (m.before ->> 'emailVerifiedAt')::timestamptz else s.email_verified_at end,
        phone = case when p.back then m.before ->> 'phone' else s.phone end,
        phone_e164 = case when p.back then m.before ->> 'phoneE164' else s.phone_e164 end,
        updated_at = m.undone_at, version = s.version + 1
    from customers c,
        lateral (select m.before ->> 'email' is distinct from m.after ->> 'email'
            and c.email is not distinct from m.after ->> 'email') e (back),
        lateral (select m.before ->> 'phone' is distinct from m.after ->> 'phone'
            and c.phone is not distinct from m.after ->> 'phone') p (back)
    where c.id = m.survivor_id and s.id = c.id;
    update customers set merged_into = null, archived_at = null, updated_at = m.undone_at, version = version + 1
    where id = m.merged_id;

    update contacts set removed_at = m.undone_at, is_default = false, updated_at = m.undone_at, version = version + 1
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'made_contact')
        and version = 1 and removed_at is null;
    update addresses set customer_id = m.merged_id
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'address');
    update addresses set is_default = true
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'address' and was = 'default')
        and removed_at is null
        and not exists (select from addresses o where o.customer_id = m.merged_id and o.is_default and o.removed_at is null);
    update contacts set customer_id = m.merged_id
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'contact');
    update contacts set is_default = true
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'contact' and was = 'default')
        and removed_at is null
        and not exists (select from contacts o where o.customer_id = m.merged_id and o.is_default and o.removed_at is null);
    update flags f set customer_id = m.merged_id,
        removed_at = case j.was when 'open' then null else f.removed_at end,
        removed_by = case j.was when 'open' then null else f.removed_by end,
        removal_reason = case j.was when 'open' then null else f.removal_reason end
    from customer_merge_rows j where j.merge_id = m.id and j.kind = 'flag' and j.row_id = f.id;
    update notes set customer_id = m.merged_id
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'note');
    update tickets set customer_id = m.merged_id
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'ticket');
    update bookings set customer_id = m.merged_id
    where id in (select row_id from customer_merge_rows where merge_id = m.id and kind = 'booking');
    update payments set customer_id = m.merged_id where id = any (payments_of_merge(m.id)) and customer_id <> m.merged_id;
    update credits set customer_id = m.merged_id where id = any (credits_of_merge(m.id)) and customer_id <> m.merged_id;
end $$;

CREATE FUNCTION public.value_key(sealed bytea) RETURNS uuid
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (encode(SUBSTRING(sealed FROM 2 FOR 16), 'hex'::text))::uuid;

CREATE TABLE public.act_limits (
    role text NOT NULL,
    act text NOT NULL,
    per_act bigint,
    per_customer_90_days bigint,
    per_person_day bigint,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone,
    updated_by uuid,
    CONSTRAINT act_limits_act_check CHECK ((act = ANY (ARRAY['refund'::text, 'credit'::text]))),
    CONSTRAINT act_limits_per_act_check CHECK ((per_act >= 0)),
    CONSTRAINT act_limits_per_customer_90_days_check CHECK ((per_customer_90_days >= 0)),
    CONSTRAINT act_limits_per_person_day_check CHECK ((per_person_day >= 0))
);

CREATE TABLE public.alerts (
    id uuid NOT NULL,
    rule text NOT NULL,
    since timestamp with time zone NOT NULL,
    fired_at timestamp with time zone,
    quiet_since timestamp with time zone,
    resolved_at timestamp with time zone,
    value double precision NOT NULL,
    CONSTRAINT alerts_fired_later CHECK ((fired_at >= since)),
    CONSTRAINT alerts_over_after_firing CHECK (((resolved_at IS NULL) OR (fired_at IS NOT NULL))),
    CONSTRAINT alerts_quiet_while_firing CHECK (((quiet_since IS NULL) OR (fired_at IS NOT NULL))),
    CONSTRAINT alerts_resolved_later CHECK ((resolved_at >= fired_at)),
    CONSTRAINT alerts_rule CHECK (((length(rule) >= 1) AND (length(rule) <= 60)))
);

CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    last_used_ip inet,
    revoked_at timestamp with time zone,
    CONSTRAINT api_keys_expire CHECK (((expires_at > created_at) AND (expires_at <= (created_at + '366 days'::interval)))),
    CONSTRAINT api_keys_key_hash_check CHECK ((length(key_hash) = 32)),
    CONSTRAINT api_keys_name_length CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT api_keys_prefix_check CHECK ((length(prefix) = 10)),
    CONSTRAINT api_keys_scopes_check CHECK (((cardinality(scopes) >= 1) AND (cardinality(scopes) <= 100)))
);

CREATE TABLE public.approvals (
    id uuid NOT NULL,
    act text NOT NULL,
    customer_id uuid NOT NULL,
    booking_id uuid,
    amount bigint NOT NULL,
    request jsonb NOT NULL,
    request_hash bytea NOT NULL,
    policy jsonb NOT NULL,
    state text NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    word text,
    CONSTRAINT approvals_act_check CHECK ((act = ANY (ARRAY['refund'::text, 'credit'::text]))),
    CONSTRAINT approvals_amount_check CHECK ((amount > 0)),
    CONSTRAINT approvals_by_somebody_else CHECK (((state = 'withdrawn'::text) OR (decided_by IS NULL) OR (decided_by <> requested_by))),
    CONSTRAINT approvals_decided CHECK ((((state = 'pending'::text) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT approvals_own_withdrawal CHECK (((state <> 'withdrawn'::text) OR (decided_by = requested_by))),
    CONSTRAINT approvals_request_hash_check CHECK ((length(request_hash) = 32)),
    CONSTRAINT approvals_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text]))),
    CONSTRAINT approvals_word_check CHECK (((length(word) >= 1) AND (length(word) <= 1000)))
);

CREATE TABLE public.backups (
    id uuid NOT NULL,
    state text NOT NULL,
    file text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    bytes bigint,
    manifest jsonb,
    failure text,
    CONSTRAINT backups_bytes_check CHECK ((bytes > 0)),
    CONSTRAINT backups_check CHECK ((finished_at >= started_at)),
    CONSTRAINT backups_failed_with_a_reason CHECK (((state = 'failed'::text) = (failure IS NOT NULL))),
    CONSTRAINT backups_failure_check CHECK (((length(failure) >= 1) AND (length(failure) <= 10000))),
    CONSTRAINT backups_file_check CHECK (((length(file) >= 1) AND (length(file) <= 4096))),
    CONSTRAINT backups_finished_when_over CHECK (((state = 'running'::text) = (finished_at IS NULL))),
    CONSTRAINT backups_measured_when_done CHECK (((state = ANY (ARRAY['done'::text, 'pruned'::text])) = ((bytes IS NOT NULL) AND (manifest IS NOT NULL)))),
    CONSTRAINT backups_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text, 'pruned'::text])))
);

CREATE TABLE public.bulk_outcomes (
    run_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    "position" integer NOT NULL,
    outcome text NOT NULL,
    code text,
    flag_id uuid,
    at timestamp with time zone NOT NULL,
    CONSTRAINT bulk_outcomes_code_check CHECK (((length(code) >= 1) AND (length(code) <= 60))),
    CONSTRAINT bulk_outcomes_outcome_check CHECK ((outcome = ANY (ARRAY['changed'::text, 'skipped'::text, 'refused'::text]))),
    CONSTRAINT bulk_outcomes_position_check CHECK (("position" > 0)),
    CONSTRAINT bulk_outcomes_reason CHECK (((outcome = 'changed'::text) = (code IS NULL)))
);

CREATE TABLE public.bulk_runs (
    id uuid NOT NULL,
    action text NOT NULL,
    given jsonb NOT NULL,
    selection_id uuid NOT NULL,
    undoes uuid,
    total integer NOT NULL,
    parts_done integer DEFAULT 0 NOT NULL,
    changed integer DEFAULT 0 NOT NULL,
    skipped integer DEFAULT 0 NOT NULL,
    refused integer DEFAULT 0 NOT NULL,
    state text DEFAULT 'running'::text NOT NULL,
    requested_by uuid NOT NULL,
    session_id uuid,
    api_key_id uuid,
    request_id text NOT NULL,
    ip inet,
    user_agent text,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    stopped_by uuid,
    CONSTRAINT bulk_runs_action_check CHECK ((action = ANY (ARRAY['add_flag'::text, 'remove_flag'::text, 'archive'::text, 'restore'::text]))),
    CONSTRAINT bulk_runs_changed_check CHECK ((changed >= 0)),
    CONSTRAINT bulk_runs_counted CHECK ((((changed + skipped) + refused) <= total)),
    CONSTRAINT bulk_runs_ended CHECK (((state = 'running'::text) = (finished_at IS NULL))),
    CONSTRAINT bulk_runs_finished_when_all CHECK (((state <> 'finished'::text) OR (((changed + skipped) + refused) = total))),
    CONSTRAINT bulk_runs_given_check CHECK ((jsonb_typeof(given) = 'object'::text)),
    CONSTRAINT bulk_runs_refused_check CHECK ((refused >= 0)),
    CONSTRAINT bulk_runs_skipped_check CHECK ((skipped >= 0)),
    CONSTRAINT bulk_runs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'finished'::text, 'stopped'::text]))),
    CONSTRAINT bulk_runs_stopped CHECK (((stopped_by IS NULL) OR (state = 'stopped'::text))),
    CONSTRAINT bulk_runs_total_check CHECK ((total > 0)),
    CONSTRAINT bulk_runs_words_go CHECK (((state = 'running'::text) OR (NOT (given ?| ARRAY['reason'::text, 'notes'::text]))))
);

CREATE TABLE public.checkpoints (
    number bigint NOT NULL,
    after bigint NOT NULL,
    chain bytea NOT NULL,
    at timestamp with time zone NOT NULL,
    below bigint NOT NULL,
    public_key bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT checkpoints_chain_check CHECK ((length(chain) = 32)),
    CONSTRAINT checkpoints_public_key_check CHECK ((length(public_key) = 32)),
    CONSTRAINT checkpoints_signature_check CHECK ((length(signature) = 64))
);

CREATE TABLE public.credit_uses (
    id uuid NOT NULL,
    credit_id uuid NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    booking_id uuid,
    notes text,
    used_by uuid,
    created_at timestamp with time zone NOT NULL,
    returns_use_id uuid,
    CONSTRAINT credit_uses_amount_check CHECK ((amount > 0)),
    CONSTRAINT credit_uses_kind_check CHECK ((kind = ANY (ARRAY['spent'::text, 'expired'::text, 'withdrawn'::text, 'returned'::text]))),
    CONSTRAINT credit_uses_notes_check CHECK ((length(notes) <= 2000)),
    CONSTRAINT credit_uses_returns_a_use CHECK (((kind = 'returned'::text) = (returns_use_id IS NOT NULL))),
    CONSTRAINT credit_uses_spent_on_a_booking CHECK (((kind = ANY (ARRAY['spent'::text, 'returned'::text])) = (booking_id IS NOT NULL)))
);

CREATE VIEW public.customer_stats_truth AS
 SELECT c.id AS customer_id,
    (c.archived_at IS NOT NULL) AS archived,
    b.orders,
    b.completed_orders,
    b.cancelled_orders,
    b.last_order_at,
    p.ltv,
    t.open_tickets,
    t.urgent_tickets,
    a.addresses,
    k.contacts,
    f.flag_kinds,
    (c.merged_into IS NOT NULL) AS merged,
    c.created_at AS joined_at,
    (c.email_verified_at IS NOT NULL) AS verified
   FROM public.customers c,
    LATERAL public.stats_of_bookings(c.id) b(orders, completed_orders, cancelled_orders, last_order_at),
    LATERAL public.stats_of_payments(c.id) p(ltv),
    LATERAL public.stats_of_tickets(c.id) t(open_tickets, urgent_tickets),
    LATERAL public.stats_of_addresses(c.id) a(addresses),
    LATERAL public.stats_of_contacts(c.id) k(contacts),
    LATERAL public.stats_of_flags(c.id) f(flag_kinds);

CREATE TABLE public.customer_totals (
    archived boolean NOT NULL,
    last_order_on date NOT NULL,
    customers bigint NOT NULL,
    orders bigint NOT NULL,
    cancelled_orders bigint NOT NULL,
    ltv numeric NOT NULL
);

CREATE TABLE public.customer_totals_changes (
    id bigint NOT NULL,
    archived boolean NOT NULL,
    last_order_on date NOT NULL,
    customers bigint NOT NULL,
    orders bigint NOT NULL,
    cancelled_orders bigint NOT NULL,
    ltv numeric NOT NULL
);

ALTER TABLE public.customer_totals_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.customer_totals_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.customer_totals_folds (
    only_row boolean DEFAULT true NOT NULL,
    folds bigint NOT NULL,
    CONSTRAINT customer_totals_folds_only_row_check CHECK (only_row)
);

CREATE TABLE public.data_request_pauses (
    request_id uuid NOT NULL,
    "position" smallint NOT NULL,
    from_on date NOT NULL,
    until_on date,
    question text NOT NULL,
    answer text,
    CONSTRAINT data_request_pauses_answer_check CHECK (((length(answer) >= 1) AND (length(answer) <= 5000))),
    CONSTRAINT data_request_pauses_check CHECK ((until_on >= from_on)),
    CONSTRAINT data_request_pauses_position_check CHECK (("position" >= 0)),
    CONSTRAINT data_request_pauses_question_check CHECK (((length(question) >= 1) AND (length(question) <= 5000)))
);

CREATE TABLE public.data_request_reminders (
    request_id uuid NOT NULL,
    due_on date NOT NULL,
    distance text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT data_request_reminders_distance_check CHECK ((distance = ANY (ARRAY['14_days'::text, '7_days'::text, '2_days'::text, 'overdue'::text])))
);

CREATE TABLE public.data_request_states (
    name text NOT NULL,
    "position" smallint NOT NULL
);

CREATE TABLE public.data_request_steps (
    request_id uuid NOT NULL,
    number smallint NOT NULL,
    before text,
    after text NOT NULL,
    at timestamp with time zone NOT NULL,
    event_id uuid NOT NULL
);

CREATE TABLE public.data_request_transitions (
    before text NOT NULL,
    after text NOT NULL
);

ALTER TABLE public.data_requests ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.data_requests_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.differences (
    id uuid NOT NULL,
    provider text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    detail text NOT NULL,
    ours jsonb,
    theirs jsonb,
    refund_id uuid,
    payment_id uuid,
    subject_at timestamp with time zone NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    last_seen timestamp with time zone NOT NULL,
    seen_in uuid,
    state text NOT NULL,
    closed_at timestamp with time zone,
    outcome text,
    word text,
    settled_by uuid,
    event_id uuid,
    CONSTRAINT differences_closed CHECK (((state = 'open'::text) = (closed_at IS NULL))),
    CONSTRAINT differences_detail_check CHECK ((length(detail) <= 1000)),
    CONSTRAINT differences_kind_check CHECK ((kind = ANY (ARRAY['refund_missing_there'::text, 'refund_missing_here'::text, 'refund_amount'::text, 'refund_failed_there'::text, 'refund_succeeded_there'::text, 'refund_state'::text, 'payment_missing_there'::text, 'payment_missing_here'::text, 'payment_amount'::text, 'dispute_missing_there'::text, 'dispute_missing_here'::text, 'dispute_amount'::text, 'dispute_state'::text, 'reference_missing'::text, 'reference_twice'::text, 'transfer_overdue'::text]))),
    CONSTRAINT differences_outcome_check CHECK ((outcome = ANY (ARRAY['noted'::text, 'accept_theirs'::text, 'record_theirs'::text]))),
    CONSTRAINT differences_provider_check CHECK ((provider = ANY (ARRAY['stripe'::text, 'manual'::text]))),
    CONSTRAINT differences_settled_with_a_word CHECK (
CASE state
    WHEN 'settled'::text THEN (num_nonnulls(outcome, word, settled_by, event_id) = 4)
    ELSE (num_nonnulls(outcome, word, settled_by, event_id) = 0)
END),
    CONSTRAINT differences_state_check CHECK ((state = ANY (ARRAY['open'::text, 'gone'::text, 'settled'::text]))),
    CONSTRAINT differences_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 200))),
    CONSTRAINT differences_word_check CHECK (((length(word) >= 1) AND (length(word) <= 1000)))
);

CREATE TABLE public.dispute_transitions (
    before text NOT NULL,
    after text NOT NULL
);

CREATE TABLE public.drills (
    id uuid NOT NULL,
    state text NOT NULL,
    file text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT drills_check CHECK ((finished_at >= started_at)),
    CONSTRAINT drills_failed_with_findings CHECK (((state = 'failed'::text) = (findings <> '[]'::jsonb))),
    CONSTRAINT drills_file_check CHECK (((length(file) >= 1) AND (length(file) <= 4096))),
    CONSTRAINT drills_findings_check CHECK ((jsonb_typeof(findings) = 'array'::text)),
    CONSTRAINT drills_finished_when_over CHECK (((state = 'running'::text) = (finished_at IS NULL))),
    CONSTRAINT drills_state_check CHECK ((state = ANY (ARRAY['running'::text, 'passed'::text, 'failed'::text])))
);

CREATE TABLE public.duplicate_dismissals (
    id uuid NOT NULL,
    one_id uuid NOT NULL,
    other_id uuid NOT NULL,
    keys text[] NOT NULL,
    reason text NOT NULL,
    dismissed_by uuid NOT NULL,
    dismissed_at timestamp with time zone NOT NULL,
    withdrawn_by uuid,
    withdrawn_at timestamp with time zone,
    CONSTRAINT duplicate_dismissals_in_order CHECK ((one_id < other_id)),
    CONSTRAINT duplicate_dismissals_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
    CONSTRAINT duplicate_dismissals_withdrawn CHECK (((withdrawn_by IS NULL) = (withdrawn_at IS NULL)))
);

CREATE TABLE public.epochs (
    number integer NOT NULL,
    began_at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    sha256 text NOT NULL,
    accepted_at timestamp with time zone,
    accepted_by uuid,
    CONSTRAINT epochs_check CHECK ((accepted_at >= began_at)),
    CONSTRAINT epochs_number_check CHECK ((number > 0)),
    CONSTRAINT epochs_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE public.erasure_proposals (
    customer_id uuid NOT NULL,
    last_contact_at timestamp with time zone NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    CONSTRAINT erasure_proposals_later CHECK ((proposed_at > last_contact_at))
);

CREATE TABLE public.event_values (
    event_id uuid NOT NULL,
    customer_id uuid,
    before jsonb,
    after jsonb,
    filter jsonb,
    sealed bytea,
    CONSTRAINT event_values_sealed_check CHECK (((length(sealed) >= 45) AND (get_byte(sealed, 0) = 1))),
    CONSTRAINT event_values_sealed_or_plain CHECK (((sealed IS NULL) OR ((before IS NULL) AND (after IS NULL) AND (filter IS NULL))))
);

CREATE TABLE public.events (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    kind text NOT NULL,
    actor_kind text NOT NULL,
    staff_id uuid,
    role text,
    session_id uuid,
    request_id text,
    ip inet,
    user_agent text,
    customer_id uuid,
    subject_type text,
    subject_id uuid,
    item_count bigint,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    leaf bytea,
    CONSTRAINT events_action_form CHECK ((action ~ '^[a-z_]+\.[a-z_]+$'::text)),
    CONSTRAINT events_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['staff'::text, 'system'::text, 'nobody'::text]))),
    CONSTRAINT events_kind_check CHECK ((kind = ANY (ARRAY['change'::text, 'access'::text, 'sign_in'::text]))),
    CONSTRAINT events_leaf_length CHECK ((length(leaf) = 32)),
    CONSTRAINT events_staff_named CHECK (((actor_kind = 'staff'::text) = (staff_id IS NOT NULL)))
);

CREATE TABLE public.external_links (
    system text NOT NULL,
    kind text NOT NULL,
    external_id text NOT NULL,
    our_id uuid NOT NULL,
    content_hash bytea NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_changed_at timestamp with time zone NOT NULL,
    CONSTRAINT external_links_content_hash_check CHECK ((length(content_hash) = 32)),
    CONSTRAINT external_links_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200))),
    CONSTRAINT external_links_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 40))),
    CONSTRAINT external_links_system_check CHECK (((length(system) >= 1) AND (length(system) <= 40)))
);

CREATE TABLE public.failed_requests (
    request_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    route text NOT NULL,
    method text NOT NULL,
    status smallint NOT NULL,
    CONSTRAINT failed_requests_id CHECK (((length(request_id) >= 1) AND (length(request_id) <= 64))),
    CONSTRAINT failed_requests_method CHECK (((length(method) >= 1) AND (length(method) <= 10))),
    CONSTRAINT failed_requests_route CHECK (((length(route) >= 1) AND (length(route) <= 200))),
    CONSTRAINT failed_requests_status CHECK (((status >= 500) AND (status <= 599)))
);

CREATE TABLE public.idempotency (
    staff_id uuid NOT NULL,
    key text NOT NULL,
    operation text NOT NULL,
    content_hash bytea NOT NULL,
    made uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT idempotency_content_hash_check CHECK ((length(content_hash) = 32)),
    CONSTRAINT idempotency_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);

CREATE TABLE public.import_runs (
    id uuid NOT NULL,
    system text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    problems bigint DEFAULT 0 NOT NULL
);

CREATE TABLE public.imported_history (
    id uuid NOT NULL,
    system text NOT NULL,
    external_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text,
    actor_role text,
    action text NOT NULL,
    target_type text NOT NULL,
    target_id text,
    customer_id uuid,
    before jsonb,
    after jsonb,
    details jsonb,
    ip text,
    user_agent text
);

CREATE TABLE public.invoice_counter (
    only_row boolean DEFAULT true NOT NULL,
    last_number bigint NOT NULL,
    CONSTRAINT invoice_counter_only_row_check CHECK (only_row)
);

CREATE TABLE public.invoices (
    id uuid NOT NULL,
    number bigint NOT NULL,
    booking_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    issued_by uuid,
    seller jsonb NOT NULL,
    customer jsonb NOT NULL,
    move jsonb NOT NULL,
    lines jsonb NOT NULL,
    vat_percent integer NOT NULL,
    net bigint NOT NULL,
    vat bigint NOT NULL,
    total bigint NOT NULL,
    CONSTRAINT invoices_add_up CHECK (((net + vat) = total)),
    CONSTRAINT invoices_customer_check CHECK ((jsonb_typeof(customer) = 'object'::text)),
    CONSTRAINT invoices_lines_check CHECK ((jsonb_typeof(lines) = 'array'::text)),
    CONSTRAINT invoices_move_check CHECK ((jsonb_typeof(move) = 'object'::text)),
    CONSTRAINT invoices_net_check CHECK ((net >= 0)),
    CONSTRAINT invoices_number_positive CHECK ((number >= 1)),
    CONSTRAINT invoices_seller_check CHECK ((jsonb_typeof(seller) = 'object'::text)),
    CONSTRAINT invoices_vat_check CHECK ((vat >= 0)),
    CONSTRAINT invoices_vat_percent_check CHECK (((vat_percent >= 0) AND (vat_percent <= 100)))
);

CREATE TABLE public.jobs (
    id uuid NOT NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    state text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    attempt integer DEFAULT 0 NOT NULL,
    max_attempts integer NOT NULL,
    lease_until timestamp with time zone,
    last_error text,
    key text,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    trace text,
    CONSTRAINT jobs_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT jobs_finished_when_over CHECK (((state = ANY (ARRAY['done'::text, 'dead'::text, 'discarded'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT jobs_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200))),
    CONSTRAINT jobs_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 60))),
    CONSTRAINT jobs_lease_while_running CHECK (((state = 'running'::text) = (lease_until IS NOT NULL))),
    CONSTRAINT jobs_max_attempts_check CHECK ((max_attempts >= 1)),
    CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'running'::text, 'done'::text, 'dead'::text, 'discarded'::text]))),
    CONSTRAINT jobs_trace_form CHECK ((trace ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$'::text))
);

CREATE TABLE public.ledger_accounts (
    name text NOT NULL,
    title text NOT NULL,
    kind text NOT NULL,
    CONSTRAINT ledger_accounts_kind_check CHECK ((kind = ANY (ARRAY['asset'::text, 'liability'::text, 'income'::text, 'contra_income'::text, 'expense'::text])))
);

CREATE TABLE public.legal_holds (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    reason text NOT NULL,
    placed_by uuid NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    lifted_by uuid,
    lifted_at timestamp with time zone,
    lift_reason text,
    CONSTRAINT legal_holds_lift_reason_check CHECK (((length(lift_reason) >= 1) AND (length(lift_reason) <= 500))),
    CONSTRAINT legal_holds_lifted CHECK ((((lifted_at IS NULL) = (lifted_by IS NULL)) AND ((lifted_at IS NULL) = (lift_reason IS NULL)))),
    CONSTRAINT legal_holds_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500)))
);

CREATE TABLE public.list_layouts (
    staff_id uuid NOT NULL,
    density text NOT NULL,
    hidden text[] NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT list_layouts_density_check CHECK ((density = ANY (ARRAY['normal'::text, 'compact'::text]))),
    CONSTRAINT list_layouts_hidden_check CHECK ((cardinality(hidden) <= 20))
);

CREATE TABLE public.log_archive (
    only_row boolean DEFAULT true NOT NULL,
    system text NOT NULL,
    timeline bigint NOT NULL,
    unbroken_since timestamp with time zone NOT NULL,
    covered_until timestamp with time zone,
    noted_at timestamp with time zone NOT NULL,
    failing_since timestamp with time zone,
    failure text,
    CONSTRAINT log_archive_fails_with_a_reason CHECK (((failing_since IS NULL) = (failure IS NULL))),
    CONSTRAINT log_archive_failure_check CHECK (((length(failure) >= 1) AND (length(failure) <= 1000))),
    CONSTRAINT log_archive_only_row_check CHECK (only_row),
    CONSTRAINT log_archive_system_check CHECK ((system ~ '^[0-9]{1,20}$'::text)),
    CONSTRAINT log_archive_timeline_check CHECK ((timeline > 0))
);

CREATE TABLE public.mail_attachments (
    mail_id uuid NOT NULL,
    "position" smallint NOT NULL,
    file_name text NOT NULL,
    content_type text NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT mail_attachments_content_check CHECK (((length(content) >= 1) AND (length(content) <= 10000000))),
    CONSTRAINT mail_attachments_content_type_check CHECK ((((length(content_type) >= 3) AND (length(content_type) <= 100)) AND (content_type !~ '[[:cntrl:]]'::text))),
    CONSTRAINT mail_attachments_file_name_check CHECK ((((length(file_name) >= 1) AND (length(file_name) <= 200)) AND (file_name !~ '[[:cntrl:]]'::text))),
    CONSTRAINT mail_attachments_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.measured_minutes (
    minute timestamp with time zone NOT NULL,
    what text NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT measured_minutes_count CHECK ((count > 0)),
    CONSTRAINT measured_minutes_minute CHECK (((EXTRACT(epoch FROM minute) % (60)::numeric) = (0)::numeric)),
    CONSTRAINT measured_minutes_what CHECK (((length(what) >= 1) AND (length(what) <= 40)))
);

CREATE TABLE public.notes (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    body text NOT NULL,
    pinned boolean DEFAULT false NOT NULL,
    author_id uuid,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT notes_body_check CHECK (((length(body) >= 1) AND (length(body) <= 10000)))
);

CREATE TABLE public.page_timings (
    day date NOT NULL,
    page text NOT NULL,
    metric text NOT NULL,
    bucket smallint NOT NULL,
    measured bigint NOT NULL,
    CONSTRAINT page_timings_bucket CHECK (((bucket >= 0) AND (bucket <= 31))),
    CONSTRAINT page_timings_measured CHECK ((measured > 0)),
    CONSTRAINT page_timings_metric CHECK ((metric = ANY (ARRAY['lcp'::text, 'inp'::text, 'cls'::text]))),
    CONSTRAINT page_timings_page_length CHECK (((length(page) >= 1) AND (length(page) <= 100)))
);

CREATE TABLE public.passkeys (
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    name text NOT NULL,
    sign_count bigint NOT NULL,
    added_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone,
    CONSTRAINT passkeys_credential_id_check CHECK (((length(credential_id) >= 1) AND (length(credential_id) <= 1023))),
    CONSTRAINT passkeys_name_length CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT passkeys_public_key_check CHECK (((length(public_key) >= 1) AND (length(public_key) <= 4096))),
    CONSTRAINT passkeys_sign_count_check CHECK (((sign_count >= 0) AND (sign_count <= '4294967295'::bigint)))
);

CREATE TABLE public.personal_export_parts (
    export_id uuid NOT NULL,
    "position" integer NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT personal_export_parts_content_check CHECK (((length(content) >= 1) AND (length(content) <= 1100000))),
    CONSTRAINT personal_export_parts_position_check CHECK (("position" >= 0))
);

CREATE TABLE public.personal_exports (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    data_request_id uuid,
    state text NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    link_hash bytea,
    public_key bytea,
    made_at timestamp with time zone,
    ephemeral_key bytea,
    sha256 bytea,
    size bigint,
    counts jsonb,
    seal bigint,
    chain bytea,
    ended_at timestamp with time zone,
    failure text,
    CONSTRAINT personal_exports_chain_check CHECK ((length(chain) = 32)),
    CONSTRAINT personal_exports_check CHECK ((expires_at > requested_at)),
    CONSTRAINT personal_exports_counts_check CHECK ((jsonb_typeof(counts) = 'object'::text)),
    CONSTRAINT personal_exports_ended CHECK (((ended_at IS NOT NULL) = (state = ANY (ARRAY['fetched'::text, 'expired'::text, 'failed'::text])))),
    CONSTRAINT personal_exports_ephemeral_key_check CHECK ((length(ephemeral_key) = 32)),
    CONSTRAINT personal_exports_failure_check CHECK ((failure = ANY (ARRAY['not_made'::text, 'replaced'::text]))),
    CONSTRAINT personal_exports_head CHECK (((seal IS NULL) = (chain IS NULL))),
    CONSTRAINT personal_exports_link CHECK (((link_hash IS NULL) = (public_key IS NULL))),
    CONSTRAINT personal_exports_link_hash_check CHECK ((length(link_hash) = 32)),
    CONSTRAINT personal_exports_made CHECK ((((made_at IS NOT NULL) = (state = ANY (ARRAY['ready'::text, 'fetched'::text, 'expired'::text]))) AND ((made_at IS NULL) = (ephemeral_key IS NULL)) AND ((made_at IS NULL) = (sha256 IS NULL)) AND ((made_at IS NULL) = (size IS NULL)) AND ((made_at IS NULL) = (counts IS NULL)) AND ((made_at IS NULL) OR (link_hash IS NOT NULL)))),
    CONSTRAINT personal_exports_public_key_check CHECK ((length(public_key) = 32)),
    CONSTRAINT personal_exports_sha256_check CHECK ((length(sha256) = 32)),
    CONSTRAINT personal_exports_size_check CHECK ((size > 0)),
    CONSTRAINT personal_exports_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'ready'::text, 'fetched'::text, 'expired'::text, 'failed'::text])))
);

CREATE UNLOGGED TABLE public.presences (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    session_id uuid NOT NULL,
    editing boolean NOT NULL,
    seen_at timestamp with time zone NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE public.provider_inbox (
    id uuid NOT NULL,
    provider text NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    object_id text,
    received_at timestamp with time zone NOT NULL,
    body text NOT NULL,
    processed_at timestamp with time zone,
    CONSTRAINT provider_inbox_event_id_check CHECK (((length(event_id) >= 1) AND (length(event_id) <= 200))),
    CONSTRAINT provider_inbox_kind_check CHECK (((length(kind) >= 1) AND (length(kind) <= 100))),
    CONSTRAINT provider_inbox_object_id_check CHECK (((length(object_id) >= 1) AND (length(object_id) <= 200))),
    CONSTRAINT provider_inbox_provider_check CHECK ((provider = 'stripe'::text))
);

CREATE UNLOGGED TABLE public.rate_limits (
    key uuid NOT NULL,
    paid_off_at timestamp with time zone NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE public.read_alarms (
    staff_id uuid NOT NULL,
    day date NOT NULL,
    at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone
);

CREATE TABLE public.reconciliation_runs (
    id uuid NOT NULL,
    requested_by uuid,
    started_at timestamp with time zone NOT NULL,
    since timestamp with time zone NOT NULL,
    stage text NOT NULL,
    after text,
    compared integer DEFAULT 0 NOT NULL,
    finished_at timestamp with time zone,
    failure text,
    CONSTRAINT reconciliation_runs_after_check CHECK ((length(after) <= 200)),
    CONSTRAINT reconciliation_runs_failure_check CHECK ((length(failure) <= 500)),
    CONSTRAINT reconciliation_runs_finished CHECK ((((stage = 'done'::text) OR (failure IS NOT NULL)) = (finished_at IS NOT NULL))),
    CONSTRAINT reconciliation_runs_stage_check CHECK ((stage = ANY (ARRAY['refunds'::text, 'our_refunds'::text, 'payments'::text, 'our_payments'::text, 'disputes'::text, 'our_disputes'::text, 'transfers'::text, 'done'::text])))
);

CREATE TABLE public.reconciliation_seen (
    run_id uuid NOT NULL,
    name text NOT NULL,
    CONSTRAINT reconciliation_seen_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

CREATE TABLE public.recovery_codes (
    staff_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_codes_code_hash_check CHECK ((length(code_hash) = 32))
);

CREATE TABLE public.refund_attempts (
    refund_id uuid NOT NULL,
    number integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    outcome text,
    detail text,
    CONSTRAINT refund_attempts_detail_check CHECK ((length(detail) <= 500)),
    CONSTRAINT refund_attempts_number_check CHECK ((number > 0)),
    CONSTRAINT refund_attempts_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'not_sent'::text, 'refused'::text, 'rate_limited'::text, 'unauthorized'::text, 'unknown'::text, 'found'::text, 'not_found'::text])))
);

CREATE TABLE public.refund_reasons (
    code text NOT NULL,
    "position" smallint NOT NULL,
    title text NOT NULL,
    needs_note boolean DEFAULT false NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT refund_reasons_code_check CHECK ((code ~ '^[a-z_]{1,40}$'::text)),
    CONSTRAINT refund_reasons_title_check CHECK (((length(title) >= 1) AND (length(title) <= 100)))
);

CREATE TABLE public.refund_returns (
    refund_id uuid NOT NULL,
    provider_refund_id text NOT NULL,
    failure text,
    found_at timestamp with time zone NOT NULL,
    event_id uuid NOT NULL,
    CONSTRAINT refund_returns_failure_check CHECK ((length(failure) <= 200)),
    CONSTRAINT refund_returns_provider_refund_id_check CHECK (((length(provider_refund_id) >= 1) AND (length(provider_refund_id) <= 200)))
);

CREATE TABLE public.refund_transitions (
    before text NOT NULL,
    after text NOT NULL
);

CREATE TABLE public.response_times (
    quarter timestamp with time zone NOT NULL,
    route text NOT NULL,
    method text NOT NULL,
    requests bigint NOT NULL,
    failed bigint NOT NULL,
    counts bigint[] NOT NULL,
    CONSTRAINT response_times_counts CHECK ((cardinality(counts) = 22)),
    CONSTRAINT response_times_failed CHECK (((failed >= 0) AND (failed <= requests))),
    CONSTRAINT response_times_method CHECK (((length(method) >= 1) AND (length(method) <= 10))),
    CONSTRAINT response_times_quarter CHECK (((EXTRACT(epoch FROM quarter) % (900)::numeric) = (0)::numeric)),
    CONSTRAINT response_times_requests CHECK ((requests >= 0)),
    CONSTRAINT response_times_route CHECK (((length(route) >= 1) AND (length(route) <= 200)))
)
WITH (fillfactor='70');

CREATE TABLE public.retention_rules (
    name text NOT NULL,
    months integer NOT NULL,
    version integer DEFAULT 2 NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    updated_by uuid NOT NULL,
    CONSTRAINT retention_rules_months_check CHECK (((months >= 1) AND (months <= 240))),
    CONSTRAINT retention_rules_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
    CONSTRAINT retention_rules_version_check CHECK ((version > 1))
);

CREATE TABLE public.retention_runs (
    id uuid NOT NULL,
    dry boolean NOT NULL,
    requested_by uuid,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    report jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT retention_runs_asked_for CHECK ((dry = (requested_by IS NOT NULL))),
    CONSTRAINT retention_runs_report_check CHECK ((jsonb_typeof(report) = 'array'::text))
);

CREATE TABLE public.retention_switch (
    only_row boolean DEFAULT true NOT NULL,
    is_on boolean DEFAULT false NOT NULL,
    changed_at timestamp with time zone,
    changed_by uuid,
    CONSTRAINT retention_switch_by_somebody CHECK ((((changed_at IS NULL) = (changed_by IS NULL)) AND ((NOT is_on) OR (changed_by IS NOT NULL)))),
    CONSTRAINT retention_switch_only_row_check CHECK (only_row)
);

CREATE TABLE public.reveals (
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    day date NOT NULL,
    CONSTRAINT reveals_end CHECK ((until > at))
);

CREATE TABLE public.roles (
    name text NOT NULL,
    "position" smallint NOT NULL,
    title text NOT NULL,
    description text NOT NULL
);

CREATE TABLE public.saved_view_pins (
    view_id uuid NOT NULL,
    staff_id uuid NOT NULL
);

CREATE TABLE public.saved_views (
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    name text NOT NULL,
    shows jsonb NOT NULL,
    shared boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT saved_views_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60))),
    CONSTRAINT saved_views_shows_check CHECK (((jsonb_typeof((shows -> 'filter'::text)) = 'object'::text) AND (NOT ((shows -> 'filter'::text) ? 'search'::text))))
);

CREATE TABLE public.schedules (
    name text NOT NULL,
    every_seconds integer NOT NULL,
    next_run_at timestamp with time zone NOT NULL,
    CONSTRAINT schedules_every_seconds_check CHECK ((every_seconds >= 1)),
    CONSTRAINT schedules_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
);

CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    checksum bytea NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    needs text
);

CREATE TABLE public.seals (
    number bigint NOT NULL,
    kind smallint NOT NULL,
    event_id uuid,
    transfer bigint,
    xid bigint NOT NULL,
    leaf bytea NOT NULL,
    chain bytea NOT NULL,
    CONSTRAINT seals_chain_check CHECK ((length(chain) = 32)),
    CONSTRAINT seals_kind_check CHECK ((kind = ANY (ARRAY[1, 2, 3]))),
    CONSTRAINT seals_leaf_check CHECK ((length(leaf) = 32)),
    CONSTRAINT seals_of_one_thing CHECK ((((kind = 3) = (transfer IS NOT NULL)) AND ((kind = 3) = (event_id IS NULL))))
);

CREATE TABLE public.selection_parts (
    selection_id uuid NOT NULL,
    part integer NOT NULL,
    customer_ids uuid[] NOT NULL,
    CONSTRAINT selection_parts_customer_ids_check CHECK (((cardinality(customer_ids) >= 1) AND (cardinality(customer_ids) <= 100))),
    CONSTRAINT selection_parts_part_check CHECK ((part >= 0))
);

CREATE TABLE public.selections (
    id uuid NOT NULL,
    made_by uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    size integer NOT NULL,
    CONSTRAINT selections_size_check CHECK ((size > 0))
);

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    staff_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ip inet,
    user_agent text,
    pending boolean DEFAULT false NOT NULL,
    wrong_codes smallint DEFAULT 0 NOT NULL,
    first_factor text NOT NULL,
    second_factor text,
    proved_at timestamp with time zone,
    CONSTRAINT sessions_few_wrong_codes CHECK (((wrong_codes >= 0) AND (wrong_codes <= 5))),
    CONSTRAINT sessions_first_factor CHECK ((first_factor = ANY (ARRAY['password'::text, 'link'::text, 'passkey'::text, 'single_sign_on'::text]))),
    CONSTRAINT sessions_pending CHECK (((NOT pending) OR ((second_factor IS NULL) AND (proved_at IS NULL)))),
    CONSTRAINT sessions_second_factor CHECK ((second_factor = ANY (ARRAY['totp'::text, 'recovery_code'::text, 'passkey'::text]))),
    CONSTRAINT sessions_token_hash_check CHECK ((length(token_hash) = 32))
);

CREATE TABLE public.sight_limits (
    role text NOT NULL,
    reveals integer,
    alarm integer,
    stop integer,
    version integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone,
    updated_by uuid,
    CONSTRAINT sight_limits_alarm_check CHECK ((alarm > 0)),
    CONSTRAINT sight_limits_reveals_check CHECK ((reveals >= 0)),
    CONSTRAINT sight_limits_stop_after_alarm CHECK (((stop IS NULL) OR (alarm IS NULL) OR (stop >= alarm))),
    CONSTRAINT sight_limits_stop_check CHECK ((stop > 0))
);

CREATE TABLE public.sign_in_links (
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    staff_id uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT sign_in_links_kind_check CHECK ((kind = ANY (ARRAY['setup'::text, 'invitation'::text, 'password_reset'::text]))),
    CONSTRAINT sign_in_links_staff CHECK (((kind = 'setup'::text) = (staff_id IS NULL))),
    CONSTRAINT sign_in_links_token_hash_check CHECK ((length(token_hash) = 32))
);

CREATE TABLE public.staff (
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    password_hash text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    last_sign_in_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    reading_stopped_until timestamp with time zone,
    CONSTRAINT staff_email_length CHECK (((length(email) >= 3) AND (length(email) <= 254))),
    CONSTRAINT staff_name_length CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

CREATE UNLOGGED TABLE public.stats_due (
    id bigint NOT NULL,
    customers uuid[] NOT NULL
);

ALTER TABLE public.stats_due ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.stats_due_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ticket_responses (
    id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    message text NOT NULL,
    from_support boolean NOT NULL,
    staff_id uuid,
    attachments text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ticket_responses_message_check CHECK (((length(message) >= 1) AND (length(message) <= 20000)))
);

ALTER TABLE public.tickets ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.tickets_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.totp_factors (
    staff_id uuid NOT NULL,
    secret bytea NOT NULL,
    added_at timestamp with time zone NOT NULL,
    last_step bigint NOT NULL,
    CONSTRAINT totp_factors_last_step_check CHECK ((last_step > 0)),
    CONSTRAINT totp_factors_secret_check CHECK (((length(secret) >= 40) AND (length(secret) <= 100)))
);

CREATE TABLE public.trail_verifications (
    id uuid NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    heard_at timestamp with time zone NOT NULL,
    done bigint DEFAULT 0 NOT NULL,
    total bigint DEFAULT 0 NOT NULL,
    finished_at timestamp with time zone,
    outcome text,
    upto bigint,
    signed_at timestamp with time zone,
    findings jsonb DEFAULT '[]'::jsonb NOT NULL,
    more bigint DEFAULT 0 NOT NULL,
    CONSTRAINT trail_verifications_done_check CHECK ((done >= 0)),
    CONSTRAINT trail_verifications_findings_check CHECK ((jsonb_typeof(findings) = 'array'::text)),
    CONSTRAINT trail_verifications_finished CHECK (((finished_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT trail_verifications_more_check CHECK ((more >= 0)),
    CONSTRAINT trail_verifications_outcome_check CHECK ((outcome = ANY (ARRAY['ok'::text, 'broken'::text, 'incomplete'::text, 'anchor_mismatch'::text, 'failed'::text]))),
    CONSTRAINT trail_verifications_total_check CHECK ((total >= 0))
);

CREATE TABLE public.transfers (
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    amount bigint NOT NULL,
    currency character(3) DEFAULT 'GBP'::bpchar NOT NULL,
    customer_id uuid NOT NULL,
    payment_id uuid,
    refund_id uuid,
    credit_id uuid,
    credit_use_id uuid,
    event_id uuid NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT transfers_accounts CHECK ((((((((((((((((((((kind = 'payment_captured'::text) AND (debit = 'provider_clearing'::text) AND (credit = 'bookings_revenue'::text)) OR ((kind = 'payment_corrected'::text) AND (debit = 'bookings_revenue'::text) AND (credit = 'provider_clearing'::text))) OR ((kind = 'payment_disputed'::text) AND (debit = 'dispute_holding'::text) AND (credit = 'provider_clearing'::text))) OR ((kind = 'dispute_ended'::text) AND (debit = 'provider_clearing'::text) AND (credit = 'dispute_holding'::text))) OR ((kind = 'dispute_lost'::text) AND (debit = 'dispute_losses'::text) AND (credit = 'dispute_holding'::text))) OR ((kind = 'dispute_loss_reversed'::text) AND (debit = 'dispute_holding'::text) AND (credit = 'dispute_losses'::text))) OR ((kind = 'refund_approved'::text) AND (debit = 'refunds'::text) AND (credit = 'refunds_payable'::text))) OR ((kind = 'refund_voided'::text) AND (debit = 'refunds_payable'::text) AND (credit = 'refunds'::text))) OR ((kind = 'refund_succeeded'::text) AND (debit = 'refunds_payable'::text) AND (credit = 'provider_clearing'::text))) OR ((kind = 'refund_succeeded'::text) AND (debit = 'refunds_payable'::text) AND (credit = 'customer_credit'::text))) OR ((kind = 'refund_reversed'::text) AND (debit = 'provider_clearing'::text) AND (credit = 'refunds_payable'::text))) OR ((kind = 'credit_issued'::text) AND (debit = 'goodwill'::text) AND (credit = 'customer_credit'::text))) OR ((kind = 'credit_spent'::text) AND (debit = 'customer_credit'::text) AND (credit = 'bookings_revenue'::text))) OR ((kind = 'credit_returned'::text) AND (debit = 'bookings_revenue'::text) AND (credit = 'customer_credit'::text))) OR ((kind = 'credit_expired'::text) AND (debit = 'customer_credit'::text) AND (credit = 'breakage'::text))) OR ((kind = 'credit_withdrawn'::text) AND (debit = 'customer_credit'::text) AND (credit = 'goodwill'::text))) OR ((kind = 'credit_moved_out'::text) AND (debit = 'customer_credit'::text) AND (credit = 'credit_moving'::text))) OR ((kind = 'credit_moved_in'::text) AND (debit = 'credit_moving'::text) AND (credit = 'customer_credit'::text)))),
    CONSTRAINT transfers_amount_check CHECK ((amount > 0)),
    CONSTRAINT transfers_kind_check CHECK ((kind = ANY (ARRAY['payment_captured'::text, 'payment_corrected'::text, 'payment_disputed'::text, 'dispute_ended'::text, 'dispute_lost'::text, 'dispute_loss_reversed'::text, 'refund_approved'::text, 'refund_succeeded'::text, 'refund_reversed'::text, 'refund_voided'::text, 'credit_issued'::text, 'credit_spent'::text, 'credit_returned'::text, 'credit_expired'::text, 'credit_withdrawn'::text, 'credit_moved_out'::text, 'credit_moved_in'::text]))),
    CONSTRAINT transfers_name_their_cause CHECK (
CASE
    WHEN (kind ~~ 'refund%'::text) THEN ((refund_id IS NOT NULL) AND (payment_id IS NOT NULL))
    WHEN (kind = ANY (ARRAY['credit_issued'::text, 'credit_moved_out'::text, 'credit_moved_in'::text])) THEN (credit_id IS NOT NULL)
    WHEN (kind ~~ 'credit%'::text) THEN ((credit_id IS NOT NULL) AND (credit_use_id IS NOT NULL))
    ELSE (payment_id IS NOT NULL)
END)
);

ALTER TABLE public.transfers ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.transfers_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.used_challenges (
    challenge_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT used_challenges_challenge_hash_check CHECK ((length(challenge_hash) = 32))
);

CREATE TABLE public.value_keys (
    id uuid NOT NULL,
    customer_id uuid,
    kind text,
    month date,
    wrapped bytea,
    created_at timestamp with time zone NOT NULL,
    destroyed_at timestamp with time zone,
    CONSTRAINT value_keys_destroyed CHECK (((wrapped IS NULL) = (destroyed_at IS NOT NULL))),
    CONSTRAINT value_keys_kind_check CHECK ((kind = ANY (ARRAY['access'::text, 'change'::text]))),
    CONSTRAINT value_keys_month_check CHECK ((month = date_trunc('month'::text, (month)::timestamp with time zone))),
    CONSTRAINT value_keys_of_one_thing CHECK ((((customer_id IS NULL) = (month IS NOT NULL)) AND ((month IS NULL) = (kind IS NULL)))),
    CONSTRAINT value_keys_wrapped_check CHECK ((length(wrapped) = 60))
);

CREATE TABLE public.vault (
    only_row boolean DEFAULT true NOT NULL,
    fingerprint text NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT vault_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{16}$'::text)),
    CONSTRAINT vault_only_row_check CHECK (only_row)
);

ALTER TABLE ONLY public.act_limits
    ADD CONSTRAINT act_limits_pkey PRIMARY KEY (role, act);

ALTER TABLE ONLY public.addresses
    ADD CONSTRAINT addresses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.alerts
    ADD CONSTRAINT alerts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.backups
    ADD CONSTRAINT backups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bookings
    ADD CONSTRAINT bookings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bulk_outcomes
    ADD CONSTRAINT bulk_outcomes_pkey PRIMARY KEY (run_id, customer_id);

ALTER TABLE ONLY public.bulk_runs
    ADD CONSTRAINT bulk_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.checkpoints
    ADD CONSTRAINT checkpoints_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_uses
    ADD CONSTRAINT credit_uses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credit_uses
    ADD CONSTRAINT credit_uses_returned_once UNIQUE (returns_use_id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_approval_id_key UNIQUE (approval_id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_once UNIQUE (issued_by, request_key);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_refund_id_key UNIQUE (refund_id);

ALTER TABLE ONLY public.customer_merge_rows
    ADD CONSTRAINT customer_merge_rows_pkey PRIMARY KEY (merge_id, kind, row_id);

ALTER TABLE ONLY public.customer_merges
    ADD CONSTRAINT customer_merges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customer_stats
    ADD CONSTRAINT customer_stats_pkey PRIMARY KEY (customer_id);

ALTER TABLE ONLY public.customer_totals_changes
    ADD CONSTRAINT customer_totals_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.customer_totals_folds
    ADD CONSTRAINT customer_totals_folds_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.customer_totals
    ADD CONSTRAINT customer_totals_pkey PRIMARY KEY (archived, last_order_on);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.data_request_pauses
    ADD CONSTRAINT data_request_pauses_pkey PRIMARY KEY (request_id, "position");

ALTER TABLE ONLY public.data_request_reminders
    ADD CONSTRAINT data_request_reminders_pkey PRIMARY KEY (request_id, due_on, distance);

ALTER TABLE ONLY public.data_request_states
    ADD CONSTRAINT data_request_states_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.data_request_steps
    ADD CONSTRAINT data_request_steps_pkey PRIMARY KEY (request_id, number);

ALTER TABLE ONLY public.data_request_transitions
    ADD CONSTRAINT data_request_transitions_pkey PRIMARY KEY (before, after);

ALTER TABLE ONLY public.data_requests
    ADD CONSTRAINT data_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.differences
    ADD CONSTRAINT differences_once UNIQUE (kind, subject, detail);

ALTER TABLE ONLY public.differences
    ADD CONSTRAINT differences_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dispute_states
    ADD CONSTRAINT dispute_states_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.dispute_transitions
    ADD CONSTRAINT dispute_transitions_pkey PRIMARY KEY (before, after);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_once UNIQUE (provider_dispute_id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.drills
    ADD CONSTRAINT drills_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.duplicate_dismissals
    ADD CONSTRAINT duplicate_dismissals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.epochs
    ADD CONSTRAINT epochs_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.erasure_proposals
    ADD CONSTRAINT erasure_proposals_pkey PRIMARY KEY (customer_id, last_contact_at);

ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.event_values
    ADD CONSTRAINT event_values_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.external_links
    ADD CONSTRAINT external_links_pkey PRIMARY KEY (system, kind, external_id);

ALTER TABLE ONLY public.failed_requests
    ADD CONSTRAINT failed_requests_pkey PRIMARY KEY (request_id);

ALTER TABLE ONLY public.flags
    ADD CONSTRAINT flags_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (staff_id, key);

ALTER TABLE ONLY public.import_runs
    ADD CONSTRAINT import_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imported_history
    ADD CONSTRAINT imported_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.imported_history
    ADD CONSTRAINT imported_history_system_external_id_key UNIQUE (system, external_id);

ALTER TABLE ONLY public.invoice_counter
    ADD CONSTRAINT invoice_counter_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_accounts
    ADD CONSTRAINT ledger_accounts_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.legal_holds
    ADD CONSTRAINT legal_holds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.list_layouts
    ADD CONSTRAINT list_layouts_pkey PRIMARY KEY (staff_id);

ALTER TABLE ONLY public.log_archive
    ADD CONSTRAINT log_archive_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.mail_attachments
    ADD CONSTRAINT mail_attachments_pkey PRIMARY KEY (mail_id, "position");

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.measured_minutes
    ADD CONSTRAINT measured_minutes_pkey PRIMARY KEY (minute, what);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.page_timings
    ADD CONSTRAINT page_timings_pkey PRIMARY KEY (day, page, metric, bucket);

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_credential_id_key UNIQUE (credential_id);

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.personal_export_parts
    ADD CONSTRAINT personal_export_parts_pkey PRIMARY KEY (export_id, "position");

ALTER TABLE ONLY public.personal_exports
    ADD CONSTRAINT personal_exports_link_unique UNIQUE (link_hash);

ALTER TABLE ONLY public.personal_exports
    ADD CONSTRAINT personal_exports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.presences
    ADD CONSTRAINT presences_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.provider_inbox
    ADD CONSTRAINT provider_inbox_once UNIQUE (provider, event_id);

ALTER TABLE ONLY public.provider_inbox
    ADD CONSTRAINT provider_inbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rate_limits
    ADD CONSTRAINT rate_limits_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.read_alarms
    ADD CONSTRAINT read_alarms_pkey PRIMARY KEY (staff_id, day);

ALTER TABLE ONLY public.reconciliation_runs
    ADD CONSTRAINT reconciliation_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reconciliation_seen
    ADD CONSTRAINT reconciliation_seen_pkey PRIMARY KEY (run_id, name);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (staff_id, code_hash);

ALTER TABLE ONLY public.refund_attempts
    ADD CONSTRAINT refund_attempts_pkey PRIMARY KEY (refund_id, number);

ALTER TABLE ONLY public.refund_reasons
    ADD CONSTRAINT refund_reasons_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.refund_returns
    ADD CONSTRAINT refund_returns_pkey PRIMARY KEY (refund_id, event_id);

ALTER TABLE ONLY public.refund_states
    ADD CONSTRAINT refund_states_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.refund_transitions
    ADD CONSTRAINT refund_transitions_pkey PRIMARY KEY (before, after);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_approval_id_key UNIQUE (approval_id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_once UNIQUE (requested_by, request_key);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_provider_refund_unique UNIQUE (provider_refund_id);

ALTER TABLE ONLY public.response_times
    ADD CONSTRAINT response_times_pkey PRIMARY KEY (quarter, route, method);

ALTER TABLE ONLY public.retention_rules
    ADD CONSTRAINT retention_rules_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.retention_runs
    ADD CONSTRAINT retention_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.retention_switch
    ADD CONSTRAINT retention_switch_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.reveals
    ADD CONSTRAINT reveals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_position_key UNIQUE ("position");

ALTER TABLE ONLY public.saved_view_pins
    ADD CONSTRAINT saved_view_pins_pkey PRIMARY KEY (view_id, staff_id);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT schedules_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.seals
    ADD CONSTRAINT seals_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.selection_parts
    ADD CONSTRAINT selection_parts_pkey PRIMARY KEY (selection_id, part);

ALTER TABLE ONLY public.selections
    ADD CONSTRAINT selections_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY public.sight_limits
    ADD CONSTRAINT sight_limits_pkey PRIMARY KEY (role);

ALTER TABLE ONLY public.sign_in_links
    ADD CONSTRAINT sign_in_links_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stats_due
    ADD CONSTRAINT stats_due_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ticket_responses
    ADD CONSTRAINT ticket_responses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.totp_factors
    ADD CONSTRAINT totp_factors_pkey PRIMARY KEY (staff_id);

ALTER TABLE ONLY public.trail_verifications
    ADD CONSTRAINT trail_verifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT transfers_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.used_challenges
    ADD CONSTRAINT used_challenges_pkey PRIMARY KEY (challenge_hash);

ALTER TABLE ONLY public.value_keys
    ADD CONSTRAINT value_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vault
    ADD CONSTRAINT vault_pkey PRIMARY KEY (only_row);

CREATE INDEX addresses_by_city ON public.addresses USING btree (public.fold(city), customer_id) INCLUDE (city) WHERE (removed_at IS NULL);

CREATE INDEX addresses_by_customer ON public.addresses USING btree (customer_id, created_at, id) WHERE (removed_at IS NULL);

CREATE INDEX addresses_by_postcode ON public.addresses USING btree (public.postcode_key(postcode) text_pattern_ops) WHERE (removed_at IS NULL);

CREATE UNIQUE INDEX addresses_one_default ON public.addresses USING btree (customer_id) WHERE (is_default AND (removed_at IS NULL));

CREATE UNIQUE INDEX alerts_one_of_each ON public.alerts USING btree (rule) WHERE (resolved_at IS NULL);

CREATE INDEX alerts_past ON public.alerts USING btree (resolved_at DESC, id DESC) WHERE (resolved_at IS NOT NULL);

CREATE INDEX api_keys_by_staff ON public.api_keys USING btree (staff_id, created_at DESC);

CREATE INDEX approvals_by_customer ON public.approvals USING btree (customer_id, requested_at DESC);

CREATE INDEX approvals_by_time ON public.approvals USING btree (requested_at DESC, id DESC);

CREATE INDEX approvals_pending ON public.approvals USING btree (requested_at, id) WHERE (state = 'pending'::text);

CREATE INDEX backups_by_time ON public.backups USING btree (started_at DESC, id DESC);

CREATE UNIQUE INDEX backups_one_at_a_time ON public.backups USING btree ((true)) WHERE (state = 'running'::text);

CREATE INDEX bookings_by_customer ON public.bookings USING btree (customer_id, created_at DESC, id DESC);

CREATE INDEX bookings_by_dropoff_postcode ON public.bookings USING btree (public.postcode_key((dropoff ->> 'postcode'::text)) text_pattern_ops);

CREATE INDEX bookings_by_pickup_postcode ON public.bookings USING btree (public.postcode_key((pickup ->> 'postcode'::text)) text_pattern_ops);

CREATE UNIQUE INDEX bookings_reference_unique ON public.bookings USING btree (upper(reference) text_pattern_ops);

CREATE INDEX bulk_outcomes_by_customer ON public.bulk_outcomes USING btree (customer_id);

CREATE INDEX bulk_outcomes_listed ON public.bulk_outcomes USING btree (run_id, outcome, "position");

CREATE INDEX bulk_runs_by_selection ON public.bulk_runs USING btree (selection_id);

CREATE INDEX bulk_runs_by_undone ON public.bulk_runs USING btree (undoes);

CREATE INDEX bulk_runs_latest ON public.bulk_runs USING btree (started_at DESC, id DESC);

CREATE UNIQUE INDEX bulk_runs_undone_once ON public.bulk_runs USING btree (undoes) WHERE (state <> 'stopped'::text);

CREATE INDEX contacts_by_customer ON public.contacts USING btree (customer_id, created_at, id) WHERE (removed_at IS NULL);

CREATE UNIQUE INDEX contacts_one_default ON public.contacts USING btree (customer_id) WHERE (is_default AND (removed_at IS NULL));

CREATE INDEX credit_uses_by_booking ON public.credit_uses USING btree (booking_id) WHERE (booking_id IS NOT NULL);

CREATE INDEX credit_uses_by_credit ON public.credit_uses USING btree (credit_id, created_at, id);

CREATE INDEX credit_uses_spent ON public.credit_uses USING btree (booking_id) WHERE (kind = 'spent'::text);

CREATE INDEX credits_by_customer ON public.credits USING btree (customer_id, created_at, id);

CREATE INDEX credits_by_issuer ON public.credits USING btree (issued_by, created_at) WHERE (issued_by IS NOT NULL);

CREATE INDEX credits_by_time ON public.credits USING btree (created_at DESC, id DESC);

CREATE INDEX credits_expiring ON public.credits USING btree (expires_on) WHERE ((used < amount) AND (expires_on IS NOT NULL));

CREATE INDEX credits_open ON public.credits USING btree (remaining) WHERE (used < amount);

CREATE INDEX customer_merges_by_merged ON public.customer_merges USING btree (merged_id, merged_at DESC);

CREATE INDEX customer_merges_by_survivor ON public.customer_merges USING btree (survivor_id, merged_at DESC);

CREATE UNIQUE INDEX customer_merges_one_standing ON public.customer_merges USING btree (merged_id) WHERE (undone_at IS NULL);

CREATE INDEX customer_stats_by_last_order ON public.customer_stats USING btree (last_order_at DESC, customer_id DESC) WHERE (NOT archived);

CREATE INDEX customer_stats_by_ltv ON public.customer_stats USING btree (ltv DESC, customer_id DESC) WHERE (NOT archived);

CREATE INDEX customer_stats_by_orders ON public.customer_stats USING btree (orders DESC, customer_id DESC) WHERE (NOT archived);

CREATE INDEX customer_stats_flagged ON public.customer_stats USING btree (customer_id) WHERE ((flag_kinds <> '{}'::text[]) AND (NOT archived));

CREATE INDEX customer_stats_with_open_tickets ON public.customer_stats USING btree (customer_id) WHERE ((open_tickets > 0) AND (NOT archived));

CREATE INDEX customers_archived ON public.customers USING btree (archived_at DESC, id DESC) WHERE (archived_at IS NOT NULL);

CREATE INDEX customers_by_created ON public.customers USING btree (created_at DESC, id DESC) WHERE (archived_at IS NULL);

CREATE INDEX customers_by_email ON public.customers USING btree (email_key, id) WHERE (archived_at IS NULL);

CREATE INDEX customers_by_email_prefix ON public.customers USING btree (email_key text_pattern_ops);

CREATE INDEX customers_by_likeness ON public.customers USING gin (name_key public.gin_trgm_ops) WHERE ((archived_at IS NULL) AND (erased_at IS NULL));

CREATE INDEX customers_by_mailbox ON public.customers USING btree (public.mailbox(email) COLLATE "C", id) INCLUDE (email) WHERE ((archived_at IS NULL) AND (email IS NOT NULL));

CREATE INDEX customers_by_name ON public.customers USING btree (name_key, id) WHERE (archived_at IS NULL);

CREATE INDEX customers_by_phone ON public.customers USING btree (phone_e164 COLLATE "C", id) WHERE ((archived_at IS NULL) AND (phone_e164 IS NOT NULL));

CREATE INDEX customers_by_search ON public.customers USING gin (search);

CREATE UNIQUE INDEX customers_email_unique ON public.customers USING btree (lower(email)) WHERE (archived_at IS NULL);

CREATE INDEX customers_merged ON public.customers USING btree (merged_into) WHERE (merged_into IS NOT NULL);

CREATE UNIQUE INDEX data_request_pauses_one_at_a_time ON public.data_request_pauses USING btree (request_id) WHERE (until_on IS NULL);

CREATE INDEX data_requests_answered ON public.data_requests USING btree (answered_on DESC, id DESC) WHERE (outcome IS NOT NULL);

CREATE INDEX data_requests_by_customer ON public.data_requests USING btree (customer_id, created_at DESC);

CREATE UNIQUE INDEX data_requests_number ON public.data_requests USING btree (number);

CREATE INDEX data_requests_open ON public.data_requests USING btree (COALESCE(due_on, 'infinity'::date), id) WHERE (outcome IS NULL);

CREATE INDEX differences_by_payment ON public.differences USING btree (payment_id) WHERE (payment_id IS NOT NULL);

CREATE INDEX differences_by_refund ON public.differences USING btree (refund_id) WHERE (refund_id IS NOT NULL);

CREATE INDEX differences_by_time ON public.differences USING btree (first_seen DESC, id DESC);

CREATE INDEX differences_open ON public.differences USING btree (subject_at) WHERE (state = 'open'::text);

CREATE INDEX disputes_by_payment ON public.disputes USING btree (payment_id);

CREATE INDEX disputes_by_time ON public.disputes USING btree (opened_at DESC, id DESC);

CREATE INDEX disputes_living ON public.disputes USING btree (evidence_due_by, id) WHERE (status <> ALL (ARRAY['warning_closed'::text, 'won'::text, 'lost'::text]));

CREATE INDEX drills_by_time ON public.drills USING btree (started_at DESC, id DESC);

CREATE INDEX duplicate_dismissals_by_one ON public.duplicate_dismissals USING btree (one_id);

CREATE INDEX duplicate_dismissals_by_other ON public.duplicate_dismissals USING btree (other_id);

CREATE UNIQUE INDEX duplicate_dismissals_one_standing ON public.duplicate_dismissals USING btree (one_id, other_id) WHERE (withdrawn_at IS NULL);

CREATE INDEX duplicate_dismissals_standing ON public.duplicate_dismissals USING btree (dismissed_at DESC, id DESC) WHERE (withdrawn_at IS NULL);

CREATE INDEX epochs_by_person ON public.epochs USING btree (accepted_by);

CREATE UNIQUE INDEX epochs_one_fence ON public.epochs USING btree ((true)) WHERE (accepted_at IS NULL);

CREATE INDEX erasures_by_customer ON public.erasures USING btree (customer_id, planned_at DESC);

CREATE UNIQUE INDEX erasures_one_open ON public.erasures USING btree (customer_id) WHERE (state <> ALL (ARRAY['withdrawn'::text, 'stopped'::text, 'done'::text]));

CREATE INDEX events_by_action ON public.events USING btree (action, at DESC, id DESC);

CREATE INDEX events_by_customer ON public.events USING btree (customer_id, at DESC, id DESC) WHERE (customer_id IS NOT NULL);

CREATE INDEX events_by_ip ON public.events USING btree (ip, at DESC, id DESC) WHERE (ip IS NOT NULL);

CREATE INDEX events_by_staff ON public.events USING btree (staff_id, at DESC, id DESC) WHERE (staff_id IS NOT NULL);

CREATE INDEX events_by_time ON public.events USING btree (at DESC, id DESC);

CREATE INDEX events_by_xid ON public.events USING btree (xid);

CREATE INDEX events_of_sign_in_by_account ON public.events USING btree (subject_id, at DESC, id DESC) WHERE (subject_type = 'sign_in'::text);

CREATE INDEX events_of_sign_in_by_staff ON public.events USING btree (staff_id, at DESC, id DESC) WHERE (kind = 'sign_in'::text);

CREATE INDEX external_links_by_ours ON public.external_links USING btree (our_id);

CREATE INDEX failed_requests_by_time ON public.failed_requests USING btree (at DESC, request_id DESC);

CREATE INDEX flags_by_customer ON public.flags USING btree (customer_id, raised_at, id);

CREATE INDEX flags_by_expiry ON public.flags USING btree (expires_on) WHERE ((removed_at IS NULL) AND (expires_on IS NOT NULL));

CREATE UNIQUE INDEX flags_one_open_of_a_kind ON public.flags USING btree (customer_id, kind) WHERE (removed_at IS NULL);

CREATE INDEX idempotency_kept ON public.idempotency USING btree (created_at) WHERE (content_hash <> decode(repeat('00'::text, 32), 'hex'::text));

CREATE INDEX imported_history_by_customer ON public.imported_history USING btree (customer_id, at DESC, id DESC) WHERE (customer_id IS NOT NULL);

CREATE UNIQUE INDEX invoices_booking_unique ON public.invoices USING btree (booking_id);

CREATE INDEX invoices_by_customer ON public.invoices USING btree (customer_id, number DESC);

CREATE UNIQUE INDEX invoices_number_unique ON public.invoices USING btree (number);

CREATE INDEX jobs_dead ON public.jobs USING btree (finished_at DESC, id DESC) WHERE (state = 'dead'::text);

CREATE INDEX jobs_due ON public.jobs USING btree (run_at, id) WHERE (state = 'ready'::text);

CREATE INDEX jobs_leased ON public.jobs USING btree (lease_until) WHERE (state = 'running'::text);

CREATE UNIQUE INDEX jobs_living_key ON public.jobs USING btree (key) WHERE (state = ANY (ARRAY['ready'::text, 'running'::text]));

CREATE INDEX jobs_over ON public.jobs USING btree (finished_at) WHERE (state = ANY (ARRAY['done'::text, 'discarded'::text]));

CREATE INDEX legal_holds_by_customer ON public.legal_holds USING btree (customer_id, placed_at DESC);

CREATE UNIQUE INDEX legal_holds_one_open ON public.legal_holds USING btree (customer_id) WHERE (lifted_at IS NULL);

CREATE INDEX mails_by_customer ON public.mails USING btree (customer_id, created_at DESC, id DESC);

CREATE INDEX mails_by_invoice ON public.mails USING btree (invoice_id) WHERE (invoice_id IS NOT NULL);

CREATE INDEX mails_by_state ON public.mails USING btree (state, created_at DESC, id DESC);

CREATE INDEX mails_by_time ON public.mails USING btree (created_at DESC, id DESC);

CREATE INDEX mails_kept ON public.mails USING btree (created_at) WHERE ((state <> 'queued'::text) AND (body_text <> 'No longer kept.'::text));

CREATE UNIQUE INDEX mails_message_id_unique ON public.mails USING btree (message_id);

CREATE INDEX notes_by_customer ON public.notes USING btree (customer_id, created_at DESC, id DESC) WHERE (removed_at IS NULL);

CREATE INDEX passkeys_by_staff ON public.passkeys USING btree (staff_id, added_at DESC);

CREATE INDEX payments_by_booking ON public.payments USING btree (booking_id);

CREATE INDEX payments_by_customer ON public.payments USING btree (customer_id);

CREATE INDEX payments_by_intent ON public.payments USING btree (intent_id) WHERE (intent_id IS NOT NULL);

CREATE INDEX personal_exports_by_customer ON public.personal_exports USING btree (customer_id, requested_at DESC, id DESC);

CREATE INDEX personal_exports_by_request ON public.personal_exports USING btree (data_request_id, requested_at DESC) WHERE (data_request_id IS NOT NULL);

CREATE UNIQUE INDEX personal_exports_one_in_the_making ON public.personal_exports USING btree (customer_id) WHERE (state = 'asked'::text);

CREATE INDEX personal_exports_to_expire ON public.personal_exports USING btree (expires_at) WHERE (state = ANY (ARRAY['asked'::text, 'ready'::text]));

CREATE INDEX presences_customer ON public.presences USING btree (customer_id);

CREATE INDEX provider_inbox_by_object ON public.provider_inbox USING btree (object_id) WHERE (object_id IS NOT NULL);

CREATE INDEX provider_inbox_by_time ON public.provider_inbox USING btree (received_at);

CREATE INDEX provider_inbox_kept ON public.provider_inbox USING btree (received_at) WHERE ((processed_at IS NOT NULL) AND (body <> '{}'::text));

CREATE INDEX reconciliation_runs_by_time ON public.reconciliation_runs USING btree (started_at DESC, id DESC);

CREATE UNIQUE INDEX reconciliation_runs_one_at_a_time ON public.reconciliation_runs USING btree ((true)) WHERE (finished_at IS NULL);

CREATE INDEX refund_returns_by_event ON public.refund_returns USING btree (event_id);

CREATE INDEX refunds_at_provider ON public.refunds USING btree (created_at, id) WHERE ((via = 'stripe'::text) AND (status = ANY (ARRAY['approved'::text, 'sending'::text, 'in_doubt'::text, 'submitted'::text, 'requires_action'::text, 'manual_review'::text])));

CREATE INDEX refunds_by_claimant ON public.refunds USING btree (claimed_by) WHERE (claimed_by IS NOT NULL);

CREATE INDEX refunds_by_end ON public.refunds USING btree (processed_at) WHERE (status = ANY (ARRAY['succeeded'::text, 'failed'::text]));

CREATE INDEX refunds_by_payment ON public.refunds USING btree (payment_id);

CREATE INDEX refunds_by_requester ON public.refunds USING btree (requested_by, created_at) WHERE (requested_by IS NOT NULL);

CREATE INDEX refunds_by_time ON public.refunds USING btree (created_at DESC, id DESC);

CREATE INDEX refunds_under_way ON public.refunds USING btree (created_at, id) WHERE (status <> ALL (ARRAY['succeeded'::text, 'failed'::text, 'cancelled'::text, 'rejected'::text]));

CREATE INDEX retention_runs_by_time ON public.retention_runs USING btree (started_at DESC, id DESC);

CREATE UNIQUE INDEX retention_runs_one_at_a_time ON public.retention_runs USING btree ((true)) WHERE (finished_at IS NULL);

CREATE INDEX reveals_by_customer ON public.reveals USING btree (customer_id);

CREATE INDEX reveals_of_today ON public.reveals USING btree (staff_id, day);

CREATE INDEX saved_view_pins_staff ON public.saved_view_pins USING btree (staff_id);

CREATE UNIQUE INDEX saved_views_name_unique ON public.saved_views USING btree (owner_id, lower(name));

CREATE INDEX saved_views_shared ON public.saved_views USING btree (id) WHERE shared;

CREATE UNIQUE INDEX seals_of_events ON public.seals USING btree (event_id) WHERE (event_id IS NOT NULL);

CREATE UNIQUE INDEX seals_of_transfers ON public.seals USING btree (transfer) WHERE (transfer IS NOT NULL);

CREATE INDEX selections_by_end ON public.selections USING btree (expires_at);

CREATE INDEX sessions_by_staff ON public.sessions USING btree (staff_id, created_at DESC);

CREATE INDEX sessions_kept ON public.sessions USING btree (expires_at) WHERE ((ip IS NOT NULL) OR (user_agent IS NOT NULL));

CREATE UNIQUE INDEX staff_email_unique ON public.staff USING btree (lower(email));

CREATE INDEX ticket_responses_by_ticket ON public.ticket_responses USING btree (ticket_id, created_at, id);

CREATE INDEX tickets_by_booking ON public.tickets USING btree (booking_id) WHERE (booking_id IS NOT NULL);

CREATE INDEX tickets_by_customer ON public.tickets USING btree (customer_id, created_at DESC, id DESC);

CREATE UNIQUE INDEX tickets_number_unique ON public.tickets USING btree (number);

CREATE INDEX trail_verifications_by_time ON public.trail_verifications USING btree (requested_at DESC, id DESC);

CREATE UNIQUE INDEX trail_verifications_one_at_a_time ON public.trail_verifications USING btree ((true)) WHERE (finished_at IS NULL);

CREATE INDEX transfers_by_customer ON public.transfers USING btree (customer_id, number DESC);

CREATE INDEX transfers_by_xid ON public.transfers USING btree (xid);

CREATE INDEX used_challenges_by_end ON public.used_challenges USING btree (expires_at);

CREATE UNIQUE INDEX value_keys_of_customer ON public.value_keys USING btree (customer_id) WHERE (destroyed_at IS NULL);

CREATE UNIQUE INDEX value_keys_of_month ON public.value_keys USING btree (kind, month) WHERE (destroyed_at IS NULL);

CREATE STATISTICS public.addresses_city ON public.fold(city) FROM public.addresses;

CREATE STATISTICS public.addresses_postcode ON public.postcode_key(postcode) FROM public.addresses;

CREATE TRIGGER addresses_of_erased BEFORE UPDATE ON public.addresses FOR EACH ROW EXECUTE FUNCTION public.guard_of_erased();

CREATE TRIGGER addresses_of_erased_insert AFTER INSERT ON public.addresses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_erased();

CREATE TRIGGER addresses_of_merged_insert AFTER INSERT ON public.addresses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER addresses_of_merged_update AFTER UPDATE ON public.addresses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER addresses_stats_delete AFTER DELETE ON public.addresses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('addresses');

CREATE TRIGGER addresses_stats_insert AFTER INSERT ON public.addresses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('addresses');

CREATE TRIGGER addresses_stats_update AFTER UPDATE ON public.addresses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('addresses');

CREATE TRIGGER api_keys_guarded BEFORE UPDATE ON public.api_keys FOR EACH ROW EXECUTE FUNCTION public.guard_api_key();

CREATE TRIGGER approvals_guarded BEFORE UPDATE ON public.approvals FOR EACH ROW EXECUTE FUNCTION public.guard_approval();

ALTER TABLE public.approvals ENABLE ALWAYS TRIGGER approvals_guarded;

CREATE TRIGGER approvals_of_merged_insert AFTER INSERT ON public.approvals REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER approvals_stay BEFORE DELETE OR TRUNCATE ON public.approvals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.approvals ENABLE ALWAYS TRIGGER approvals_stay;

CREATE TRIGGER bookings_of_erased BEFORE UPDATE OF contact_name, contact_email, contact_phone, pickup, dropoff, items, cancellation_reason ON public.bookings FOR EACH ROW EXECUTE FUNCTION public.guard_of_erased();

CREATE TRIGGER bookings_of_erased_insert AFTER INSERT ON public.bookings REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_erased();

CREATE TRIGGER bookings_of_merged_insert AFTER INSERT ON public.bookings REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER bookings_of_merged_update AFTER UPDATE ON public.bookings REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER bookings_stats_delete AFTER DELETE ON public.bookings REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('bookings');

CREATE TRIGGER bookings_stats_insert AFTER INSERT ON public.bookings REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('bookings');

CREATE TRIGGER bookings_stats_update AFTER UPDATE ON public.bookings REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('bookings');

CREATE TRIGGER bulk_outcomes_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.bulk_outcomes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.bulk_outcomes ENABLE ALWAYS TRIGGER bulk_outcomes_append_only;

CREATE TRIGGER bulk_runs_guarded BEFORE UPDATE ON public.bulk_runs FOR EACH ROW EXECUTE FUNCTION public.guard_bulk_run();

ALTER TABLE public.bulk_runs ENABLE ALWAYS TRIGGER bulk_runs_guarded;

CREATE TRIGGER checkpoints_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.checkpoints FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.checkpoints ENABLE ALWAYS TRIGGER checkpoints_append_only;

CREATE TRIGGER contacts_of_erased BEFORE UPDATE ON public.contacts FOR EACH ROW EXECUTE FUNCTION public.guard_of_erased();

CREATE TRIGGER contacts_of_erased_insert AFTER INSERT ON public.contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_erased();

CREATE TRIGGER contacts_of_merged_insert AFTER INSERT ON public.contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER contacts_of_merged_update AFTER UPDATE ON public.contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER contacts_stats_delete AFTER DELETE ON public.contacts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('contacts');

CREATE TRIGGER contacts_stats_insert AFTER INSERT ON public.contacts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('contacts');

CREATE TRIGGER contacts_stats_update AFTER UPDATE ON public.contacts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('contacts');

CREATE TRIGGER credit_uses_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.credit_uses FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_credit_use_changes();

ALTER TABLE public.credit_uses ENABLE ALWAYS TRIGGER credit_uses_append_only;

CREATE TRIGGER credit_uses_guarded BEFORE INSERT ON public.credit_uses FOR EACH ROW EXECUTE FUNCTION public.guard_credit_use();

ALTER TABLE public.credit_uses ENABLE ALWAYS TRIGGER credit_uses_guarded;

CREATE TRIGGER credit_uses_posted AFTER INSERT ON public.credit_uses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.post_credit_uses();

ALTER TABLE public.credit_uses ENABLE ALWAYS TRIGGER credit_uses_posted;

CREATE TRIGGER credits_guarded BEFORE INSERT OR UPDATE ON public.credits FOR EACH ROW EXECUTE FUNCTION public.guard_credit();

ALTER TABLE public.credits ENABLE ALWAYS TRIGGER credits_guarded;

CREATE TRIGGER credits_moved AFTER UPDATE ON public.credits REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.post_credit_moves();

ALTER TABLE public.credits ENABLE ALWAYS TRIGGER credits_moved;

CREATE TRIGGER credits_of_merged_insert AFTER INSERT ON public.credits REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER credits_of_merged_update AFTER UPDATE ON public.credits REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER credits_posted AFTER INSERT ON public.credits REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.post_credits();

ALTER TABLE public.credits ENABLE ALWAYS TRIGGER credits_posted;

CREATE TRIGGER credits_stay BEFORE DELETE OR TRUNCATE ON public.credits FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.credits ENABLE ALWAYS TRIGGER credits_stay;

CREATE TRIGGER customer_merge_rows_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.customer_merge_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.customer_merge_rows ENABLE ALWAYS TRIGGER customer_merge_rows_append_only;

CREATE TRIGGER customer_merges_guarded BEFORE UPDATE ON public.customer_merges FOR EACH ROW EXECUTE FUNCTION public.guard_merge();

ALTER TABLE public.customer_merges ENABLE ALWAYS TRIGGER customer_merges_guarded;

CREATE TRIGGER customer_merges_stay BEFORE DELETE OR TRUNCATE ON public.customer_merges FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.customer_merges ENABLE ALWAYS TRIGGER customer_merges_stay;

CREATE TRIGGER customer_stats_totals_insert AFTER INSERT ON public.customer_stats REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_customer_totals();

CREATE TRIGGER customer_stats_totals_update AFTER UPDATE ON public.customer_stats REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.note_customer_totals();

CREATE TRIGGER customers_erased BEFORE UPDATE ON public.customers FOR EACH ROW EXECUTE FUNCTION public.guard_erased_customer();

ALTER TABLE public.customers ENABLE ALWAYS TRIGGER customers_erased;

CREATE TRIGGER customers_merged_insert BEFORE INSERT ON public.customers FOR EACH ROW WHEN ((new.merged_into IS NOT NULL)) EXECUTE FUNCTION public.guard_merged_customer();

ALTER TABLE public.customers ENABLE ALWAYS TRIGGER customers_merged_insert;

CREATE TRIGGER customers_merged_update BEFORE UPDATE ON public.customers FOR EACH ROW WHEN (((old.merged_into IS NOT NULL) OR (new.merged_into IS NOT NULL))) EXECUTE FUNCTION public.guard_merged_customer();

ALTER TABLE public.customers ENABLE ALWAYS TRIGGER customers_merged_update;

CREATE TRIGGER customers_stats_insert AFTER INSERT ON public.customers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_customer();

CREATE TRIGGER customers_stats_update AFTER UPDATE ON public.customers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.follow_customer();

CREATE TRIGGER data_request_steps_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.data_request_steps FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.data_request_steps ENABLE ALWAYS TRIGGER data_request_steps_append_only;

CREATE TRIGGER data_requests_guarded BEFORE UPDATE ON public.data_requests FOR EACH ROW EXECUTE FUNCTION public.guard_data_request();

CREATE TRIGGER data_requests_logged AFTER INSERT OR UPDATE OF state ON public.data_requests FOR EACH ROW EXECUTE FUNCTION public.log_data_request();

CREATE TRIGGER data_requests_of_merged_insert AFTER INSERT ON public.data_requests REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER data_requests_stay BEFORE DELETE OR TRUNCATE ON public.data_requests FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.data_requests ENABLE ALWAYS TRIGGER data_requests_stay;

CREATE TRIGGER differences_guarded BEFORE UPDATE ON public.differences FOR EACH ROW EXECUTE FUNCTION public.guard_difference();

ALTER TABLE public.differences ENABLE ALWAYS TRIGGER differences_guarded;

CREATE TRIGGER differences_stay BEFORE DELETE OR TRUNCATE ON public.differences FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.differences ENABLE ALWAYS TRIGGER differences_stay;

CREATE TRIGGER disputes_guarded BEFORE INSERT OR UPDATE ON public.disputes FOR EACH ROW EXECUTE FUNCTION public.guard_dispute();

ALTER TABLE public.disputes ENABLE ALWAYS TRIGGER disputes_guarded;

CREATE TRIGGER disputes_posted AFTER INSERT OR UPDATE ON public.disputes FOR EACH ROW EXECUTE FUNCTION public.post_disputes();

ALTER TABLE public.disputes ENABLE ALWAYS TRIGGER disputes_posted;

CREATE TRIGGER disputes_stay BEFORE DELETE OR TRUNCATE ON public.disputes FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.disputes ENABLE ALWAYS TRIGGER disputes_stay;

CREATE TRIGGER duplicate_dismissals_stay BEFORE DELETE OR TRUNCATE ON public.duplicate_dismissals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.duplicate_dismissals ENABLE ALWAYS TRIGGER duplicate_dismissals_stay;

CREATE TRIGGER erasure_proposals_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.erasure_proposals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.erasure_proposals ENABLE ALWAYS TRIGGER erasure_proposals_append_only;

CREATE TRIGGER erasures_guarded BEFORE UPDATE ON public.erasures FOR EACH ROW EXECUTE FUNCTION public.guard_erasure();

ALTER TABLE public.erasures ENABLE ALWAYS TRIGGER erasures_guarded;

CREATE TRIGGER erasures_of_merged_insert AFTER INSERT ON public.erasures REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER erasures_stay BEFORE DELETE OR TRUNCATE ON public.erasures FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.erasures ENABLE ALWAYS TRIGGER erasures_stay;

CREATE TRIGGER event_values_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.event_values FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.event_values ENABLE ALWAYS TRIGGER event_values_append_only;

CREATE TRIGGER event_values_guarded BEFORE INSERT ON public.event_values FOR EACH ROW EXECUTE FUNCTION public.guard_event_values();

CREATE TRIGGER events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.events ENABLE ALWAYS TRIGGER events_append_only;

CREATE TRIGGER flags_of_erased BEFORE UPDATE OF reason, notes, removal_reason ON public.flags FOR EACH ROW EXECUTE FUNCTION public.guard_of_erased();

CREATE TRIGGER flags_of_erased_insert AFTER INSERT ON public.flags REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_erased();

CREATE TRIGGER flags_of_merged_insert AFTER INSERT ON public.flags REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER flags_of_merged_update AFTER UPDATE ON public.flags REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER flags_stats_delete AFTER DELETE ON public.flags REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('flags');

CREATE TRIGGER flags_stats_insert AFTER INSERT ON public.flags REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('flags');

CREATE TRIGGER flags_stats_update AFTER UPDATE ON public.flags REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('flags');

CREATE TRIGGER invoices_of_erased BEFORE INSERT ON public.invoices FOR EACH ROW EXECUTE FUNCTION public.guard_of_erased();

CREATE TRIGGER invoices_written_once BEFORE DELETE OR UPDATE OR TRUNCATE ON public.invoices FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_invoice_changes();

ALTER TABLE public.invoices ENABLE ALWAYS TRIGGER invoices_written_once;

CREATE TRIGGER legal_holds_of_merged_insert AFTER INSERT ON public.legal_holds REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER legal_holds_stay BEFORE DELETE OR TRUNCATE ON public.legal_holds FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.legal_holds ENABLE ALWAYS TRIGGER legal_holds_stay;

CREATE TRIGGER mails_of_erased BEFORE INSERT ON public.mails FOR EACH ROW EXECUTE FUNCTION public.guard_of_erased();

CREATE TRIGGER notes_of_erased BEFORE UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.guard_of_erased();

CREATE TRIGGER notes_of_erased_insert AFTER INSERT ON public.notes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_erased();

CREATE TRIGGER notes_of_merged_insert AFTER INSERT ON public.notes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER notes_of_merged_update AFTER UPDATE ON public.notes REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER passkeys_guarded BEFORE UPDATE ON public.passkeys FOR EACH ROW EXECUTE FUNCTION public.guard_passkey();

CREATE TRIGGER payments_guarded BEFORE UPDATE ON public.payments FOR EACH ROW EXECUTE FUNCTION public.guard_payment();

ALTER TABLE public.payments ENABLE ALWAYS TRIGGER payments_guarded;

CREATE TRIGGER payments_of_merged_insert AFTER INSERT ON public.payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER payments_of_merged_update AFTER UPDATE ON public.payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER payments_posted_insert AFTER INSERT ON public.payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.post_payments();

ALTER TABLE public.payments ENABLE ALWAYS TRIGGER payments_posted_insert;

CREATE TRIGGER payments_posted_update AFTER UPDATE ON public.payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.post_payments();

ALTER TABLE public.payments ENABLE ALWAYS TRIGGER payments_posted_update;

CREATE TRIGGER payments_stats_delete AFTER DELETE ON public.payments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('payments');

CREATE TRIGGER payments_stats_insert AFTER INSERT ON public.payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('payments');

CREATE TRIGGER payments_stats_update AFTER UPDATE ON public.payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('payments');

CREATE TRIGGER payments_stay BEFORE DELETE OR TRUNCATE ON public.payments FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.payments ENABLE ALWAYS TRIGGER payments_stay;

CREATE TRIGGER personal_exports_guarded BEFORE UPDATE ON public.personal_exports FOR EACH ROW EXECUTE FUNCTION public.guard_personal_export();

CREATE TRIGGER personal_exports_of_merged_insert AFTER INSERT ON public.personal_exports REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER personal_exports_stay BEFORE DELETE OR TRUNCATE ON public.personal_exports FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.personal_exports ENABLE ALWAYS TRIGGER personal_exports_stay;

CREATE TRIGGER recovery_codes_guarded BEFORE UPDATE ON public.recovery_codes FOR EACH ROW EXECUTE FUNCTION public.guard_recovery_code();

CREATE TRIGGER refund_returns_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.refund_returns FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.refund_returns ENABLE ALWAYS TRIGGER refund_returns_append_only;

CREATE TRIGGER refunds_guarded BEFORE UPDATE ON public.refunds FOR EACH ROW EXECUTE FUNCTION public.guard_refund();

ALTER TABLE public.refunds ENABLE ALWAYS TRIGGER refunds_guarded;

CREATE TRIGGER refunds_posted_insert AFTER INSERT ON public.refunds REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.post_refunds();

ALTER TABLE public.refunds ENABLE ALWAYS TRIGGER refunds_posted_insert;

CREATE TRIGGER refunds_posted_update AFTER UPDATE ON public.refunds REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.post_refunds();

ALTER TABLE public.refunds ENABLE ALWAYS TRIGGER refunds_posted_update;

CREATE TRIGGER refunds_stay BEFORE DELETE OR TRUNCATE ON public.refunds FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.refunds ENABLE ALWAYS TRIGGER refunds_stay;

CREATE TRIGGER refunds_then_disputes AFTER UPDATE ON public.refunds REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.hold_for_disputes();

ALTER TABLE public.refunds ENABLE ALWAYS TRIGGER refunds_then_disputes;

CREATE TRIGGER retention_runs_guarded BEFORE UPDATE ON public.retention_runs FOR EACH ROW EXECUTE FUNCTION public.guard_retention_run();

ALTER TABLE public.retention_runs ENABLE ALWAYS TRIGGER retention_runs_guarded;

CREATE TRIGGER retention_runs_stay BEFORE DELETE OR TRUNCATE ON public.retention_runs FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.retention_runs ENABLE ALWAYS TRIGGER retention_runs_stay;

CREATE TRIGGER reveals_stand BEFORE UPDATE OR TRUNCATE ON public.reveals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.reveals ENABLE ALWAYS TRIGGER reveals_stand;

CREATE TRIGGER seals_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.seals FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.seals ENABLE ALWAYS TRIGGER seals_append_only;

CREATE TRIGGER sessions_guarded BEFORE UPDATE ON public.sessions FOR EACH ROW EXECUTE FUNCTION public.guard_session();

CREATE TRIGGER staff_leave AFTER UPDATE OF disabled_at ON public.staff FOR EACH ROW WHEN (((old.disabled_at IS NULL) AND (new.disabled_at IS NOT NULL))) EXECUTE FUNCTION public.end_what_leavers_hold();

CREATE CONSTRAINT TRIGGER stats_due_settled AFTER INSERT ON public.stats_due DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.settle_stats();

CREATE TRIGGER tickets_of_erased BEFORE UPDATE OF description, email, phone, attachments ON public.tickets FOR EACH ROW EXECUTE FUNCTION public.guard_of_erased();

CREATE TRIGGER tickets_of_erased_insert AFTER INSERT ON public.tickets REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_erased();

CREATE TRIGGER tickets_of_merged_insert AFTER INSERT ON public.tickets REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER tickets_of_merged_update AFTER UPDATE ON public.tickets REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.guard_rows_of_merged();

CREATE TRIGGER tickets_stats_delete AFTER DELETE ON public.tickets REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('tickets');

CREATE TRIGGER tickets_stats_insert AFTER INSERT ON public.tickets REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('tickets');

CREATE TRIGGER tickets_stats_update AFTER UPDATE ON public.tickets REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_stats('tickets');

CREATE TRIGGER totp_factors_guarded BEFORE UPDATE ON public.totp_factors FOR EACH ROW EXECUTE FUNCTION public.guard_totp_step();

CREATE TRIGGER trail_verifications_guarded BEFORE UPDATE ON public.trail_verifications FOR EACH ROW EXECUTE FUNCTION public.guard_verification();

ALTER TABLE public.trail_verifications ENABLE ALWAYS TRIGGER trail_verifications_guarded;

CREATE TRIGGER trail_verifications_stay BEFORE DELETE OR TRUNCATE ON public.trail_verifications FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.trail_verifications ENABLE ALWAYS TRIGGER trail_verifications_stay;

CREATE TRIGGER transfers_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.transfers FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.transfers ENABLE ALWAYS TRIGGER transfers_append_only;

CREATE TRIGGER value_keys_guarded BEFORE UPDATE ON public.value_keys FOR EACH ROW EXECUTE FUNCTION public.guard_value_key();

ALTER TABLE public.value_keys ENABLE ALWAYS TRIGGER value_keys_guarded;

CREATE TRIGGER value_keys_stay BEFORE DELETE OR TRUNCATE ON public.value_keys FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.value_keys ENABLE ALWAYS TRIGGER value_keys_stay;

ALTER TABLE ONLY public.act_limits
    ADD CONSTRAINT act_limits_role_fkey FOREIGN KEY (role) REFERENCES public.roles(name);

ALTER TABLE ONLY public.act_limits
    ADD CONSTRAINT act_limits_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.addresses
    ADD CONSTRAINT addresses_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES public.bookings(id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.approvals
    ADD CONSTRAINT approvals_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.bookings
    ADD CONSTRAINT bookings_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.bulk_outcomes
    ADD CONSTRAINT bulk_outcomes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.bulk_outcomes
    ADD CONSTRAINT bulk_outcomes_flag_id_fkey FOREIGN KEY (flag_id) REFERENCES public.flags(id);

ALTER TABLE ONLY public.bulk_outcomes
    ADD CONSTRAINT bulk_outcomes_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.bulk_runs(id);

ALTER TABLE ONLY public.bulk_runs
    ADD CONSTRAINT bulk_runs_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES public.api_keys(id);

ALTER TABLE ONLY public.bulk_runs
    ADD CONSTRAINT bulk_runs_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.bulk_runs
    ADD CONSTRAINT bulk_runs_selection_id_fkey FOREIGN KEY (selection_id) REFERENCES public.selections(id);

ALTER TABLE ONLY public.bulk_runs
    ADD CONSTRAINT bulk_runs_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(id);

ALTER TABLE ONLY public.bulk_runs
    ADD CONSTRAINT bulk_runs_stopped_by_fkey FOREIGN KEY (stopped_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.bulk_runs
    ADD CONSTRAINT bulk_runs_undoes_fkey FOREIGN KEY (undoes) REFERENCES public.bulk_runs(id);

ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credit_uses
    ADD CONSTRAINT credit_uses_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES public.bookings(id);

ALTER TABLE ONLY public.credit_uses
    ADD CONSTRAINT credit_uses_credit_id_fkey FOREIGN KEY (credit_id) REFERENCES public.credits(id);

ALTER TABLE ONLY public.credit_uses
    ADD CONSTRAINT credit_uses_returns_use_id_fkey FOREIGN KEY (returns_use_id) REFERENCES public.credit_uses(id);

ALTER TABLE ONLY public.credit_uses
    ADD CONSTRAINT credit_uses_used_by_fkey FOREIGN KEY (used_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES public.approvals(id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.credits
    ADD CONSTRAINT credits_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES public.refunds(id);

ALTER TABLE ONLY public.customer_merge_rows
    ADD CONSTRAINT customer_merge_rows_merge_id_fkey FOREIGN KEY (merge_id) REFERENCES public.customer_merges(id);

ALTER TABLE ONLY public.customer_merges
    ADD CONSTRAINT customer_merges_event FOREIGN KEY (event_id) REFERENCES public.events(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customer_merges
    ADD CONSTRAINT customer_merges_merged_by_fkey FOREIGN KEY (merged_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.customer_merges
    ADD CONSTRAINT customer_merges_merged_id_fkey FOREIGN KEY (merged_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.customer_merges
    ADD CONSTRAINT customer_merges_survivor_id_fkey FOREIGN KEY (survivor_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.customer_merges
    ADD CONSTRAINT customer_merges_undo_event FOREIGN KEY (undo_event_id) REFERENCES public.events(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.customer_merges
    ADD CONSTRAINT customer_merges_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.customer_stats
    ADD CONSTRAINT customer_stats_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES public.customers(id);

ALTER TABLE ONLY public.data_request_pauses
    ADD CONSTRAINT data_request_pauses_request_id_fkey FOREIGN KEY (request_id) REFERENCES public.data_requests(id);

ALTER TABLE ONLY public.data_request_reminders
    ADD CONSTRAINT data_request_reminders_request_id_fkey FOREIGN KEY (request_id) REFERENCES public.data_requests(id);

ALTER TABLE ONLY public.data_request_steps
    ADD CONSTRAINT data_request_steps_after_fkey FOREIGN KEY (after) REFERENCES public.data_request_states(name);

ALTER TABLE ONLY public.data_request_steps
    ADD CONSTRAINT data_request_steps_before_fkey FOREIGN KEY (before) REFERENCES public.data_request_states(name);

ALTER TABLE ONLY public.data_request_steps
    ADD CONSTRAINT data_request_steps_event FOREIGN KEY (event_id) REFERENCES public.events(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.data_request_steps
    ADD CONSTRAINT data_request_steps_request_id_fkey FOREIGN KEY (request_id) REFERENCES public.data_requests(id);

ALTER TABLE ONLY public.data_request_transitions
    ADD CONSTRAINT data_request_transitions_after_fkey FOREIGN KEY (after) REFERENCES public.data_request_states(name);

ALTER TABLE ONLY public.data_request_transitions
    ADD CONSTRAINT data_request_transitions_before_fkey FOREIGN KEY (before) REFERENCES public.data_request_states(name);

ALTER TABLE ONLY public.data_requests
    ADD CONSTRAINT data_requests_closed_by_fkey FOREIGN KEY (closed_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.data_requests
    ADD CONSTRAINT data_requests_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.data_requests
    ADD CONSTRAINT data_requests_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.data_requests
    ADD CONSTRAINT data_requests_handler_id_fkey FOREIGN KEY (handler_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.data_requests
    ADD CONSTRAINT data_requests_prepared_by_fkey FOREIGN KEY (prepared_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.data_requests
    ADD CONSTRAINT data_requests_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.data_requests
    ADD CONSTRAINT data_requests_state_fkey FOREIGN KEY (state) REFERENCES public.data_request_states(name);

ALTER TABLE ONLY public.differences
    ADD CONSTRAINT differences_event FOREIGN KEY (event_id) REFERENCES public.events(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.differences
    ADD CONSTRAINT differences_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.differences
    ADD CONSTRAINT differences_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES public.refunds(id);

ALTER TABLE ONLY public.differences
    ADD CONSTRAINT differences_seen_in_fkey FOREIGN KEY (seen_in) REFERENCES public.reconciliation_runs(id);

ALTER TABLE ONLY public.differences
    ADD CONSTRAINT differences_settled_by_fkey FOREIGN KEY (settled_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.dispute_transitions
    ADD CONSTRAINT dispute_transitions_after_fkey FOREIGN KEY (after) REFERENCES public.dispute_states(name);

ALTER TABLE ONLY public.dispute_transitions
    ADD CONSTRAINT dispute_transitions_before_fkey FOREIGN KEY (before) REFERENCES public.dispute_states(name);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.disputes
    ADD CONSTRAINT disputes_status_fkey FOREIGN KEY (status) REFERENCES public.dispute_states(name);

ALTER TABLE ONLY public.duplicate_dismissals
    ADD CONSTRAINT duplicate_dismissals_dismissed_by_fkey FOREIGN KEY (dismissed_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.duplicate_dismissals
    ADD CONSTRAINT duplicate_dismissals_one_id_fkey FOREIGN KEY (one_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.duplicate_dismissals
    ADD CONSTRAINT duplicate_dismissals_other_id_fkey FOREIGN KEY (other_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.duplicate_dismissals
    ADD CONSTRAINT duplicate_dismissals_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.epochs
    ADD CONSTRAINT epochs_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.erasure_proposals
    ADD CONSTRAINT erasure_proposals_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_approved_by_fkey FOREIGN KEY (approved_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_planned_by_fkey FOREIGN KEY (planned_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.event_values
    ADD CONSTRAINT event_values_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.events(id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.flags
    ADD CONSTRAINT flags_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.flags
    ADD CONSTRAINT flags_raised_by_fkey FOREIGN KEY (raised_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.flags
    ADD CONSTRAINT flags_removed_by_fkey FOREIGN KEY (removed_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.imported_history
    ADD CONSTRAINT imported_history_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES public.bookings(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.legal_holds
    ADD CONSTRAINT legal_holds_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.legal_holds
    ADD CONSTRAINT legal_holds_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.legal_holds
    ADD CONSTRAINT legal_holds_placed_by_fkey FOREIGN KEY (placed_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.list_layouts
    ADD CONSTRAINT list_layouts_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.mail_attachments
    ADD CONSTRAINT mail_attachments_mail_id_fkey FOREIGN KEY (mail_id) REFERENCES public.mails(id);

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.mails
    ADD CONSTRAINT mails_invoice_id_fkey FOREIGN KEY (invoice_id) REFERENCES public.invoices(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.passkeys
    ADD CONSTRAINT passkeys_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES public.bookings(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.personal_export_parts
    ADD CONSTRAINT personal_export_parts_export_id_fkey FOREIGN KEY (export_id) REFERENCES public.personal_exports(id);

ALTER TABLE ONLY public.personal_exports
    ADD CONSTRAINT personal_exports_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.personal_exports
    ADD CONSTRAINT personal_exports_data_request_id_fkey FOREIGN KEY (data_request_id) REFERENCES public.data_requests(id);

ALTER TABLE ONLY public.personal_exports
    ADD CONSTRAINT personal_exports_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.read_alarms
    ADD CONSTRAINT read_alarms_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.reconciliation_runs
    ADD CONSTRAINT reconciliation_runs_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.reconciliation_seen
    ADD CONSTRAINT reconciliation_seen_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.reconciliation_runs(id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.refund_attempts
    ADD CONSTRAINT refund_attempts_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES public.refunds(id);

ALTER TABLE ONLY public.refund_returns
    ADD CONSTRAINT refund_returns_event FOREIGN KEY (event_id) REFERENCES public.events(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.refund_returns
    ADD CONSTRAINT refund_returns_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES public.refunds(id);

ALTER TABLE ONLY public.refund_transitions
    ADD CONSTRAINT refund_transitions_after_fkey FOREIGN KEY (after) REFERENCES public.refund_states(name);

ALTER TABLE ONLY public.refund_transitions
    ADD CONSTRAINT refund_transitions_before_fkey FOREIGN KEY (before) REFERENCES public.refund_states(name);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES public.approvals(id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_claimed_by_fkey FOREIGN KEY (claimed_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES public.payments(id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_reason_code_fkey FOREIGN KEY (reason_code) REFERENCES public.refund_reasons(code);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_settled_by_fkey FOREIGN KEY (settled_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_status FOREIGN KEY (status) REFERENCES public.refund_states(name);

ALTER TABLE ONLY public.retention_rules
    ADD CONSTRAINT retention_rules_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.retention_runs
    ADD CONSTRAINT retention_runs_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.retention_switch
    ADD CONSTRAINT retention_switch_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.reveals
    ADD CONSTRAINT reveals_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.reveals
    ADD CONSTRAINT reveals_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.saved_view_pins
    ADD CONSTRAINT saved_view_pins_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.saved_view_pins
    ADD CONSTRAINT saved_view_pins_view_id_fkey FOREIGN KEY (view_id) REFERENCES public.saved_views(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.selection_parts
    ADD CONSTRAINT selection_parts_selection_id_fkey FOREIGN KEY (selection_id) REFERENCES public.selections(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.selections
    ADD CONSTRAINT selections_made_by_fkey FOREIGN KEY (made_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.sight_limits
    ADD CONSTRAINT sight_limits_role_fkey FOREIGN KEY (role) REFERENCES public.roles(name);

ALTER TABLE ONLY public.sight_limits
    ADD CONSTRAINT sight_limits_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.sign_in_links
    ADD CONSTRAINT sign_in_links_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_role_fkey FOREIGN KEY (role) REFERENCES public.roles(name);

ALTER TABLE ONLY public.ticket_responses
    ADD CONSTRAINT ticket_responses_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.ticket_responses
    ADD CONSTRAINT ticket_responses_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.tickets(id);

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES public.bookings(id);

ALTER TABLE ONLY public.tickets
    ADD CONSTRAINT tickets_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

ALTER TABLE ONLY public.totp_factors
    ADD CONSTRAINT totp_factors_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);

ALTER TABLE ONLY public.trail_verifications
    ADD CONSTRAINT trail_verifications_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.staff(id);

ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT transfers_event FOREIGN KEY (event_id) REFERENCES public.events(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.value_keys
    ADD CONSTRAINT value_keys_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customers(id);

GRANT SELECT,INSERT,UPDATE ON TABLE public.addresses TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.customers TO hub_app;

GRANT SELECT,INSERT ON TABLE public.customer_merge_rows TO hub_app;

GRANT SELECT,INSERT ON TABLE public.payments TO hub_app;

GRANT UPDATE(id) ON TABLE public.payments TO hub_app;

GRANT UPDATE(booking_id) ON TABLE public.payments TO hub_app;

GRANT UPDATE(customer_id) ON TABLE public.payments TO hub_app;

GRANT UPDATE(provider) ON TABLE public.payments TO hub_app;

GRANT UPDATE(intent_id) ON TABLE public.payments TO hub_app;

GRANT UPDATE(status) ON TABLE public.payments TO hub_app;

GRANT UPDATE(amount) ON TABLE public.payments TO hub_app;

GRANT UPDATE(captured) ON TABLE public.payments TO hub_app;

GRANT UPDATE(disputed) ON TABLE public.payments TO hub_app;

GRANT UPDATE(currency) ON TABLE public.payments TO hub_app;

GRANT UPDATE(captured_at) ON TABLE public.payments TO hub_app;

GRANT UPDATE(created_at) ON TABLE public.payments TO hub_app;

GRANT UPDATE(updated_at) ON TABLE public.payments TO hub_app;

GRANT SELECT,INSERT ON TABLE public.credits TO hub_app;

GRANT UPDATE(id) ON TABLE public.credits TO hub_app;

GRANT UPDATE(customer_id) ON TABLE public.credits TO hub_app;

GRANT UPDATE(amount) ON TABLE public.credits TO hub_app;

GRANT UPDATE(remaining) ON TABLE public.credits TO hub_app;

GRANT UPDATE(reason) ON TABLE public.credits TO hub_app;

GRANT UPDATE(notes) ON TABLE public.credits TO hub_app;

GRANT UPDATE(expires_on) ON TABLE public.credits TO hub_app;

GRANT UPDATE(refund_id) ON TABLE public.credits TO hub_app;

GRANT UPDATE(approval_id) ON TABLE public.credits TO hub_app;

GRANT UPDATE(issued_by) ON TABLE public.credits TO hub_app;

GRANT UPDATE(request_key) ON TABLE public.credits TO hub_app;

GRANT UPDATE(created_at) ON TABLE public.credits TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.refunds TO hub_app;

REVOKE ALL ON FUNCTION public.end_what_leavers_hold() FROM PUBLIC;

GRANT SELECT,INSERT,UPDATE ON TABLE public.customer_merges TO hub_app;

REVOKE ALL ON FUNCTION public.fold_customer_totals() FROM PUBLIC;
GRANT ALL ON FUNCTION public.fold_customer_totals() TO hub_app;

REVOKE ALL ON FUNCTION public.follow_customer() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_api_key() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_approval() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_bulk_run() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_credit() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_credit_use() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_data_request() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_difference() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_dispute() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_erased_customer() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_erasure() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_event_values() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_merge() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_merged_customer() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_of_erased() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_passkey() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_payment() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_personal_export() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_recovery_code() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_refund() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_retention_run() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_rows_of_erased() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_rows_of_merged() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_session() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_totp_step() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_value_key() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.guard_verification() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.hold_for_disputes() FROM PUBLIC;

GRANT SELECT,INSERT,UPDATE ON TABLE public.erasures TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.bookings TO hub_app;

GRANT SELECT ON TABLE public.customer_stats TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.data_requests TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.mails TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.tickets TO hub_app;

REVOKE ALL ON FUNCTION public.log_data_request() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.note_customer_totals() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.post_credit_moves() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.post_credit_uses() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.post_credits() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.post_disputes() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.post_payments() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.post_refunds() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.refresh_stats() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.refuse_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.refuse_credit_use_changes() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.refuse_invoice_changes() FROM PUBLIC;

GRANT SELECT,INSERT,UPDATE ON TABLE public.contacts TO hub_app;

GRANT SELECT ON TABLE public.dispute_states TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.disputes TO hub_app;

GRANT SELECT ON TABLE public.refund_states TO hub_app;

REVOKE ALL ON FUNCTION public.settle_stats() FROM PUBLIC;

GRANT SELECT,INSERT,UPDATE ON TABLE public.flags TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.act_limits TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.alerts TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.api_keys TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.approvals TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.backups TO hub_app;

GRANT SELECT,INSERT ON TABLE public.bulk_outcomes TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.bulk_runs TO hub_app;

GRANT SELECT,INSERT ON TABLE public.checkpoints TO hub_app;

GRANT SELECT,INSERT ON TABLE public.credit_uses TO hub_app;

GRANT SELECT ON TABLE public.customer_stats_truth TO hub_app;

GRANT SELECT ON TABLE public.customer_totals TO hub_app;

GRANT SELECT ON TABLE public.customer_totals_changes TO hub_app;

GRANT SELECT ON SEQUENCE public.customer_totals_changes_id_seq TO hub_app;

GRANT SELECT ON TABLE public.customer_totals_folds TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.data_request_pauses TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.data_request_reminders TO hub_app;

GRANT SELECT ON TABLE public.data_request_states TO hub_app;

GRANT SELECT ON TABLE public.data_request_steps TO hub_app;

GRANT SELECT ON TABLE public.data_request_transitions TO hub_app;

GRANT SELECT ON SEQUENCE public.data_requests_number_seq TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.differences TO hub_app;

GRANT SELECT ON TABLE public.dispute_transitions TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.drills TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.duplicate_dismissals TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.epochs TO hub_app;

GRANT SELECT,INSERT ON TABLE public.erasure_proposals TO hub_app;

GRANT SELECT,INSERT ON TABLE public.event_values TO hub_app;

GRANT SELECT,INSERT ON TABLE public.events TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.external_links TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.failed_requests TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.idempotency TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.import_runs TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.imported_history TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.invoice_counter TO hub_app;

GRANT SELECT,INSERT ON TABLE public.invoices TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO hub_app;

GRANT SELECT ON TABLE public.ledger_accounts TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.legal_holds TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.list_layouts TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.log_archive TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.mail_attachments TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.measured_minutes TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.notes TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.page_timings TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passkeys TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.personal_export_parts TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.personal_exports TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.presences TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.provider_inbox TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rate_limits TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.read_alarms TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.reconciliation_runs TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reconciliation_seen TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.refund_attempts TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.refund_reasons TO hub_app;

GRANT SELECT,INSERT ON TABLE public.refund_returns TO hub_app;

GRANT SELECT ON TABLE public.refund_transitions TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.response_times TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.retention_rules TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.retention_runs TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.retention_switch TO hub_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.reveals TO hub_app;

GRANT SELECT ON TABLE public.roles TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.saved_view_pins TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.saved_views TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.schedules TO hub_app;

GRANT SELECT ON TABLE public.schema_migrations TO hub_app;

GRANT SELECT,INSERT ON TABLE public.seals TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.selection_parts TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.selections TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.sessions TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.sight_limits TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.sign_in_links TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.staff TO hub_app;

GRANT SELECT ON TABLE public.stats_due TO hub_app;

GRANT SELECT ON SEQUENCE public.stats_due_id_seq TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.ticket_responses TO hub_app;

GRANT SELECT ON SEQUENCE public.tickets_number_seq TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.totp_factors TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.trail_verifications TO hub_app;

GRANT SELECT ON TABLE public.transfers TO hub_app;

GRANT SELECT ON SEQUENCE public.transfers_number_seq TO hub_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.used_challenges TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.value_keys TO hub_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.vault TO hub_app;
