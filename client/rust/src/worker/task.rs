use std::time::SystemTime;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use super::stop_signal::StopSignal;
use crate::model::system_time;
use crate::v1::{event, run, Delivery};

/// One run to execute.
///
/// A run may be delivered more than once: what must not happen twice is keyed by its
/// [`run_id`](Self::run_id).
#[derive(Debug)]
pub struct Task {
    delivery: Delivery,
    stop: StopSignal,
}

impl Task {
    pub(crate) fn new(delivery: Delivery, stop: StopSignal) -> Self {
        Task { delivery, stop }
    }

    /// The run's id, the same for all its attempts and deliveries.
    pub fn run_id(&self) -> &str {
        self.delivery.run.as_ref().map_or("", |run| &run.run_id)
    }

    /// The fencing token: it rises with every delivery of this run. A target that remembers the
    /// highest one it saw of a run can refuse what comes with a lower one.
    pub fn token(&self) -> u64 {
        self.delivery.run.as_ref().map_or(0, |run| run.token)
    }

    /// The tag of the job.
    pub fn job_tag(&self) -> &str {
        &self.delivery.job_tag
    }

    /// The display name of the job.
    pub fn job_name(&self) -> &str {
        &self.delivery.job_name
    }

    /// The run's number within its job.
    pub fn number(&self) -> i64 {
        self.delivery.number
    }

    /// The attempt, from 1.
    pub fn attempt(&self) -> i32 {
        self.delivery.attempt
    }

    /// The type of the event.
    pub fn event_type(&self) -> event::Type {
        self.delivery.event_type()
    }

    /// The tag of the event: what to do, where several events share a queue.
    pub fn event_tag(&self) -> &str {
        &self.delivery.event_tag
    }

    /// The nominal time of the occurrence; of a manual run the time of its call.
    pub fn scheduled_time(&self) -> SystemTime {
        system_time(self.delivery.scheduled_time).unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// When the attempt's timeout ends it: the server then takes it as failed, and this task is
    /// stopped.
    pub fn deadline(&self) -> Option<SystemTime> {
        system_time(self.delivery.deadline)
    }

    /// The input as `T`, from its JSON. A job without input gives the empty object.
    ///
    /// # Errors
    /// A failure with the code `VALIDATION`, which is not retried: the input is no `T`.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let text: &[u8] = match self.delivery.input.as_ref() {
            b"" => b"{}",
            text => text,
        };
        serde_json::from_slice(text).map_err(|error| {
            Failure::new("VALIDATION", format!("the job's input: {error}")).retryable(false)
        })
    }

    /// The input as JSON text. Empty if the job has none.
    pub fn input_text(&self) -> &Bytes {
        &self.delivery.input
    }

    /// The environment of the job.
    pub fn env(&self) -> &str {
        &self.delivery.env
    }

    /// The W3C trace context of the run.
    pub fn traceparent(&self) -> &str {
        &self.delivery.traceparent
    }

    /// What made the run.
    pub fn trigger(&self) -> run::Trigger {
        self.delivery.trigger()
    }

    /// All of it, as it was delivered.
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// Is cancelled when the run is to be stopped. The handler then ends soon, with
    /// [`Outcome::Cancelled`](super::Outcome::Cancelled) unless something else is true.
    ///
    /// ```no_run
    /// # async fn send_report() -> String { String::new() }
    /// use ductape_jobs::{Failure, Outcome, Task};
    ///
    /// async fn handle(task: Task) -> Result<Outcome, Failure> {
    ///     match task.stop().run_until_cancelled(send_report()).await {
    ///         Some(report) => Ok(Outcome::Completed(report.into())),
    ///         None => Ok(Outcome::Cancelled),
    ///     }
    /// }
    /// ```
    pub fn stop(&self) -> &CancellationToken {
        self.stop.token()
    }

    /// Why it is to be stopped: `REQUESTED` (it was cancelled), `DELETED` (its job was), `TIMEOUT`
    /// (the attempt took too long), `STALE_TOKEN` (it is no longer this worker's) or `STOPPED` (the
    /// worker was). `None` while it is not to be stopped.
    pub fn stop_reason(&self) -> Option<&str> {
        self.stop.reason()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn task(input: &'static str) -> Task {
        Task::new(
            Delivery {
                input: input.into(),
                ..Default::default()
            },
            StopSignal::default(),
        )
    }

    #[test]
    fn the_input_is_read_from_json() {
        let input: BTreeMap<String, i64> = task(r#"{"a": 1}"#).input().unwrap();
        assert_eq!(input["a"], 1);
        let none: BTreeMap<String, i64> = task("").input().unwrap();
        assert!(none.is_empty());
    }

    #[test]
    fn another_input_is_a_failure_that_stays() {
        let failure = task(r#"{"a": "x"}"#)
            .input::<BTreeMap<String, i64>>()
            .unwrap_err();
        assert_eq!(failure.clone().retryable(false), failure);
        assert!(
            failure
                .to_string()
                .starts_with("VALIDATION: the job's input: "),
            "{failure}"
        );
    }
}
