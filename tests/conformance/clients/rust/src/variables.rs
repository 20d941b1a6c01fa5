//! `${name}` in the strings of a step.

use std::collections::HashMap;

use serde_json::Value;

#[derive(Default)]
pub struct Variables(HashMap<String, String>);

impl Variables {
    pub fn set(&mut self, name: &str, value: &Value) {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        self.0.insert(name.to_owned(), text);
    }

    /// `value` with its variables put in.
    pub fn put_in(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.put_in_text(text)),
            Value::Array(values) => values.iter().map(|value| self.put_in(value)).collect(),
            Value::Object(object) => Value::Object(
                object
                    .iter()
                    .map(|(name, value)| (name.clone(), self.put_in(value)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    fn put_in_text(&self, text: &str) -> String {
        let put = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("${{{name}}}"), value)
        };
        self.0.iter().fold(text.to_owned(), put)
    }
}
