//! Bodies that are one of several acts. Serde's tag beside a shape that refuses unknown fields is described as "all of the
//! shape and of the tag", which nothing satisfies: the shape refuses the tag. Here each becomes one object with both.

use utoipa::{
    Modify,
    openapi::{
        OpenApi, RefOr, Schema,
        schema::{AdditionalProperties, AllOf, Object},
    },
};

pub(crate) struct Shapes;

impl Modify for Shapes {
    fn modify(&self, document: &mut OpenApi) {
        let Some(components) = document.components.as_mut() else { return };
        let known = components.schemas.clone();
        let find = |reference: &str| match known.get(reference.rsplit('/').next()?)? {
            RefOr::T(Schema::Object(object)) => Some(object.clone()),
            _ => None,
        };
        for schema in components.schemas.values_mut() {
            if let RefOr::T(Schema::OneOf(one_of)) = schema {
                for item in &mut one_of.items {
                    if let RefOr::T(Schema::AllOf(parts)) = item
                        && let Some(object) = merged(parts, find)
                    {
                        *item = RefOr::T(Schema::Object(object));
                    }
                }
            }
        }
    }
}

/// All parts as one object, if one of them refuses what it does not know.
fn merged(parts: &AllOf, find: impl Fn(&str) -> Option<Object>) -> Option<Object> {
    let parts_found = parts.items.iter().map(|part| match part {
        RefOr::Ref(reference) => find(&reference.ref_location),
        RefOr::T(Schema::Object(object)) => Some(object.clone()),
        RefOr::T(_) => None,
    });
    let objects: Vec<Object> = parts_found.collect::<Option<_>>()?;
    let strict = |object: &Object| {
        matches!(object.additional_properties.as_deref(), Some(AdditionalProperties::FreeForm(false)))
    };
    if !objects.iter().any(strict) {
        return None;
    }
    let mut whole = Object::new();
    whole.description.clone_from(&parts.description);
    // The tag comes last in what serde describes, and first in what people write.
    for object in objects.into_iter().rev() {
        whole.description = whole.description.or(object.description);
        whole.required.extend(object.required);
        whole.properties.extend(object.properties);
    }
    whole.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    Some(whole)
}
