use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep_until, Instant};
use tonic::{Code, Status};

use super::link::{Link, LinkEvent};
use super::session::{InHand, Session};
use super::stop_signal::StopSignal;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::v1::work_response::Message;
use crate::v1::{self, Delivery};

/// A server that is there answers a hello much sooner.
const HELLO_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a worker that stops waits for its handlers, and then for acknowledgements.
const STOP_TIMEOUT: Duration = Duration::from_secs(1);
/// A third of the lease, so that two heartbeats may be late.
const HEARTBEATS_PER_LEASE: u32 = 3;
/// How many results are taken over at a time.
const ANSWERS_AT_ONCE: usize = 1024;

/// What the handle asks of the worker.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Command {
    SetMaxInFlight(i32),
    Drain,
    Stop,
}

/// What the handle sees of the worker.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    pub(crate) connected: bool,
    pub(crate) session_id: String,
    pub(crate) end: Option<Result<()>>,
}

/// Starts the handler for a delivery.
pub(crate) type Spawn = Box<dyn Fn(Delivery, StopSignal) -> JoinHandle<()> + Send>;
pub(crate) type OnStreamEnd = Box<dyn Fn(Result<(), &Error>) + Send>;

/// What a worker is made of.
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) session: Session,
    pub(crate) lease: Duration,
    pub(crate) spawn: Spawn,
    pub(crate) on_stream_end: Option<OnStreamEnd>,
    pub(crate) answers: mpsc::UnboundedReceiver<v1::Result>,
    pub(crate) commands: mpsc::UnboundedReceiver<Command>,
    pub(crate) view: watch::Sender<View>,
    pub(crate) in_flight: Arc<AtomicUsize>,
}

/// What a worker does: a task that owns the session and the stream that carries it, and sleeps
/// until something happens to either.
pub(crate) struct Core {
    parts: Parts,
    link: Link,
    connect_at: Instant,
    began: Instant,
    last_write: Instant,
    /// Streams that failed in a row.
    failures: u32,
    /// When a worker that stops loses its patience.
    stop_by: Option<Instant>,
}

enum Wake {
    Link(LinkEvent),
    Answers(Vec<v1::Result>),
    Command(Option<Command>),
    CanWrite,
    Time,
}

impl Core {
    pub(crate) fn new(parts: Parts) -> Self {
        let now = Instant::now();
        Core {
            parts,
            link: Link::default(),
            connect_at: now,
            began: now,
            last_write: now,
            failures: 0,
            stop_by: None,
        }
    }

    pub(crate) async fn run(mut self) {
        loop {
            let due = match self.do_what_is_due(Instant::now()) {
                Ok(due) => due,
                Err(End(result)) => return self.end(result),
            };
            self.parts
                .in_flight
                .store(self.parts.session.in_flight(), Ordering::Relaxed);
            let wake = self.wake(due).await;
            if let Err(End(result)) = self.woken(wake) {
                return self.end(result);
            }
        }
    }

    fn end(mut self, result: Result<()>) {
        self.parts.session.lost();
        self.parts.in_flight.store(0, Ordering::Relaxed);
        self.parts.view.send_modify(|view| {
            view.connected = false;
            view.end = Some(result);
        });
    }

    /// Waits for what happens next, until `due` at most.
    async fn wake(&mut self, due: Instant) -> Wake {
        let Parts {
            session,
            answers,
            commands,
            ..
        } = &mut self.parts;
        let Link { inbound, outbound } = &mut self.link;
        let mut answered = Vec::new();
        tokio::select! {
            event = inbound.next() => Wake::Link(event),
            _ = answers.recv_many(&mut answered, ANSWERS_AT_ONCE) => Wake::Answers(answered),
            command = commands.recv(), if !session.is_stopping() => Wake::Command(command),
            () = outbound.ready(), if session.has_next() => Wake::CanWrite,
            () = sleep_until(due) => Wake::Time,
        }
    }

    fn woken(&mut self, wake: Wake) -> Step {
        let session = &mut self.parts.session;
        match wake {
            Wake::Link(LinkEvent::Message(message)) => self.hear(message.message),
            Wake::Link(LinkEvent::Ended(status)) => return self.stream_ended(status),
            Wake::Answers(results) => results.into_iter().for_each(|r| session.answered(r)),
            Wake::Command(Some(Command::SetMaxInFlight(n))) => session.set_max_in_flight(n),
            Wake::Command(Some(Command::Drain)) => session.drain(),
            // The handle is gone: nobody can ask for more.
            Wake::Command(Some(Command::Stop) | None) => {
                session.stop();
                self.stop_by = Some(Instant::now() + STOP_TIMEOUT);
            }
            Wake::CanWrite => {
                if let Some(request) = session.next() {
                    self.last_write = Instant::now();
                    self.link.outbound.send(request);
                }
            }
            Wake::Time => {}
        }
        if self.parts.session.may_close() {
            self.link.outbound.close();
        }
        Ok(())
    }

    /// Does what time asks for and says when it does so again.
    fn do_what_is_due(&mut self, now: Instant) -> Result<Instant, End> {
        let stop_by = self.stop(now)?;
        let session = &mut self.parts.session;
        let due = if self.link.is_closed() {
            if session.is_draining() && session.has_nothing_in_hand() {
                return Err(End(Ok(())));
            }
            if session.is_stopping() {
                now + STOP_TIMEOUT
            } else if now >= self.connect_at {
                self.connect(now);
                now + HELLO_TIMEOUT
            } else {
                self.connect_at
            }
        } else if !session.is_welcomed() {
            if now >= self.began + HELLO_TIMEOUT {
                self.stream_ended(Err(Status::deadline_exceeded("no answer to the hello")))?;
            }
            self.began + HELLO_TIMEOUT
        } else {
            let beat = self.parts.lease / HEARTBEATS_PER_LEASE;
            if now >= self.last_write + beat {
                session.heartbeat();
                now + beat
            } else {
                self.last_write + beat
            }
        };
        Ok(stop_by.map_or(due, |stop_by| due.min(stop_by)))
    }

    /// Of a worker that stops: handlers have their time to end, then they are dropped and their
    /// runs given back, then it ends, whatever the server has said. Answers when to look again.
    fn stop(&mut self, now: Instant) -> Result<Option<Instant>, End> {
        let Some(stop_by) = self.stop_by else {
            return Ok(None);
        };
        let session = &mut self.parts.session;
        let nobody_hears = self.link.is_closed() || !session.is_welcomed();
        if nobody_hears && session.in_flight() == 0 {
            return Err(End(Ok(())));
        }
        if now < stop_by {
            return Ok(Some(stop_by));
        }
        if nobody_hears || session.in_flight() == 0 {
            session.abort_all();
            return Err(End(Ok(())));
        }
        session.abort_all();
        let stop_by = now + STOP_TIMEOUT;
        self.stop_by = Some(stop_by);
        Ok(Some(stop_by))
    }

    fn connect(&mut self, now: Instant) {
        self.began = now;
        self.link = Link::open(&self.parts.client, self.parts.session.begin_stream());
    }

    fn hear(&mut self, message: Option<Message>) {
        let session = &mut self.parts.session;
        match message {
            Some(Message::Welcome(welcome)) => {
                session.welcomed(welcome);
                self.failures = 0;
                self.last_write = Instant::now();
                self.parts.view.send_modify(|view| {
                    view.connected = true;
                    view.session_id = session.id().to_owned();
                });
            }
            Some(Message::Deliveries(deliveries)) => {
                deliveries
                    .deliveries
                    .into_iter()
                    .for_each(|delivery| self.take(delivery));
            }
            Some(Message::Cancels(cancels)) => session.cancelled(&cancels),
            Some(Message::Acks(acks)) => session.acknowledged(acks.acked_through),
            // A drain is told by the end of the stream; the unknown is for later clients.
            Some(Message::Drain(_)) | None => {}
        }
    }

    fn take(&mut self, delivery: Delivery) {
        let session = &mut self.parts.session;
        let Some(run) = delivery.run.clone() else {
            return;
        };
        if session.is_stopping() {
            return session.release(run);
        }
        let stop = StopSignal::default();
        let handler = (self.parts.spawn)(delivery, stop.clone());
        session.took(run, InHand { stop, handler });
    }

    fn stream_ended(&mut self, status: Result<(), Status>) -> Step {
        let ended = status.map_err(Error::from);
        self.link = Link::default();
        self.parts.session.stream_ended();
        self.parts.view.send_modify(|view| view.connected = false);
        if let Some(tell) = &self.parts.on_stream_end {
            tell(ended.as_ref().map(|_| ()));
        }
        let session = &mut self.parts.session;
        let error = ended.err();
        if error.as_ref().is_some_and(is_for_good) && !session.is_stopping() {
            return Err(End(error.map_or(Ok(()), Err)));
        }
        // Another worker has this session: a new one, then.
        if error
            .as_ref()
            .is_some_and(|error| error.reason() == "SESSION_REPLACED")
        {
            session.replaced();
        }
        self.failures += 1;
        let asked_for = error.as_ref().and_then(|error| error.call()?.retry_delay);
        let retry = &self.parts.client.options().retry;
        self.connect_at = Instant::now() + retry.backoff(self.failures, asked_for, fastrand::f64());
        Ok(())
    }
}

/// The worker has ended, and how.
struct End(Result<()>);
type Step = Result<(), End>;

/// Whether connecting again would only fail again.
fn is_for_good(error: &Error) -> bool {
    use Code::{InvalidArgument, PermissionDenied, Unauthenticated, Unimplemented};
    matches!(
        error.code(),
        InvalidArgument | Unauthenticated | PermissionDenied | Unimplemented
    )
}
