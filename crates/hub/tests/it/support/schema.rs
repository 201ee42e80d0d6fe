//! Values that fit a JSON schema of the document.

use serde_json::{Map, Value, json};

/// What a reference stands for; of alternatives the one that is not null.
pub fn resolve(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let found =
            document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}"));
        return resolve(document, found);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return merged(parts.iter().map(|part| resolve(document, part)));
    }
    for list in ["oneOf", "anyOf"] {
        if let Some(choice) =
            schema[list].as_array().and_then(|all| all.iter().find(|one| one["type"] != "null"))
        {
            return resolve(document, choice);
        }
    }
    schema.clone()
}

/// The object that has the properties of all of these.
fn merged(parts: impl Iterator<Item = Value>) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for part in parts {
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
        required.extend(part["required"].as_array().cloned().unwrap_or_default());
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Each of the shapes that a body may have: more than one where a field tells which.
pub fn shapes(document: &Value, schema: &Value) -> Vec<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        return shapes(document, document.pointer(reference.trim_start_matches('#')).unwrap());
    }
    match schema["oneOf"].as_array() {
        Some(all) if all.iter().all(|one| one["type"] != "null") => {
            all.iter().map(|one| resolve(document, one)).collect()
        }
        _ => vec![resolve(document, schema)],
    }
}

/// A value that the schema allows, with every property that an object may have.
pub fn example(document: &Value, schema: &Value) -> Value {
    let schema = resolve(document, schema);
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.iter().find(|one| !one.is_null())) {
        return first.clone();
    }
    match kind(&schema) {
        "object" => {
            let properties = schema["properties"].as_object().cloned().unwrap_or_default();
            Value::Object(
                properties
                    .iter()
                    .map(|(name, inner)| (name.clone(), named(document, name, inner)))
                    .collect::<Map<_, _>>(),
            )
        }
        "array" => json!([example(document, &schema["items"])]),
        "integer" | "number" => json!(1),
        "boolean" => json!(false),
        _ => match schema["format"].as_str() {
            Some("uuid") => json!("01890a5d-ac96-774b-bcce-b302099a8057"),
            Some("date") => json!("2026-01-31"),
            Some("date-time") => json!("2026-01-31T12:00:00Z"),
            _ => json!("plain words here"),
        },
    }
}

/// A name tells what the type does not.
fn named(document: &Value, name: &str, schema: &Value) -> Value {
    match name {
        // One of a few words, whatever it is called.
        _ if resolve(document, schema)["enum"].is_array() => example(document, schema),
        "email" => json!("somebody@example.com"),
        "phone" => json!("07700 900123"),
        "postcode" => json!("M1 1AE"),
        _ => example(document, schema),
    }
}

/// The type that is not null.
pub fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => {
            types.iter().filter_map(Value::as_str).find(|one| *one != "null").unwrap_or("string")
        }
        one => one.as_str().unwrap_or("string"),
    }
}
