use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tonic::Status;

use super::core::{Command, View};
use crate::error::{Error, Result};

/// A worker that is connected until it is told otherwise.
///
/// It takes runs while there is room, returns their results in batches as they come, sends
/// heartbeats, passes cancels on ([`Task::stop`](super::Task::stop)), and when its stream breaks
/// connects again after a growing wait ([`RetryOptions`](crate::RetryOptions)) and takes up its
/// session: what it executes stays its own if it is back within the server's 10 s, and results that
/// were not acknowledged are sent again.
///
/// Thread-safe. Dropping it is [`stop`](Self::stop) that nobody waits for.
///
/// ```no_run
/// # async fn told_to_end() {}
/// # async fn example(client: ductape_jobs::Client) -> ductape_jobs::Result<()> {
/// use std::time::Duration;
/// use ductape_jobs::Task;
///
/// let worker = client.worker().queue("ACTION/send_report").start(|task: Task| async move {
///     format!("report {} of {}", task.number(), task.job_tag())
/// })?;
/// told_to_end().await;
/// worker.drain(Duration::from_secs(30)).await
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a worker stops when it is dropped"]
pub struct Worker {
    commands: mpsc::UnboundedSender<Command>,
    view: watch::Receiver<View>,
    in_flight: Arc<AtomicUsize>,
}

impl Worker {
    pub(crate) fn new(
        commands: mpsc::UnboundedSender<Command>,
        view: watch::Receiver<View>,
        in_flight: Arc<AtomicUsize>,
    ) -> Self {
        Worker {
            commands,
            view,
            in_flight,
        }
    }

    /// Changes how many runs it executes at a time: 0 to 100,000 (more is as many); 0: none for
    /// now. Runs in hand are kept.
    pub fn set_max_in_flight(&self, max_in_flight: u32) {
        self.ask(Command::SetMaxInFlight(max_in_flight.min(100_000) as i32));
    }

    /// Leaves in good order: takes no more runs, finishes those it has, waits until the server has
    /// acknowledged their results, and closes the stream.
    ///
    /// # Errors
    /// `DeadlineExceeded`: that took longer than `within`; then the worker was
    /// [stopped](Self::stop). Else those of [`wait`](Self::wait).
    pub async fn drain(&self, within: Duration) -> Result<()> {
        self.ask(Command::Drain);
        match timeout(within, self.wait()).await {
            Ok(ended) => ended,
            Err(_) => {
                self.stop().await;
                Err(
                    Status::deadline_exceeded("the worker's runs took longer than the drain")
                        .into(),
                )
            }
        }
    }

    /// Ends soon: handlers are told to stop (with the reason `STOPPED`) and have 1 s to end; those
    /// that do not are dropped. Runs that are not done are given back to the server as far as the
    /// stream stands, for up to 1 s more. May be called again.
    pub async fn stop(&self) {
        self.ask(Command::Stop);
        let _ = self.wait().await;
    }

    /// Waits until the worker has ended.
    ///
    /// # Errors
    /// That with which the server refused it for good: `Unauthenticated`, `PermissionDenied`,
    /// `InvalidArgument`, `Unimplemented`.
    pub async fn wait(&self) -> Result<()> {
        let mut view = self.view.clone();
        let ended = view.wait_for(|view| view.end.is_some()).await;
        match ended {
            Ok(view) => view.end.clone().unwrap_or(Ok(())),
            Err(_) => Err(gone()),
        }
    }

    /// Waits until a stream stands and is welcomed.
    ///
    /// # Errors
    /// The worker has ended before.
    pub async fn connected(&self) -> Result<()> {
        let mut view = self.view.clone();
        let view = view
            .wait_for(|view| view.connected || view.end.is_some())
            .await;
        match view {
            Ok(view) if view.connected => Ok(()),
            Ok(view) => Err(view.end.clone().and_then(Result::err).unwrap_or_else(gone)),
            Err(_) => Err(gone()),
        }
    }

    /// Whether a stream stands and is welcomed now.
    pub fn is_connected(&self) -> bool {
        self.view.borrow().connected
    }

    /// Runs in hand.
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// The session. Empty before the first welcome.
    pub fn session_id(&self) -> String {
        self.view.borrow().session_id.clone()
    }

    fn ask(&self, command: Command) {
        // One that has ended has nothing more to do.
        let _ = self.commands.send(command);
    }
}

fn gone() -> Error {
    Status::cancelled("the worker has ended").into()
}
