-- Somebody else vouches for who it is (OpenID Connect).
alter table sessions
    drop constraint sessions_first_factor,
    add constraint sessions_first_factor check (first_factor in ('password', 'link', 'passkey', 'single_sign_on'));
