-- What a person's sign-in log is read by: what they did, and what was tried in their name by somebody not signed in.
create index events_of_sign_in_by_staff on events (staff_id, at desc, id desc) where kind = 'sign_in';
create index events_of_sign_in_by_account on events (subject_id, at desc, id desc) where subject_type = 'sign_in';
