//! The workers of the scenario and the handler that all of them have.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ductape_jobs::{Client, Failure, Outcome, Task, Worker};
use serde_json::{json, Value};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::Error;

const LONG: Duration = Duration::from_secs(30);
const SHORT: Duration = Duration::from_secs(10);

#[derive(Default)]
pub struct Workers {
    running: HashMap<String, Worker>,
    shared: Arc<Shared>,
}

/// What the handlers note, and the latches they wait for.
#[derive(Default)]
struct Shared {
    notes: Mutex<Vec<Value>>,
    latches: Mutex<HashMap<String, CancellationToken>>,
}

impl Workers {
    pub async fn start(&mut self, client: &Client, step: &Value) -> Result<(), Error> {
        let name = text(step, "name")?;
        let queues = step["queues"].as_array().ok_or("no queues")?;
        let max_in_flight = step["max_in_flight"].as_u64().ok_or("no max_in_flight")?;
        let mut builder = client
            .worker()
            .name(name)
            .max_in_flight(max_in_flight.try_into()?);
        for queue in queues {
            builder = builder.queue(queue.as_str().ok_or("a queue is a text")?);
        }
        let shared = Arc::clone(&self.shared);
        let worker = builder.start(move |task| {
            let shared = Arc::clone(&shared);
            async move { shared.handle(task).await }
        })?;
        let connected = timeout(SHORT, worker.connected()).await;
        self.running.insert(name.to_owned(), worker);
        Ok(connected??)
    }

    pub async fn drain(&mut self, step: &Value) -> Result<(), Error> {
        let worker = self.take(step)?;
        let drain = worker.drain(SHORT);
        let release = async {
            // The drain begins first.
            tokio::task::yield_now().await;
            if let Some(latch) = step["release"].as_str() {
                self.release(latch);
            }
        };
        Ok(tokio::join!(drain, release).0?)
    }

    pub async fn stop(&mut self, step: &Value) -> Result<(), Error> {
        let worker = self.take(step)?;
        worker.stop().await;
        Ok(worker.wait().await?)
    }

    pub fn release(&self, latch: &str) {
        self.shared.latch(latch).cancel();
    }

    /// What was noted of a run.
    pub fn seen(&self, run_id: &str) -> Value {
        let notes = self.shared.notes.lock().expect("no handler panics with it");
        notes
            .iter()
            .filter(|note| note["run_id"] == run_id)
            .cloned()
            .collect()
    }

    pub async fn end(&mut self) {
        for (_, worker) in self.running.drain() {
            worker.stop().await;
        }
    }

    fn take(&mut self, step: &Value) -> Result<Worker, Error> {
        let name = text(step, "name")?;
        self.running
            .remove(name)
            .ok_or_else(|| format!("no worker {name}").into())
    }
}

impl Shared {
    fn latch(&self, name: &str) -> CancellationToken {
        let mut latches = self.latches.lock().expect("nobody panics with it");
        latches.entry(name.to_owned()).or_default().clone()
    }

    async fn handle(&self, task: Task) -> Result<Outcome, Failure> {
        let input: Value = task.input()?;
        let note = self.note(&task, &input);
        match input["do"].as_str().unwrap_or("describe") {
            "describe" => {
                let (run, job) = (task.run_id(), task.job_tag());
                done(format!("{run} {job} {} {}", task.number(), task.attempt()))
            }
            "complete" => done(of(&input, "output")),
            "fail" if input["retryable"] == false => {
                Err(Failure::do_not_retry(of(&input, "message")).code(of(&input, "code")))
            }
            "fail_until" if i64::from(task.attempt()) >= input["attempt"].as_i64().unwrap_or(1) => {
                done(format!("attempt {}", task.attempt()))
            }
            "fail" | "fail_until" => {
                Err(Failure::retry(of(&input, "message")).code(of(&input, "code")))
            }
            "throw" => Err(std::io::Error::other(of(&input, "message")).into()),
            "wait_cancel" => {
                timeout(LONG, task.stop().cancelled()).await?;
                self.cancelled(&task, note)
            }
            "hold" => {
                let latch = self.latch(&of(&input, "latch"));
                let held = task
                    .stop()
                    .run_until_cancelled(timeout(LONG, latch.cancelled()));
                match held.await {
                    Some(opened) => opened
                        .map_err(Failure::from)
                        .and_then(|()| done("held".into())),
                    None => self.cancelled(&task, note),
                }
            }
            other => Err(Failure::do_not_retry(format!("the handler cannot {other}"))),
        }
    }

    /// Notes a call, and answers where.
    fn note(&self, task: &Task, input: &Value) -> usize {
        let scheduled = prost_types::Timestamp::from(task.scheduled_time()).to_string();
        let mut notes = self.notes.lock().expect("no handler panics with it");
        notes.push(json!({
            "run_id": task.run_id(), "job_tag": task.job_tag(), "job_name": task.job_name(),
            "number": task.number(), "attempt": task.attempt(),
            "event_type": task.event_type().as_str_name(), "event_tag": task.event_tag(),
            "env": task.env(), "scheduled_time": scheduled, "token": task.token(),
            "input": input, "cancelled": null
        }));
        notes.len() - 1
    }

    fn cancelled(&self, task: &Task, note: usize) -> Result<Outcome, Failure> {
        let mut notes = self.notes.lock().expect("no handler panics with it");
        notes[note]["cancelled"] = json!(task.stop_reason());
        Ok(Outcome::Cancelled)
    }
}

fn done(output: String) -> Result<Outcome, Failure> {
    Ok(Outcome::Completed(output.into()))
}

fn of(input: &Value, name: &str) -> String {
    input[name].as_str().unwrap_or_default().to_owned()
}

fn text<'a>(step: &'a Value, name: &str) -> Result<&'a str, Error> {
    step[name]
        .as_str()
        .ok_or_else(|| format!("the step has no {name}").into())
}
