//! One logical call: as many attempts as it takes and may take.

use std::future::IntoFuture;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{sleep, timeout_at, Instant};
use tonic::metadata::{AsciiMetadataKey, AsciiMetadataValue};
use tonic::{Code, Status};

use crate::client::Client;
use crate::error::{CallError, Error, Result};
use crate::method::Method;
use crate::retry::may_repeat;

/// A call that is made when it is awaited.
///
/// It succeeds, fails for good, or ends with `DeadlineExceeded`; in between it is repeated where
/// that is safe (see [`RetryOptions`](crate::RetryOptions)). The error is the last attempt's.
///
/// ```no_run
/// # async fn example(client: ductape_jobs::Client) -> ductape_jobs::Result<()> {
/// use std::time::Duration;
///
/// let job =
/// client.jobs().pause("heartbeat").note("enough").deadline(Duration::from_secs(5)).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a call is made when it is awaited"]
pub struct Call<M> {
    client: Client,
    pub(crate) request: M,
    deadline: Option<Duration>,
    metadata: Vec<(AsciiMetadataKey, AsciiMetadataValue)>,
}

impl<M: Method> Call<M> {
    pub(crate) fn new(client: Client, request: M) -> Self {
        Call {
            client,
            request,
            deadline: None,
            metadata: Vec::new(),
        }
    }

    /// How long the call may take, all attempts and waits together, instead of
    /// [`ClientBuilder::default_deadline`](crate::ClientBuilder::default_deadline).
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sent with every attempt.
    pub fn metadata(mut self, key: AsciiMetadataKey, value: AsciiMetadataValue) -> Self {
        self.metadata.push((key, value));
        self
    }

    /// The product, instead of the client's.
    pub fn product(mut self, product: impl Into<String>) -> Self {
        if let Some(field) = self.request.product_mut() {
            *field = product.into();
        }
        self
    }

    /// Changes the request: for fields that have no method here.
    pub fn with(mut self, change: impl FnOnce(&mut M)) -> Self {
        change(&mut self.request);
        self
    }

    async fn run(mut self) -> Result<M::Response> {
        self.complete();
        let options = self.client.options();
        let deadline = deadline_in(self.deadline.unwrap_or(options.deadline));
        for number in 1.. {
            let status = match self.attempt(deadline).await {
                Ok(response) => return Ok(response),
                Err(status) => status,
            };
            let error = CallError::from(status);
            if number >= options.retry.max_attempts || !may_repeat(&error, M::IDEMPOTENCY) {
                return Err(error.into());
            }
            let wait = options
                .retry
                .backoff(number, error.retry_delay, fastrand::f64());
            // A wait beyond the deadline would only hide what went wrong.
            if Instant::now() + wait >= deadline {
                return Err(error.into());
            }
            sleep(wait).await;
        }
        Err(Error::from(Status::internal(
            "more attempts than can be counted",
        )))
    }

    /// Fills in what the client's options say and what a repetition needs.
    fn complete(&mut self) {
        let product = &self.client.options().product;
        if !product.is_empty() {
            match self.request.product_mut() {
                Some(field) if field.is_empty() => field.clone_from(product),
                _ => {}
            }
        }
        self.request.fill_request_ids();
    }

    async fn attempt(&self, deadline: Instant) -> Result<M::Response, Status> {
        let late = || Status::new(Code::DeadlineExceeded, "the call's deadline passed");
        // Else a channel that knows that it has no connection would answer first.
        if Instant::now() >= deadline {
            return Err(late());
        }
        let mut request = tonic::Request::new(self.request.clone());
        let metadata = request.metadata_mut();
        if let Some(authorization) = self.client.authorization() {
            metadata.insert("authorization", authorization.clone());
        }
        for (key, value) in &self.metadata {
            metadata.append(key.clone(), value.clone());
        }
        request.set_timeout(deadline.saturating_duration_since(Instant::now()));
        match timeout_at(deadline, M::send(self.client.channel(), request)).await {
            Ok(answer) => answer.map(tonic::Response::into_inner),
            Err(_) => Err(late()),
        }
    }
}

impl<M: Method> IntoFuture for Call<M> {
    type Output = Result<M::Response>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// So long from now, or as late as can be told.
fn deadline_in(duration: Duration) -> Instant {
    const LATE: Duration = Duration::from_secs(365 * 24 * 3600);
    Instant::now() + duration.min(LATE)
}
