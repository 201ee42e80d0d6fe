-- The two roles and the database, for psql as a superuser:
--   psql --set owner_password=… --set app_password=… --file ops/roles.sql
-- hub_owner migrates; hub_app is whom the hub works as, and owns nothing.
create role hub_owner login password :'owner_password';
create role hub_app login password :'app_password';
create database hub owner hub_owner encoding 'UTF8' template template0;
revoke all on database hub from public;
-- Temporary tables are for the import.
grant connect, temporary on database hub to hub_app;
