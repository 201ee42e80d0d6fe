use crate::model::{Alert, AlertState};

use super::Severity;

/// Subject and text of the mail about an alert.
pub(crate) fn letter(alert: &Alert, public_url: &str) -> (String, String) {
    let over = alert.state == AlertState::Over;
    let word = match (over, alert.severity) {
        (true, _) => "Over",
        (false, Severity::Critical) => "Critical",
        (false, Severity::Warning) => "Warning",
    };
    let what = if over {
        format!("It was so from {} to {}.", alert.since, alert.resolved_at.unwrap_or(alert.since))
    } else {
        format!("{}\n\nIt has been so since {}.", alert.meaning, alert.since)
    };
    let body = format!(
        "{}\n\n{what}\n\nWhat to do: {}\nThe System page: {public_url}/admin/system\n\nThe rule is called {}. You are told once, and once when it is over.\n",
        alert.title, alert.runbook, alert.rule
    );
    (format!("{word}: {}", alert.title), body)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use kernel::AlertId;

    use super::*;

    #[test]
    fn a_letter_says_what_it_is_and_what_to_do() {
        let since: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
        let mut alert = Alert {
            id: AlertId::new(since),
            rule: "HubJobsDead".to_owned(),
            severity: Severity::Warning,
            title: "Jobs have died".to_owned(),
            meaning: "Not done.".to_owned(),
            runbook: "docs/runbooks/jobs-dead.md".to_owned(),
            state: AlertState::Firing,
            since,
            fired_at: Some(since),
            resolved_at: None,
            value: 1.0,
        };
        let (subject, body) = letter(&alert, "https://desk.example.com");
        assert_eq!(subject, "Warning: Jobs have died");
        for part in [
            "Not done.",
            "since 2026-11-28T10:00:00Z",
            "docs/runbooks/jobs-dead.md",
            "https://desk.example.com/admin/system",
        ] {
            assert!(body.contains(part), "{body}");
        }
        alert.state = AlertState::Over;
        alert.resolved_at = Some("2026-11-28T11:00:00Z".parse().unwrap());
        let (subject, body) = letter(&alert, "https://desk.example.com");
        assert_eq!(subject, "Over: Jobs have died");
        assert!(body.contains("to 2026-11-28T11:00:00Z"), "{body}");
    }
}
