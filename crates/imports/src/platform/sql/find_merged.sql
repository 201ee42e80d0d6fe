select id, person_of(id) from customers where id = any ($1) and merged_into is not null
