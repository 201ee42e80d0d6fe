-- A dead job that a person lets go. It is not tried again, and is kept as long as those that were done.
alter table jobs drop constraint jobs_state_check;
alter table jobs add constraint jobs_state_check check (state in ('ready', 'running', 'done', 'dead', 'discarded'));
alter table jobs drop constraint jobs_finished_when_over;
alter table jobs add constraint jobs_finished_when_over
    check ((state in ('done', 'dead', 'discarded')) = (finished_at is not null));
drop index jobs_done;
create index jobs_over on jobs (finished_at) where state in ('done', 'discarded');
