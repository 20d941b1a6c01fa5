use std::collections::{HashMap, HashSet};

use tokio::task::JoinHandle;

use super::book::ResultBook;
use super::hello::name_in_flight;
use super::stop_signal::{StopSignal, STALE_TOKEN, STOPPED};
use crate::v1::work_request::Message;
use crate::v1::{self, result, Cancels, Hello, Result, RunRef, Welcome, WorkRequest};

/// A run that a handler executes.
#[derive(Debug)]
pub(crate) struct InHand {
    pub(crate) stop: StopSignal,
    pub(crate) handler: JoinHandle<()>,
}

/// What a worker holds over the streams that carry its session: the runs in hand, the results
/// owed, and what is to be said next. It neither waits nor knows the time.
#[derive(Debug)]
pub(crate) struct Session {
    /// All but what changes from stream to stream.
    hello: Hello,
    id: String,
    in_hand: HashMap<RunRef, InHand>,
    book: ResultBook,
    max_in_flight: i32,
    draining: bool,
    stopping: bool,
    stream: Stream,
}

/// What was said on the stream that stands.
#[derive(Debug, Default)]
struct Stream {
    welcomed: bool,
    drain_sent: bool,
    heartbeat_due: bool,
    window_sent: i32,
}

impl Session {
    /// `hello` says who the worker is.
    pub(crate) fn new(hello: Hello) -> Self {
        Session {
            max_in_flight: hello.max_in_flight,
            hello,
            id: String::new(),
            in_hand: HashMap::new(),
            book: ResultBook::default(),
            draining: false,
            stopping: false,
            stream: Stream::default(),
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.in_hand.len()
    }

    pub(crate) fn is_welcomed(&self) -> bool {
        self.stream.welcomed
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping
    }

    pub(crate) fn has_nothing_in_hand(&self) -> bool {
        self.in_hand.is_empty() && self.book.is_empty()
    }

    /// Whether all is said and done, so that the worker's side of the stream may be closed.
    pub(crate) fn may_close(&self) -> bool {
        self.stream.welcomed && self.stream.drain_sent && self.has_nothing_in_hand()
    }

    // --- what the worker says ---

    /// The first message of a new stream.
    pub(crate) fn begin_stream(&mut self) -> WorkRequest {
        self.book.restart();
        // A hello cannot say 0; a window can.
        let window = self.max_in_flight.max(1);
        self.stream = Stream {
            window_sent: window,
            ..Default::default()
        };
        let mut hello = self.hello.clone();
        hello.session_id.clone_from(&self.id);
        hello.max_in_flight = window;
        // What is done but not acknowledged, and what is executed: else the server would deliver it
        // again. The first before the second, should there be too much: done is worth more than
        // begun.
        name_in_flight(&mut hello, self.book.runs().chain(self.in_hand.keys()));
        request(Message::Hello(hello))
    }

    pub(crate) fn has_next(&self) -> bool {
        let drain_due = self.draining && !self.stream.drain_sent;
        let window_due = self.stream.window_sent != self.max_in_flight;
        let due = drain_due || window_due || self.stream.heartbeat_due || self.book.has_unsent();
        self.stream.welcomed && due
    }

    /// The next thing to say. Whatever it is, it is a sign of life.
    pub(crate) fn next(&mut self) -> Option<WorkRequest> {
        if !self.has_next() {
            return None;
        }
        self.stream.heartbeat_due = false;
        // Before results: what they make room for would be delivered to this worker again.
        if self.draining && !self.stream.drain_sent {
            self.stream.drain_sent = true;
            return Some(request(Message::Drain(v1::Drain::default())));
        }
        if let Some(results) = self.book.next() {
            return Some(results);
        }
        if self.stream.window_sent != self.max_in_flight {
            self.stream.window_sent = self.max_in_flight;
            let max_in_flight = self.max_in_flight;
            return Some(request(Message::Window(v1::Window { max_in_flight })));
        }
        Some(request(Message::Heartbeat(v1::Heartbeat {})))
    }

    pub(crate) fn heartbeat(&mut self) {
        self.stream.heartbeat_due = true;
    }

    // --- what it hears ---

    pub(crate) fn welcomed(&mut self, welcome: Welcome) {
        self.id = welcome.session_id;
        self.stream.welcomed = true;
        let kept: HashSet<RunRef> = welcome.kept.into_iter().collect();
        self.in_hand.retain(|run, in_hand| {
            let keep = kept.contains(run);
            if !keep {
                in_hand.stop.stop(STALE_TOKEN);
            }
            keep
        });
        self.book.keep(|run| kept.contains(run));
    }

    pub(crate) fn cancelled(&self, cancels: &Cancels) {
        for in_hand in cancels.runs.iter().filter_map(|run| self.in_hand.get(run)) {
            in_hand.stop.stop(&cancels.reason);
        }
    }

    pub(crate) fn acknowledged(&mut self, through: u64) {
        self.book.acknowledge(through);
    }

    pub(crate) fn stream_ended(&mut self) {
        self.stream = Stream::default();
    }

    /// Another worker has the session: this one takes a new one.
    pub(crate) fn replaced(&mut self) {
        self.id.clear();
    }

    // --- what becomes of runs ---

    pub(crate) fn took(&mut self, run: RunRef, in_hand: InHand) {
        self.in_hand.insert(run, in_hand);
    }

    /// The handler has ended.
    pub(crate) fn answered(&mut self, result: Result) {
        // One that is not in hand any more belongs to somebody else by now.
        if result
            .run
            .as_ref()
            .is_some_and(|run| self.in_hand.remove(run).is_some())
        {
            self.book.add(result);
        }
    }

    /// Gives a run back that was not begun.
    pub(crate) fn release(&mut self, run: RunRef) {
        let outcome = Some(result::Outcome::Released(()));
        self.book.add(Result {
            run: Some(run),
            outcome,
            ..Default::default()
        });
    }

    /// Drops the handlers that are still at work and gives their runs back.
    pub(crate) fn abort_all(&mut self) {
        for (run, in_hand) in std::mem::take(&mut self.in_hand) {
            in_hand.handler.abort();
            self.release(run);
        }
    }

    /// Nothing can be reported any more.
    pub(crate) fn lost(&mut self) {
        for (_, in_hand) in self.in_hand.drain() {
            in_hand.stop.stop(STALE_TOKEN);
        }
        self.book = ResultBook::default();
    }

    // --- as the worker's handle ---

    pub(crate) fn set_max_in_flight(&mut self, max_in_flight: i32) {
        self.max_in_flight = max_in_flight;
    }

    pub(crate) fn drain(&mut self) {
        self.draining = true;
    }

    pub(crate) fn stop(&mut self) {
        self.draining = true;
        self.stopping = true;
        self.in_hand
            .values()
            .for_each(|in_hand| in_hand.stop.stop(STOPPED));
    }
}

fn request(message: Message) -> WorkRequest {
    WorkRequest {
        message: Some(message),
    }
}

#[cfg(test)]
mod tests;
