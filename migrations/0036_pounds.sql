-- Sums over payments, and so every figure, are in one currency. An amount in another would be added to pounds unseen; it is refused
-- here, whoever writes it, and the import tells of it as a problem.
alter table bookings add constraint bookings_in_pounds check (currency = 'GBP');
alter table payments add constraint payments_in_pounds check (currency = 'GBP');
