//! What an answer must hold.

use std::str::FromStr;

use prost_types::Timestamp;
use serde_json::Value;

/// Where `actual` does not hold what is expected, and how; `None` if it holds.
pub fn difference(expected: &Value, actual: &Value) -> Option<String> {
    match expected {
        Value::Null if is_default(actual) => None,
        Value::Null => Some(format!(": {actual} is set")),
        Value::Object(members) => members.iter().find_map(|(name, expected)| {
            let found = difference(expected, actual.get(name).unwrap_or(&Value::Null));
            found.map(|why| format!(".{name}{why}"))
        }),
        Value::Array(expected) => {
            let none = Vec::new();
            let actual = actual.as_array().unwrap_or(&none);
            if actual.len() != expected.len() {
                return Some(format!(
                    " has {} elements, not {}",
                    actual.len(),
                    expected.len()
                ));
            }
            let mut pairs = expected.iter().zip(actual).enumerate();
            pairs.find_map(|(i, (expected, actual))| {
                difference(expected, actual).map(|why| format!("[{i}]{why}"))
            })
        }
        Value::String(text) if text == "*" => is_default(actual).then(|| ": is not set".to_owned()),
        Value::String(text) if text.starts_with('!') => {
            let same = is_default(actual) || text_of(actual) == text[1..];
            same.then(|| format!(": is {actual}"))
        }
        Value::String(text) if text.starts_with('^') => {
            let begins = actual.as_str().is_some_and(|it| it.starts_with(&text[1..]));
            (!begins).then(|| format!(": is {actual}, which does not begin with {:?}", &text[1..]))
        }
        other => (!is_same(other, actual)).then(|| format!(": is {actual}, not {other}")),
    }
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "0" || text.ends_with("_UNSPECIFIED"),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

fn is_same(expected: &Value, actual: &Value) -> bool {
    let (expected, actual) = (text_of(expected), text_of(actual));
    let is_time = |text: &str| text.len() > 19 && text.as_bytes()[10] == b'T';
    if is_time(&expected) && is_time(&actual) {
        let times = (Timestamp::from_str(&expected), Timestamp::from_str(&actual));
        if let (Ok(expected), Ok(actual)) = times {
            return expected == actual;
        }
    }
    let numbers = (f64::from_str(&expected), f64::from_str(&actual));
    expected == actual || matches!(numbers, (Ok(expected), Ok(actual)) if expected == actual)
}

fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_holds() {
        let actual = json!({
            "text": "a", "number": "5", "time": "2099-01-01T00:00:00+00:00", "list": [{"x": 1}], "zero": "0", "line": "PUT /x"
        });
        let expected = json!({
            "text": "!b", "number": 5, "time": "2099-01-01T00:00:00.000Z", "list": [{"x": "*"}],
            "zero": null, "absent": null, "line": "^PUT "
        });
        assert_eq!(difference(&expected, &actual), None);
    }

    #[test]
    fn what_does_not() {
        for (expected, actual) in [
            (json!(null), json!("a")),
            (json!("*"), json!("")),
            (json!("!a"), json!("a")),
            (json!("!a"), json!(null)),
            (json!("^a"), json!("ba")),
            (json!("^a"), json!(null)),
            (json!([]), json!([1])),
            (json!([{"a": 1}]), json!([{"a": 2}])),
            (json!("2099-01-01T00:00:00Z"), json!("2099-01-01T01:00:00Z")),
            (json!(true), json!(false)),
        ] {
            assert!(
                difference(&expected, &actual).is_some(),
                "{expected} {actual}"
            );
        }
    }
}
