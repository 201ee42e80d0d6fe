//! Bytes that mean one thing only.

use jiff::Timestamp;
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::Hash;

/// Fields in a fixed order: 0 for one that is absent, or 1, its length in four bytes (big-endian) and its bytes.
pub(crate) struct Fields(Sha256);

impl Fields {
    /// `name` says what this is and which version of its encoding.
    pub fn new(name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(name.as_bytes());
        hash.update([0]);
        Self(hash)
    }

    pub fn bytes(mut self, field: Option<&[u8]>) -> Self {
        match field {
            None => self.0.update([0]),
            Some(bytes) => {
                let mut head = [1, 0, 0, 0, 0];
                head[1..].copy_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
                self.0.update(head);
                self.0.update(bytes);
            }
        }
        self
    }

    pub fn text(self, field: Option<&str>) -> Self {
        self.bytes(field.map(str::as_bytes))
    }

    pub fn uuid(self, field: Option<Uuid>) -> Self {
        self.bytes(field.as_ref().map(|id| id.as_bytes().as_slice()))
    }

    pub fn integer(self, field: Option<i64>) -> Self {
        self.bytes(field.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice))
    }

    /// Microseconds since 1970.
    pub fn instant(self, at: Timestamp) -> Self {
        self.integer(Some(at.as_microsecond()))
    }

    pub fn json(self, field: Option<&Value>) -> Self {
        let text = field.map(canonical);
        self.text(text.as_deref())
    }

    pub fn finish(self) -> Hash {
        self.0.finalize().into()
    }
}

/// JSON that is the same before PostgreSQL has kept it and after: without spaces, keys in order of their bytes, whole
/// numbers up to 2^53 without a point, every other number as the shortest double in scientific form.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
        Value::Number(given) => text.push_str(&number(given)),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort();
            text.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(&fields[key], text);
            }
            text.push('}');
        }
    }
}

fn number(given: &Number) -> String {
    const EXACT: i64 = 1 << 53;
    if let Some(whole) = given.as_i64().filter(|whole| (-EXACT..=EXACT).contains(whole)) {
        return whole.to_string();
    }
    match given.as_f64() {
        Some(double) if double.fract() == 0.0 && double.abs() <= EXACT as f64 => (double as i64).to_string(),
        Some(double) => format!("{double:e}"),
        None => given.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_has_one_form() {
        let value: Value =
            serde_json::from_str(r#"{"b": [1, 2.50, 1e17, -0.0, 3.0], "a": {"z": null, "é\n": "\u00e9"}}"#)
                .unwrap();
        assert_eq!(canonical(&value), r#"{"a":{"z":null,"é\n":"é"},"b":[1,2.5e0,1e17,0,3]}"#);
        // As PostgreSQL gives the same numbers back.
        let kept: Value = serde_json::from_str(
            r#"{"a": {"z": null, "é\n": "é"}, "b": [1, 2.50, 100000000000000000, 0.0, 3.0]}"#,
        )
        .unwrap();
        assert_eq!(canonical(&kept), canonical(&value));
    }

    #[test]
    fn absent_empty_and_moved_fields_differ() {
        let hash = |one: Option<&str>, two: Option<&str>| Fields::new("test 1").text(one).text(two).finish();
        let all = [hash(None, None), hash(Some(""), None), hash(None, Some("")), hash(Some("a"), Some("b"))];
        let more = [hash(Some("ab"), Some("")), hash(Some(""), Some("ab")), hash(Some("ab"), None)];
        let mut hashes: Vec<_> = all.into_iter().chain(more).collect();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), 7);
        assert_ne!(Fields::new("test 1").finish(), Fields::new("test 2").finish());
        assert_ne!(canonical(&json!({"a": 1})), canonical(&json!({"a": "1"})));
    }
}
