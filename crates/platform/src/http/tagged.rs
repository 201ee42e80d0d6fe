//! Bodies whose fields depend on one of them.

use axum::extract::{FromRequest, Request};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::extract::{ValidJson, wrong_field};
use crate::{Problem, Result};

/// An enum that is told by one field of a JSON object, such as `{"action": "add_flag", …}`. serde can read it too, but
/// cannot say then which field is wrong.
pub trait Tagged: Sized {
    /// The field that tells.
    const TAG: &'static str;
    /// What it may say.
    const KINDS: &'static [&'static str];

    /// From the other fields; nothing for a kind that there is not.
    fn read(kind: &str, fields: Fields) -> Option<Result<Self>>;
}

/// A body of a [`Tagged`] type.
pub struct ValidTagged<T>(pub T);

impl<S: Send + Sync, T: Tagged> FromRequest<S> for ValidTagged<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let ValidJson(Fields(mut fields)) = ValidJson::<Fields>::from_request(request, state).await?;
        let unknown = || Problem::invalid(T::TAG, format!("must be one of {}", T::KINDS.join(", ")));
        let Some(Value::String(kind)) = fields.remove(T::TAG) else { return Err(unknown()) };
        T::read(&kind, Fields(fields)).unwrap_or_else(|| Err(unknown())).map(Self)
    }
}

/// The fields of a JSON object, each given once.
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Unknown fields are refused by `T` itself (`deny_unknown_fields`).
    pub fn read<T: DeserializeOwned>(self) -> Result<T> {
        serde_path_to_error::deserialize(Value::Object(self.0))
            .map_err(|error| wrong_field(&error.path().to_string(), &error.into_inner().to_string()))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EachOnce)
    }
}

struct EachOnce;

impl<'de> Visitor<'de> for EachOnce {
    type Value = Fields;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut given: A) -> Result<Fields, A::Error> {
        let mut fields = Map::new();
        while let Some((name, value)) = given.next_entry::<String, Value>()? {
            if fields.contains_key(&name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            fields.insert(name, value);
        }
        Ok(Fields(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Payment {
        #[expect(dead_code, reason = "only read")]
        in_pence: i64,
    }

    fn fault(json: &str) -> String {
        let fields: Fields = serde_json::from_str(json).unwrap();
        fields.read::<Payment>().unwrap_err().field.unwrap()
    }

    #[test]
    fn the_field_at_fault_is_named() {
        assert_eq!(fault(r#"{"inPence": 1.5}"#), "inPence");
        assert_eq!(fault(r#"{"inPence": 1, "nonsense": 2}"#), "nonsense");
        assert_eq!(fault("{}"), "inPence");
    }

    #[test]
    fn a_field_given_twice_is_refused() {
        let refusal = serde_json::from_str::<Fields>(r#"{"inPence": 1, "inPence": 2}"#).err().unwrap();
        assert!(refusal.to_string().starts_with("duplicate field `inPence`"));
    }
}
