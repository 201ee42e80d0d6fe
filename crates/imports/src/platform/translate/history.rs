use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::platform::rows::AuditRow;
use crate::platform::tidy::{Notes, Reason, instant, line, line_or};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryRecord {
    pub at: Timestamp,
    pub actor: Option<String>,
    pub actor_role: Option<String>,
    pub action: String,
    pub target_type: String,
    pub target_id: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub details: Option<Value>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
}

/// A line of the platform's own audit trail.
pub fn history(row: &AuditRow, notes: &mut Notes) -> Result<HistoryRecord, Reason> {
    Ok(HistoryRecord {
        at: instant("createdAt", row.created_at.as_deref())?,
        actor: line(notes, "actorId", row.actor_id.as_deref(), 200),
        actor_role: line(notes, "actorRole", row.actor_role.as_deref(), 100),
        action: line_or(notes, "action", row.action.as_deref(), 200, "unknown"),
        target_type: line_or(notes, "targetType", row.target_type.as_deref(), 100, "unknown"),
        target_id: line(notes, "targetId", row.target_id.as_deref(), 200),
        before: json(row.before.as_deref()),
        after: json(row.after.as_deref()),
        details: json(row.details.as_deref()),
        ip: line(notes, "ip", row.ip.as_deref(), 100),
        user_agent: line(notes, "userAgent", row.user_agent.as_deref(), 1000),
    })
}

/// What is no JSON is kept as the text it is. PostgreSQL's `jsonb` has no NUL character, though JSON has.
fn json(text: Option<&str>) -> Option<Value> {
    let text = text?;
    let mut value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    remove_nul(&mut value);
    Some(value)
}

fn remove_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(values) => values.iter_mut().for_each(remove_nul),
        Value::Object(fields) => {
            if fields.keys().any(|key| key.contains('\0')) {
                let clean =
                    std::mem::take(fields).into_iter().map(|(key, value)| (key.replace('\0', ""), value));
                *fields = clean.collect();
            }
            fields.values_mut().for_each(remove_nul);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_kept_without_what_jsonb_cannot_hold() {
        assert_eq!(
            super::json(Some(r#"{"a\u0000": ["x\u0000y", 1, null]}"#)),
            Some(json!({"a": ["xy", 1, null]}))
        );
        assert_eq!(super::json(Some("not json")), Some(json!("not json")));
        assert_eq!(super::json(Some("1e999")), Some(json!("1e999")));
        assert_eq!(super::json(None), None);
    }

    #[test]
    fn a_line_without_action_says_so() {
        let row = AuditRow { created_at: Some("2025-01-01 00:00:00".to_owned()), ..AuditRow::default() };
        let mut notes = Notes::default();
        let record = history(&row, &mut notes).unwrap();
        assert_eq!(
            (record.action.as_str(), record.target_type.as_str(), notes.0.len()),
            ("unknown", "unknown", 2)
        );
    }
}
