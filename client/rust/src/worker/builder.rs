use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};

use super::core::{Core, OnStreamEnd, Parts, Spawn, View};
use super::failure::Failure;
use super::handle::Worker;
use super::outcome::{IntoOutcome, Outcome};
use super::session::Session;
use super::stop_signal::{StopSignal, STOPPED};
use super::task::Task;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::model::duration;
use crate::v1::{self, Delivery, Hello};

// As the server's; see Hello in the protos.
const MAX_IN_FLIGHT: u32 = 100_000;
const MIN_LEASE: Duration = Duration::from_secs(1);
const MAX_LEASE: Duration = Duration::from_secs(3600);

/// Makes a [`Worker`]. Begin with [`Client::worker`].
#[must_use]
pub struct WorkerBuilder {
    client: Client,
    queues: Vec<String>,
    name: String,
    max_in_flight: u32,
    lease: Duration,
    on_stream_end: Option<OnStreamEnd>,
}

impl WorkerBuilder {
    pub(crate) fn new(client: Client) -> Self {
        WorkerBuilder {
            client,
            queues: Vec::new(),
            name: String::new(),
            max_in_flight: 100,
            lease: Duration::from_secs(30),
            on_stream_end: None,
        }
    }

    /// Serves this queue too: at least one is needed. `ACTION/send_report` is that of the event
    /// ACTION `send_report` that names none.
    pub fn queue(mut self, queue: impl Into<String>) -> Self {
        self.queues.push(queue.into());
        self
    }

    /// For people; shown on the attempts it takes.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// How many runs it executes at a time at most: 1 to 100,000. Default: 100.
    ///
    /// When its stream breaks it keeps some 25,000 of them, as many as a message to the server can
    /// name, results that were not acknowledged included; the others are stopped here, and
    /// delivered again.
    pub fn max_in_flight(mut self, max_in_flight: u32) -> Self {
        self.max_in_flight = max_in_flight;
        self
    }

    /// How long the server waits for a sign of life: 1 s to 1 h. Default: 30 s. Heartbeats are sent
    /// by themselves.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Told how each stream ended: `Ok` when the server or a drain ended it. The worker connects
    /// again by itself unless the error is one that stays ([`Worker::wait`]). Must not block.
    pub fn on_stream_end(mut self, tell: impl Fn(Result<(), &Error>) + Send + 'static) -> Self {
        self.on_stream_end = Some(Box::new(tell));
        self
    }

    /// Starts it: `handler` is called for each run, all at once up to
    /// [`max_in_flight`](Self::max_in_flight), each in a Tokio task of its own. A panic is a
    /// failure with the code `HANDLER_ERROR`. Work that blocks belongs into
    /// [`spawn_blocking`](tokio::task::spawn_blocking). It connects in the background.
    ///
    /// # Errors
    /// [`Error::Options`]: there is no queue, or a number is out of range.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn start<H, F>(self, handler: H) -> Result<Worker>
    where
        H: Fn(Task) -> F + Send + Sync + 'static,
        F: Future + Send + 'static,
        F::Output: IntoOutcome,
    {
        self.check()?;
        let hello = Hello {
            product: self.client.options().product.clone(),
            worker: self.name,
            queues: self.queues,
            max_in_flight: self.max_in_flight as i32,
            lease: Some(duration(self.lease)),
            ..Default::default()
        };
        let (answer, answers) = mpsc::unbounded_channel();
        let (command, commands) = mpsc::unbounded_channel();
        let (view, viewed) = watch::channel(View::default());
        let in_flight = Arc::default();
        let core = Core::new(Parts {
            client: self.client,
            session: Session::new(hello),
            lease: self.lease,
            spawn: spawn_by(handler, answer),
            on_stream_end: self.on_stream_end,
            answers,
            commands,
            view,
            in_flight: Arc::clone(&in_flight),
        });
        tokio::spawn(core.run());
        Ok(Worker::new(command, viewed, in_flight))
    }

    fn check(&self) -> Result<()> {
        let problem = if self.queues.is_empty() {
            "a worker serves some queue"
        } else if !(1..=MAX_IN_FLIGHT).contains(&self.max_in_flight) {
            "a worker has 1 to 100,000 runs in flight"
        } else if !(MIN_LEASE..=MAX_LEASE).contains(&self.lease) {
            "a worker's lease is 1 s to 1 h"
        } else {
            return Ok(());
        };
        Err(Error::Options(problem.into()))
    }
}

impl std::fmt::Debug for WorkerBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorkerBuilder")
            .field("queues", &self.queues)
            .field("name", &self.name)
            .field("max_in_flight", &self.max_in_flight)
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}

/// What starts `handler` for a delivery and passes its answer on.
fn spawn_by<H, F>(handler: H, answer: mpsc::UnboundedSender<v1::Result>) -> Spawn
where
    H: Fn(Task) -> F + Send + Sync + 'static,
    F: Future + Send + 'static,
    F::Output: IntoOutcome,
{
    let handler = Arc::new(handler);
    Box::new(move |delivery: Delivery, stop: StopSignal| {
        let (handler, answer) = (Arc::clone(&handler), answer.clone());
        let run = delivery.run.clone();
        tokio::spawn(async move {
            let task = Task::new(delivery, stop.clone());
            let call = async { handler(task).await.into_outcome() };
            let outcome = match AssertUnwindSafe(call).catch_unwind().await {
                Ok(outcome) => outcome,
                Err(panic) => Outcome::Failed(Failure::retry(text_of(&*panic))),
            };
            let stopped = stop.reason() == Some(STOPPED);
            // A worker that has ended takes no answers.
            let _ = answer.send(v1::Result {
                run,
                ..outcome.into_result(stopped)
            });
        })
    })
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panicked")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::result;

    async fn answer_of<F>(handler: impl Fn(Task) -> F + Send + Sync + 'static) -> v1::Result
    where
        F: Future + Send + 'static,
        F::Output: IntoOutcome,
    {
        let (answer, mut answers) = mpsc::unbounded_channel();
        let run = Some(v1::RunRef {
            run_id: "0000000000208-1".into(),
            token: 7,
        });
        let delivery = Delivery {
            run: run.clone(),
            ..Default::default()
        };
        spawn_by(handler, answer)(delivery, StopSignal::default())
            .await
            .unwrap();
        let result = answers.recv().await.unwrap();
        assert_eq!(result.run, run);
        result
    }

    #[tokio::test]
    async fn the_answer_names_the_run() {
        let result = answer_of(|task: Task| async move { task.run_id().to_owned() }).await;
        assert_eq!(
            result.outcome,
            Some(result::Outcome::Output("0000000000208-1".into()))
        );
    }

    #[tokio::test]
    async fn a_panic_is_a_failure() {
        for result in [
            answer_of(|_| async { assert!(std::hint::black_box(false), "no {}", "way") }).await,
            answer_of(|task: Task| {
                assert!(task.run_id().is_empty(), "no way");
                async {}
            })
            .await,
        ] {
            let Some(result::Outcome::Failure(error)) = result.outcome else {
                panic!("{result:?}")
            };
            assert_eq!(
                (error.code.as_str(), error.message.as_str()),
                ("HANDLER_ERROR", "no way")
            );
        }
    }

    #[tokio::test]
    async fn options_are_checked() {
        let client = Client::new("localhost:1").unwrap();
        let of = |builder: WorkerBuilder| builder.start(|_| async {}).unwrap_err().to_string();
        assert!(of(client.worker()).contains("queue"));
        assert!(of(client.worker().queue("q").max_in_flight(0)).contains("100,000"));
        assert!(of(client.worker().queue("q").max_in_flight(100_001)).contains("100,000"));
        assert!(of(client.worker().queue("q").lease(Duration::ZERO)).contains("lease"));
    }
}
