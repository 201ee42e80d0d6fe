//! The OpenAPI document as the tests walk it.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::http::Method;
use serde_json::Value;

use super::schema::{example, resolve, shapes};

/// The document of this very program.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(hub::openapi()).unwrap());
    &DOCUMENT
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
    Header,
}

#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: String,
    pub place: Place,
    pub required: bool,
    pub schema: Value,
}

#[derive(Debug, Clone)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    /// With `{id}` where ids go.
    pub path: String,
    pub permission: Option<String>,
    /// When it has to be shown again who one is; of a door, by its acts.
    pub step_up: Value,
    /// What each act behind a door needs beside `permission`.
    pub act_permissions: BTreeMap<String, String>,
    pub parameters: Vec<Parameter>,
    /// References resolved, for the outermost level.
    pub body: Option<Value>,
    pub needs_body: bool,
    /// The same for each shape that the body may have.
    pub shapes: Vec<Value>,
    pub responses: Value,
}

pub fn operations() -> Vec<Operation> {
    let document = document();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters =
                operation["parameters"].as_array().into_iter().flatten().map(|parameter| Parameter {
                    name: parameter["name"].as_str().unwrap().to_owned(),
                    place: match parameter["in"].as_str().unwrap() {
                        "path" => Place::Path,
                        "query" => Place::Query,
                        "header" => Place::Header,
                        other => panic!("a parameter in {other}"),
                    },
                    required: parameter["required"] == true,
                    schema: resolve(document, &parameter["schema"]),
                });
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            operations.push(Operation {
                id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                permission: operation["x-permission"].as_str().map(str::to_owned),
                step_up: operation["responses"]["403"]["x-step-up"].clone(),
                act_permissions: serde_json::from_value(
                    operation["requestBody"]["x-act-permissions"].clone(),
                )
                .unwrap_or_default(),
                parameters: parameters.collect(),
                shapes: if body.is_null() { vec![] } else { shapes(document, body) },
                body: (!body.is_null()).then(|| resolve(document, body)),
                needs_body: operation["requestBody"]["required"] == true,
                responses: operation["responses"].clone(),
            });
        }
    }
    operations
}

/// Every operation; one that takes bodies of several shapes once for each, named by its act.
pub fn acts() -> Vec<Operation> {
    operations()
        .into_iter()
        .flat_map(|operation| match operation.shapes.len() {
            0 | 1 => vec![operation],
            _ => operation.shapes.iter().map(|shape| operation.shaped(shape)).collect(),
        })
        .collect()
}

/// The operation that a request to this address reaches, if there is one.
pub fn operation_at(method: &Method, path: &str) -> Option<&'static Operation> {
    static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(operations);
    let path = path.split('?').next().unwrap_or_default();
    let fitting = OPERATIONS.iter().filter(|operation| operation.method == *method && operation.is_at(path));
    // A name in the address goes before an id.
    fitting.min_by_key(|operation| operation.path.matches('{').count())
}

impl Operation {
    fn shaped(&self, shape: &Value) -> Self {
        let body = Some(shape.clone());
        let act = example(document(), shape)["action"].as_str().unwrap_or_default().to_owned();
        Self { id: format!("{}:{act}", self.id), body, ..self.clone() }
    }

    /// All that a caller must be permitted.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        let act = self.id.split_once(':').and_then(|(_, act)| self.act_permissions.get(act));
        self.permission.iter().chain(act).map(String::as_str)
    }

    /// Whether it has to be shown again who one is, whatever it is about.
    pub fn always_asks_again(&self) -> bool {
        let when = self.id.split_once(':').map_or(&self.step_up, |(_, act)| &self.step_up[act]);
        *when == "always"
    }

    fn is_at(&self, path: &str) -> bool {
        let fits =
            |(ours, given): (&str, &str)| ours == given || (ours.starts_with('{') && !given.is_empty());
        self.path.split('/').count() == path.split('/').count()
            && self.path.split('/').zip(path.split('/')).all(fits)
    }

    /// The content types that the document promises for this status; nothing if it does not know the status.
    pub fn promised(&self, status: u16) -> Option<Vec<&str>> {
        let response = self.responses.get(status.to_string())?;
        Some(response["content"].as_object().into_iter().flatten().map(|(kind, _)| kind.as_str()).collect())
    }

    pub fn parameters_in(&self, place: Place) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(move |parameter| parameter.place == place)
    }

    /// The path with something in the place of each id.
    pub fn path_with(&self, id: impl Fn(&str) -> String) -> String {
        self.parameters_in(Place::Path).fold(self.path.clone(), |path, parameter| {
            path.replace(&format!("{{{}}}", parameter.name), &id(&parameter.name))
        })
    }

    /// The start of a query with what it must have beside this parameter, as the document allows it.
    pub fn query_beside(&self, name: &str) -> String {
        let needed = self.parameters_in(Place::Query).filter(|one| one.required && one.name != name);
        needed.fold("?".to_owned(), |query, one| {
            let value = example(document(), &one.schema);
            format!("{query}{}={}&", one.name, value.as_str().unwrap_or_default())
        })
    }

    /// A body that the document allows.
    pub fn example_body(&self) -> Option<Value> {
        self.body.as_ref().map(|schema| example(document(), schema))
    }

    pub fn is_write(&self) -> bool {
        self.method != Method::GET
    }
}
