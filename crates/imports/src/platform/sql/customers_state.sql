select id, id, updated_at, jsonb_build_object('name', name, 'email', email, 'emailVerified', email_verified_at is not null,
    'phone', phone, 'archived', archived_at is not null)
from customers where id = any ($1)
