-- Which migration a release must know to work on a database that has had this one. Without a value every earlier release can: it only adds.
alter table schema_migrations add column needs text;
