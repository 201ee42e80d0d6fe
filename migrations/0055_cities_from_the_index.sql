-- Who lives in a city is read from the index alone: with the customer in it, and the city itself, without which PostgreSQL does not see
-- that the index holds all that `fold(city)` is made of.
drop index addresses_by_city;
create index addresses_by_city on addresses (fold(city), customer_id) include (city) where removed_at is null;
