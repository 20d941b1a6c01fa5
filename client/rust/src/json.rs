//! JSON objects as protobuf's `Struct`, which is what inputs of jobs are.

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value};
use serde_json::Value as Json;

/// A JSON object: what inputs are. `json!({...})` gives one by [`Value::as_object`] or by
/// [`json_object`].
///
/// [`Value::as_object`]: serde_json::Value::as_object
pub type JsonObject = serde_json::Map<String, Json>;

/// The object that `value` is: of a struct or map its fields, of `json!({...})` itself.
///
/// # Errors
/// `value` is no object, or holds what JSON cannot.
pub fn json_object(value: impl serde::Serialize) -> crate::Result<JsonObject> {
    match serde_json::to_value(value) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(crate::Error::Options(
            "the input of a job is a JSON object".into(),
        )),
        Err(error) => Err(crate::Error::Options(format!(
            "the input of a job: {error}"
        ))),
    }
}

/// `object` as protobuf has it. Numbers become doubles.
pub(crate) fn to_struct(object: JsonObject) -> Struct {
    Struct {
        fields: object
            .into_iter()
            .map(|(name, value)| (name, to_value(value)))
            .collect(),
    }
}

/// The same the other way. Numbers that are whole and exact are integers again.
pub(crate) fn from_struct(object: Struct) -> JsonObject {
    object
        .fields
        .into_iter()
        .map(|(name, value)| (name, from_value(value)))
        .collect()
}

fn to_value(value: Json) -> Value {
    let kind = match value {
        Json::Null => Kind::NullValue(0),
        Json::Bool(value) => Kind::BoolValue(value),
        // Without serde_json's arbitrary precision every number is one of a double's.
        Json::Number(value) => Kind::NumberValue(value.as_f64().unwrap_or(f64::NAN)),
        Json::String(value) => Kind::StringValue(value),
        Json::Array(values) => Kind::ListValue(ListValue {
            values: values.into_iter().map(to_value).collect(),
        }),
        Json::Object(object) => Kind::StructValue(to_struct(object)),
    };
    Value { kind: Some(kind) }
}

fn from_value(value: Value) -> Json {
    match value.kind {
        None | Some(Kind::NullValue(_)) => Json::Null,
        Some(Kind::BoolValue(value)) => Json::Bool(value),
        Some(Kind::NumberValue(value)) => number(value),
        Some(Kind::StringValue(value)) => Json::String(value),
        Some(Kind::ListValue(list)) => list.values.into_iter().map(from_value).collect(),
        Some(Kind::StructValue(object)) => Json::Object(from_struct(object)),
    }
}

/// The greatest integer up to which all are exact as doubles: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn number(value: f64) -> Json {
    if value.fract() == 0.0 && value.abs() <= EXACT {
        return Json::from(value as i64);
    }
    Json::from(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_comes_back_as_it_went() {
        let input = json_object(json!({
            "text": "grüße ✓", "whole": 7, "negative": -3, "part": 0.25, "yes": true, "none": null,
            "list": [1, "two", [null]], "deep": {"deeper": {}}
        }));
        let input = input.unwrap();
        assert_eq!(from_struct(to_struct(input.clone())), input);
    }

    #[test]
    fn a_number_past_2_to_the_53_is_a_double() {
        let there = to_struct(json_object(json!({"large": u64::MAX})).unwrap());
        assert_eq!(from_struct(there)["large"], json!(18446744073709551615.0));
    }

    #[test]
    fn only_objects_are_inputs() {
        assert!(json_object(json!([1]))
            .unwrap_err()
            .to_string()
            .contains("object"));
        assert!(json_object(std::collections::BTreeMap::from([("a", 1)])).is_ok());
    }
}
