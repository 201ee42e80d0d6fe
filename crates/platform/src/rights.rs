//! Who may do what in the database: the owner migrates, the application reads and adds, and changes only what is meant to
//! change. So append-only holds by right, whatever triggers say: whoever has the application's password cannot switch them off.

use tokio_postgres::Client;

use crate::db::GenericClient;

/// Run by the owner after the migrations.
const RIGHTS: &str = include_str!("../../../db/rights.sql");

/// Gives the role what the application needs, and takes from it what it does not. Of the owner itself nothing is taken.
pub(crate) async fn grant(client: &mut Client, application: &str) -> Result<(), tokio_postgres::Error> {
    let tx = client.transaction().await?;
    let owns = "select current_user = $1";
    if tx.query_one(owns, &[&application]).await?.get(0) {
        return Ok(());
    }
    tx.execute("select set_config('hub.application_role', $1, true)", &[&application]).await?;
    tx.batch_execute(RIGHTS).await?;
    tx.commit().await
}

/// What keeps the role of this connection from being held to append-only, a line each; none when rights hold it.
pub async fn weaknesses(client: &impl GenericClient) -> Result<Vec<String>, tokio_postgres::Error> {
    let rows = client.query(WEAKNESSES, &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

const WEAKNESSES: &str = "
    with append_only as (
        -- Rows of some go when their time is over, and stand as they were written until then.
        select c.oid, c.relname, c.relowner, case when exists (
            select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
            where t.tgrelid = c.oid and t.tgtype & 8 = 8 and p.proname like 'refuse\\_%')
            then 'update, delete, truncate, trigger' else 'update, truncate, trigger' end as too_much
        from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and exists (
            select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
            where t.tgrelid = c.oid and t.tgtype & 18 = 18 and t.tgattr = '' and p.proname like 'refuse\\_%')
    )
    select format('%I is a superuser', rolname) from pg_roles where rolname = current_user and rolsuper
    union all
    select format('%I may make roles', rolname) from pg_roles where rolname = current_user and rolcreaterole and not rolsuper
    union all
    select format('%I owns %s', current_user, string_agg(relname, ', ' order by relname))
    from append_only where pg_has_role(current_user, relowner, 'member')
        and not (select rolsuper from pg_roles where rolname = current_user)
    having count(*) > 0
    union all
    select format('%I may change, delete, empty or re-arm %s', current_user, string_agg(relname, ', ' order by relname))
    from append_only where not pg_has_role(current_user, relowner, 'member')
        and has_table_privilege(oid, too_much)
    having count(*) > 0
    union all
    select format('%I may make tables in the schema public', current_user)
    where has_schema_privilege('public', 'create')
        and not exists (select from append_only where pg_has_role(current_user, relowner, 'member'))";
