//! The rules, one by one.

use super::{Condition, Counted, Rule, Severity};

const fn rule(
    name: &'static str,
    severity: Severity,
    minutes: u32,
    when: Condition,
    title: &'static str,
    meaning: &'static str,
) -> Rule {
    Rule { name, severity, title, meaning, when, minutes, is_about_mail: false }
}

const fn above(figure: &'static str, limit: f64) -> Condition {
    Condition::Above { figure, labels: &[], limit }
}

const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

pub const RULES: &[Rule] = &[
    rule(
        "HubDown",
        Severity::Critical,
        2,
        Condition::Outside("up{job=\"hub\"} == 0 or absent(up{job=\"hub\"})"),
        "The hub does not answer",
        "Nobody can work, or one of several processes is gone.",
    ),
    rule(
        "HubDatabaseDown",
        Severity::Critical,
        1,
        Condition::Outside("min(hub_database_up) < 1"),
        "The database does not answer",
        "Every page says that the database cannot be reached. Nothing that was acknowledged is lost.",
    ),
    rule(
        "HubRequestsFail",
        Severity::Critical,
        5,
        Condition::Share {
            part: Counted::Failed,
            whole: Counted::Requests,
            minutes: 5,
            percent: 1.0,
            more_than: 4.0,
        },
        "Requests fail",
        "More than one request in a hundred ends in an error of ours.",
    ),
    rule(
        "HubRequestsSlow",
        Severity::Warning,
        10,
        Condition::Share {
            part: Counted::Slow,
            whole: Counted::Requests,
            minutes: 10,
            percent: 5.0,
            more_than: 10.0,
        },
        "Answers are slow",
        "More than one answer in twenty takes longer than a second.",
    ),
    rule(
        "HubConnectionsShort",
        Severity::Warning,
        5,
        Condition::Share {
            part: Counted::LateConnections,
            whole: Counted::Connections,
            minutes: 5,
            percent: 1.0,
            more_than: 10.0,
        },
        "Requests wait for a database connection",
        "The pool is too small for what is asked, or something holds its connections.",
    ),
    rule(
        "HubTransactionOld",
        Severity::Warning,
        5,
        above("hub_database_transaction_oldest_seconds", 900.0),
        "A transaction has been open for a quarter of an hour",
        "It keeps the database from cleaning up and the audit trail from being sealed.",
    ),
    rule(
        "HubMigrationsMissing",
        Severity::Critical,
        5,
        above("hub_migrations_missing", 0.0),
        "The database is older than the program",
        "Requests that need what is missing fail, and the hub says that it is not ready.",
    ),
    rule(
        "HubDiskFull",
        Severity::Critical,
        5,
        above("hub_disk_used_percent", 90.0),
        "The disk of the data folder is nearly full",
        "When it is full nothing can be written any more; nothing is lost by it.",
    ),
    rule(
        "HubJobsDead",
        Severity::Warning,
        1,
        Condition::Above { figure: "hub_jobs", labels: &[("state", "dead")], limit: 0.0 },
        "Jobs have died",
        "What they should have done, a mail or a refund perhaps, is not done until a person decides.",
    ),
    rule(
        "HubJobsLate",
        Severity::Critical,
        5,
        above("hub_jobs_due_oldest_seconds", 600.0),
        "Jobs wait for longer than ten minutes",
        "Mail, refunds and exports are late: nobody does the work, or not fast enough.",
    ),
    rule(
        "HubSchedulesIdle",
        Severity::Critical,
        5,
        above("hub_schedules_idle_seconds", 600.0),
        "Nothing that comes by itself has come",
        "No process does the work behind the requests: no mail, no refunds, no seals.",
    ),
    rule(
        "HubSealsLate",
        Severity::Critical,
        5,
        above("hub_audit_unsealed_oldest_seconds", 300.0),
        "The audit trail is not being sealed",
        "What is written now could be changed without a trace until it is sealed.",
    ),
    rule(
        "HubTrailBroken",
        Severity::Critical,
        0,
        above("hub_audit_verification_failed", 0.0),
        "The audit trail does not hold",
        "Somebody has changed the record, or it could not be verified.",
    ),
    rule(
        "HubRefundsInDoubt",
        Severity::Critical,
        5,
        above("hub_refunds_in_doubt_oldest_seconds", HOUR),
        "It is not known whether a refund went through",
        "A customer may wait for money that the desk believes is on its way. It is not sent again before that is known.",
    ),
    rule(
        "HubRefundsWait",
        Severity::Warning,
        60,
        Condition::Above { figure: "hub_refunds", labels: &[("state", "manual_review")], limit: 0.0 },
        "Refunds wait for a person",
        "What became of them could not be cleared up without one.",
    ),
    rule(
        "HubDifferencesOpen",
        Severity::Warning,
        5,
        above("hub_differences_oldest_seconds", DAY),
        "The provider's books and ours have differed for a day",
        "Money moved on one side only, until somebody settles it.",
    ),
    Rule {
        is_about_mail: true,
        ..rule(
            "HubMailLate",
            Severity::Warning,
            5,
            above("hub_mails_queued_oldest_seconds", HOUR),
            "Mail has waited for an hour",
            "The mail server does not take it. It is tried for most of a day.",
        )
    },
    Rule {
        is_about_mail: true,
        ..rule(
            "HubMailFails",
            Severity::Warning,
            5,
            above("hub_mails_failed_last_day", 4.0),
            "Mails were given up",
            "Customers or staff wait for something that does not come.",
        )
    },
    rule(
        "HubBackupOld",
        Severity::Critical,
        60,
        above("hub_backup_last_good_age_seconds", 36.0 * HOUR),
        "The last good copy of the database is older than a day and a half",
        "What was done since then would be lost with the disk.",
    ),
    rule(
        "HubLogArchiveLate",
        Severity::Critical,
        5,
        above("hub_log_archive_age_seconds", 600.0),
        "For ten minutes nothing of the database's log was archived",
        "What was done since then would be lost with the disk, and nobody can go back to an instant of it.",
    ),
    rule(
        "HubDrillOld",
        Severity::Warning,
        60,
        above("hub_drill_last_good_age_seconds", 9.0 * DAY),
        "No copy has been proved for nine days",
        "Nobody knows whether the copies can be restored.",
    ),
    rule(
        "HubDrillFailed",
        Severity::Critical,
        0,
        above("hub_drill_last_failed", 0.0),
        "A copy did not pass its drill",
        "What would come back from it is not what should.",
    ),
    rule(
        "HubFenced",
        Severity::Warning,
        60,
        above("hub_fenced", 0.0),
        "A restored database waits to be accepted",
        "No mail and no refund leaves it until a person has looked.",
    ),
    rule(
        "HubSignInsRefused",
        Severity::Warning,
        0,
        Condition::MoreThan { what: Counted::SignInsRefused, minutes: 15, limit: 50.0 },
        "Many sign-ins are refused",
        "Somebody guesses passwords, or a change has shut people out.",
    ),
];
