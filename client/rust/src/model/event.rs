use std::time::Duration;

use super::duration;
use crate::v1::{event, Event, GrpcTarget, HttpTarget, RetryPolicy, WorkerTarget};

/// Making events. Whatever has no method here is a field.
impl Event {
    /// An event with this target.
    pub fn new(
        event_type: event::Type,
        tag: impl Into<String>,
        target: impl Into<event::Target>,
    ) -> Self {
        Event {
            event_type: event_type.into(),
            tag: tag.into(),
            target: Some(target.into()),
            ..Default::default()
        }
    }

    /// A task for workers, on the queue `<event_type>/<tag>`.
    pub fn worker(event_type: event::Type, tag: impl Into<String>) -> Self {
        Self::new(event_type, tag, WorkerTarget::default())
    }

    /// A POST to this URL.
    pub fn http(event_type: event::Type, tag: impl Into<String>, url: impl Into<String>) -> Self {
        Self::new(
            event_type,
            tag,
            HttpTarget {
                url: url.into(),
                ..Default::default()
            },
        )
    }

    /// A call of the unary method `package.Service/Method` at `address`.
    pub fn grpc(
        event_type: event::Type,
        tag: impl Into<String>,
        address: impl Into<String>,
        method: impl Into<String>,
    ) -> Self {
        let (address, method) = (address.into(), method.into());
        Self::new(
            event_type,
            tag,
            GrpcTarget {
                address,
                method,
                ..Default::default()
            },
        )
    }

    /// Sets the display name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets a label.
    #[must_use]
    pub fn with_label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(key.into(), value.into());
        self
    }

    /// How failed attempts are retried, for jobs that do not say.
    #[must_use]
    pub fn with_retries(mut self, policy: RetryPolicy) -> Self {
        self.retry_policy = Some(policy);
        self
    }

    /// How long one attempt may take, for jobs that do not say.
    #[must_use]
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(duration(timeout));
        self
    }
}

impl WorkerTarget {
    /// The tasks of this queue.
    pub fn on(queue: impl Into<String>) -> Self {
        WorkerTarget {
            queue: queue.into(),
        }
    }
}

impl HttpTarget {
    /// A POST over this connection, to `url` appended to its base address: empty, or beginning with
    /// `/` or `?`.
    pub fn on(connection: impl Into<String>, url: impl Into<String>) -> Self {
        HttpTarget {
            connection: connection.into(),
            url: url.into(),
            ..Default::default()
        }
    }
}

impl From<HttpTarget> for event::Target {
    fn from(target: HttpTarget) -> Self {
        event::Target::Http(target)
    }
}

impl From<GrpcTarget> for event::Target {
    fn from(target: GrpcTarget) -> Self {
        event::Target::Grpc(target)
    }
}

impl From<WorkerTarget> for event::Target {
    fn from(target: WorkerTarget) -> Self {
        event::Target::Worker(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_become_the_event_s() {
        let event = Event::http(event::Type::Action, "ping", "http://127.0.0.1:9/");
        let Some(event::Target::Http(http)) = event.target else {
            panic!("{event:?}")
        };
        assert_eq!(http.url, "http://127.0.0.1:9/");
        let http = HttpTarget::on("billing", "/invoices");
        assert_eq!(
            (http.connection.as_str(), http.url.as_str()),
            ("billing", "/invoices")
        );
        let event = Event::grpc(event::Type::Action, "call", "127.0.0.1:9", "a.B/C");
        let Some(event::Target::Grpc(grpc)) = event.target else {
            panic!("{event:?}")
        };
        assert_eq!(
            (grpc.address.as_str(), grpc.method.as_str()),
            ("127.0.0.1:9", "a.B/C")
        );
        let event = Event::new(event::Type::Function, "task", WorkerTarget::on("mail"));
        assert_eq!(
            event.target,
            Some(
                WorkerTarget {
                    queue: "mail".into()
                }
                .into()
            )
        );
    }
}
