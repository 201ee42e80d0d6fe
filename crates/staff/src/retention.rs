//! What staff members leave behind and how long it is kept.

use platform::retention::Rule;

pub const RETENTION: &[Rule] = &[SESSIONS, API_KEYS];

const SESSIONS: Rule = Rule {
    name: "sessions",
    title: "Where staff signed in from",
    what: "Address and browser of sessions that have ended. That somebody was signed in, and when, stays.",
    since: "the end of the session",
    why: "To look into a stolen session that is noticed months later, and no longer (UK GDPR Art. 5(1)(e) and 32).",
    months: 6,
    least: 1,
    most: 24,
    proposes: false,
    columns: &["sessions.ip", "sessions.user_agent"],
    due: "select id::text as id, null::uuid as customer_id, least(ended_at, expires_at) as at from sessions
          where least(ended_at, expires_at) < $1 and (ip is not null or user_agent is not null)",
    forget: "update sessions set ip = null, user_agent = null where id = any ($1::uuid[])",
};

const API_KEYS: Rule = Rule {
    name: "api_keys",
    title: "Where programs came from",
    what: "The address that an API key was last used from, once it is revoked or has expired. Its name, its owner and when it was used stay.",
    since: "the end of the key",
    why: "As for sessions: to look into a stolen key, and no longer (UK GDPR Art. 5(1)(e) and 32).",
    months: 6,
    least: 1,
    most: 24,
    proposes: false,
    columns: &["api_keys.last_used_ip"],
    due: "select id::text as id, null::uuid as customer_id, least(revoked_at, expires_at) as at from api_keys
          where least(revoked_at, expires_at) < $1 and last_used_ip is not null",
    forget: "update api_keys set last_used_ip = null where id = any ($1::uuid[])",
};
