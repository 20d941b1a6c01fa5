//! The steps of the scenario.

use std::future::Future;
use std::time::Duration;

use ductape_jobs::{Client, Code};
use serde_json::Value;
use tokio::time::{sleep, Instant};

use crate::expect::difference;
use crate::variables::Variables;
use crate::workers::Workers;
use crate::{calls, Error};

const PAUSE: Duration = Duration::from_millis(50);
const FOR_CALLS: Duration = Duration::from_secs(30);
const FOR_HANDLERS: Duration = Duration::from_secs(10);

pub struct Runner {
    client: Client,
    variables: Variables,
    workers: Workers,
}

impl Runner {
    pub fn new(client: Client, product: String) -> Self {
        let mut variables = Variables::default();
        variables.set("product", &product.into());
        Runner {
            client,
            variables,
            workers: Workers::default(),
        }
    }

    pub async fn take(&mut self, step: &Value) -> Result<(), Error> {
        let saves = &step["save"];
        let step = &self.variables.put_in(step);
        match step["worker"].as_str() {
            Some(kind) => self.worker(kind, step).await,
            None => {
                let answer = self.call(step).await?;
                for (name, field) in saves.as_object().into_iter().flatten() {
                    self.variables
                        .set(name, &answer[field.as_str().unwrap_or_default()]);
                }
                Ok(())
            }
        }
    }

    pub async fn end(&mut self) {
        self.workers.end().await;
    }

    async fn call(&self, step: &Value) -> Result<Value, Error> {
        if step["error"].is_object() {
            return match self.call_once(step).await {
                Ok(answer) => Err(format!("it succeeded: {answer}").into()),
                Err(error) => is_expected(&step["error"], error).map(|()| Value::Null),
            };
        }
        if step["until"].is_object() {
            let attempt = || async { holds(&step["until"], self.call_once(step).await?) };
            return until(FOR_CALLS, attempt).await;
        }
        holds(&step["answer"], self.call_once(step).await?)
    }

    async fn call_once(&self, step: &Value) -> Result<Value, Error> {
        let name = step["call"]
            .as_str()
            .ok_or("the step has neither a call nor a worker")?;
        match step["all"] == true {
            true => calls::call_all(&self.client, name, &step["request"]).await,
            false => calls::call(&self.client, name, &step["request"]).await,
        }
    }

    async fn worker(&mut self, kind: &str, step: &Value) -> Result<(), Error> {
        let run_id = step["run_id"].as_str().unwrap_or_default();
        match kind {
            "start" => self.workers.start(&self.client, step).await,
            "drain" => self.workers.drain(step).await,
            "stop" => self.workers.stop(step).await,
            "release" => {
                self.workers
                    .release(step["latch"].as_str().ok_or("no latch")?);
                Ok(())
            }
            "await_started" => {
                let begun = || async { holds(&"*".into(), self.workers.seen(run_id)) };
                until(FOR_HANDLERS, begun).await.map(drop)
            }
            "seen" => {
                let seen = || async { holds(&step["answer"], self.workers.seen(run_id)) };
                until(FOR_HANDLERS, seen).await.map(drop)
            }
            _ => Err(format!("the runner does not know the worker step {kind}").into()),
        }
    }
}

fn holds(expected: &Value, answer: Value) -> Result<Value, Error> {
    match difference(expected, &answer) {
        None => Ok(answer),
        Some(why) => Err(format!("the answer{why}").into()),
    }
}

/// Repeats `attempt` until it succeeds; its last error if that takes longer.
async fn until<F>(longest: Duration, attempt: impl Fn() -> F) -> Result<Value, Error>
where
    F: Future<Output = Result<Value, Error>>,
{
    let end = Instant::now() + longest;
    loop {
        match attempt().await {
            Err(_) if Instant::now() < end => sleep(PAUSE).await,
            done => return done,
        }
    }
}

fn is_expected(expected: &Value, error: Error) -> Result<(), Error> {
    let error = error.downcast::<ductape_jobs::Error>()?;
    let (code, reason) = (name_of(error.code()), error.reason());
    if expected["code"] != code.as_str() || expected["reason"] != reason {
        return Err(format!("it failed with {code}, {error}").into());
    }
    let Some(expected) = expected["fields"].as_array() else {
        return Ok(());
    };
    let violations = error
        .call()
        .map(|call| &call.field_violations[..])
        .unwrap_or_default();
    let mut fields: Vec<_> = violations
        .iter()
        .map(|violation| violation.field.as_str())
        .collect();
    let mut expected: Vec<_> = expected.iter().filter_map(Value::as_str).collect();
    fields.sort_unstable();
    expected.sort_unstable();
    if fields != expected {
        return Err(format!("the fields at fault are {fields:?}").into());
    }
    Ok(())
}

/// `NotFound` as gRPC writes it: `NOT_FOUND`.
fn name_of(code: Code) -> String {
    let mut name = String::new();
    for (i, c) in format!("{code:?}").chars().enumerate() {
        if i > 0 && c.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_uppercase());
    }
    name
}
