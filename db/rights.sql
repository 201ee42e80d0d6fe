-- What the application may do, table by table. The owner of the tables runs this after the migrations, each time, so that it holds
-- of whatever they made; `hub.application_role` names the role the application connects as. Running it again changes nothing.
--
-- A table is read, written to and changed, unless it is listed here or refuses changes by a trigger (`refuse_…`, before update):
-- then its rows are read and added, no more. Nobody but the owner empties, alters or drops anything.
do $$
declare
    application constant regrole := quote_ident(current_setting('hub.application_role'))::regrole;
    -- Rows that go when their work is done. Everything else stays.
    deletable constant text[] := array[
        'jobs', 'reconciliation_seen', 'personal_export_parts', 'totp_factors', 'recovery_codes', 'passkeys', 'used_challenges',
        'saved_views', 'saved_view_pins', 'rate_limits', 'selections', 'selection_parts', 'presences', 'page_timings', 'reveals', 'read_alarms',
        'response_times', 'failed_requests', 'measured_minutes', 'alerts', 'log_archive'];
    -- Written by triggers, which run with the owner's rights: whoever wrote them by hand would lie.
    kept constant text[] := array[
        'transfers', 'data_request_steps',
        'customer_stats', 'customer_totals', 'customer_totals_changes', 'customer_totals_folds', 'stats_due'];
    -- Columns of that kind, in tables that are written to otherwise.
    kept_columns constant text[] := array['payments.refunded', 'payments.reserved', 'credits.used'];
    -- Written by migrations: what states there are, and which may follow which.
    fixed constant text[] := array[
        'schema_migrations', 'roles', 'ledger_accounts', 'refund_states', 'refund_transitions',
        'data_request_states', 'data_request_transitions', 'dispute_states', 'dispute_transitions'];
    -- Functions that are called, not fired, and write what is kept.
    keepers constant text[] := array['fold_customer_totals'];
    item record;
    wanted text[];
    given text[];
begin
    if not has_schema_privilege(application, 'public', 'usage') then
        execute format('grant usage on schema public to %s', application);
    end if;

    for item in
        select c.oid, c.oid::regclass as at, c.relname::text as name, c.relkind as kind, c.relacl as rights,
               exists (
                   -- Before update (bits 2 and 16), of whatever column.
                   select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
                   where t.tgrelid = c.oid and t.tgtype & 18 = 18 and t.tgattr = '' and p.proname like 'refuse\_%'
               ) as append_only
        from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
            and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    loop
        wanted := array['select'];
        if item.kind in ('r', 'p') and item.name <> all (kept || fixed) then
            wanted := wanted || 'insert'::text;
            if not item.append_only then
                if exists (select from unnest(kept_columns) k where split_part(k, '.', 1) = item.name) then
                    wanted := wanted || array(
                        select format('update (%I)', a.attname) from pg_attribute a
                        where a.attrelid = item.oid and a.attnum > 0 and not a.attisdropped
                            and item.name || '.' || a.attname <> all (kept_columns));
                else
                    wanted := wanted || 'update'::text;
                end if;
            end if;
            if item.name = any (deletable) then
                wanted := wanted || 'delete'::text;
            end if;
        end if;
        given := array(
            select lower(r.privilege_type) from aclexplode(item.rights) r where r.grantee = application
            union all
            select format('%s (%I)', lower(r.privilege_type), a.attname) from pg_attribute a, aclexplode(a.attacl) r
            where a.attrelid = item.oid and r.grantee = application);
        if not (given @> wanted and given <@ wanted) then
            execute format('revoke all on %s from %s', item.at, application);
            execute format('grant %s on %s to %s', array_to_string(wanted, ', '), item.at, application);
        end if;
    end loop;

    -- Where every sequence stands is read by whoever makes a copy.
    for item in
        select c.oid::regclass as at from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'
            and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            and case when c.relkind = 'S' then not has_sequence_privilege(application, c.oid, 'select') end
    loop
        execute format('grant select on sequence %s to %s', item.at, application);
    end loop;

    -- Numbers that are not a column's identity are drawn by whoever writes.
    for item in
        select c.oid::regclass as at from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'
            and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('i', 'e'))
            -- Asked of sequences only, whatever order the planner thinks of.
            and case when c.relkind = 'S' then not has_sequence_privilege(application, c.oid, 'usage') end
    loop
        execute format('grant usage on sequence %s to %s', item.at, application);
    end loop;

    -- A trigger's function cannot be fired from a table that somebody else made with rows of their own. Those that act
    -- after a statement keep figures and books: they have the owner's rights, and a search path nobody else can lead astray.
    for item in
        select p.oid::regprocedure as at, p.prorettype = 'trigger'::regtype as fires, p.prosecdef as has_rights,
               p.proname = any (keepers) or exists (select from pg_trigger t where t.tgfoid = p.oid and t.tgtype & 66 = 0) as keeps,
               coalesce((select bool_or(r.grantee = 0) from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) r), false) as anybody,
               coalesce((select bool_or(r.grantee = application) from aclexplode(p.proacl) r), false) as granted
        from pg_proc p
        where p.pronamespace = 'public'::regnamespace
            and (p.prorettype = 'trigger'::regtype or p.proname = any (keepers))
            and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    loop
        if item.keeps and not item.has_rights then
            execute format('alter function %s security definer set search_path = pg_catalog, public, pg_temp', item.at);
        end if;
        if item.anybody then
            execute format('revoke execute on function %s from public', item.at);
        end if;
        if not item.fires and not item.granted then
            execute format('grant execute on function %s to %s', item.at, application);
        end if;
    end loop;

    -- What refuses changes does so for whoever writes, a replica's apply worker included.
    for item in
        select t.tgrelid::regclass as at, t.tgname as name from pg_trigger t join pg_proc p on p.oid = t.tgfoid
        where p.pronamespace = 'public'::regnamespace and p.proname like 'refuse\_%' and t.tgenabled <> 'A'
    loop
        execute format('alter table %s enable always trigger %I', item.at, item.name);
    end loop;
end $$;
