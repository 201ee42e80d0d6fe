-- Which chain of calls a job belongs to, as in the header `traceparent` (W3C trace context): what it calls is told so, and its lines in
-- the log say it.
alter table jobs add column trace text
    constraint jobs_trace_form check (trace ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$');
