-- What a mail says to its addressee alone, such as a one-time link: sealed under the vault key, which is never in the database. In the text
-- stands a mark in its place. It goes as soon as the mail server has taken the mail or refused it for good.
alter table mails
    add column secret bytea check (length(secret) between 30 and 1000),
    add constraint mails_secret_goes check (secret is null or state = 'queued');
