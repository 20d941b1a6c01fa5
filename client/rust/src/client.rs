//! The client.

use std::sync::Arc;

use tonic::metadata::AsciiMetadataValue;
use tonic::transport::Channel;

use crate::call::Call;
use crate::error::Result;
use crate::method::Method;
use crate::options::ClientBuilder;
use crate::services::{Calendars, Connections, Events, Jobs, Leases, Runs};
use crate::v1;
use crate::worker::WorkerBuilder;

/// A client of one server.
///
/// Cheap to clone, thread-safe, and connected when it is first needed; one serves a whole process.
/// Its calls are repeated where that is safe (see [`RetryOptions`](crate::RetryOptions)): changes
/// get a request id where they have none. They need a Tokio runtime.
///
/// ```no_run
/// # async fn example() -> ductape_jobs::Result<()> {
/// use ductape_jobs::Client;
///
/// let client = Client::new("localhost:7420")?;
/// match client.jobs().get("heartbeat").await {
///     Ok(job) => println!("{} is {:?}", job.tag, job.state()),
///     Err(error) if error.reason() == "JOB_NOT_FOUND" => println!("no such job"),
///     Err(error) => return Err(error),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    channel: Channel,
    authorization: Option<AsciiMetadataValue>,
    options: ClientBuilder,
}

impl Client {
    /// A client of the server at `address`, `host:port` or `unix:/path`, without encryption.
    ///
    /// # Errors
    /// [`Error::Options`](crate::Error::Options): the address is malformed.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn new(address: impl Into<String>) -> Result<Self> {
        Self::builder().address(address).build()
    }

    /// A client of the server that the environment names: see [`ClientBuilder::with_env`]. Without
    /// any variable that is `localhost:7420`.
    ///
    /// # Errors
    /// As [`ClientBuilder::build`].
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn from_env() -> Result<Self> {
        Self::builder().with_env().build()
    }

    /// To say more than the address.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn on(
        channel: Channel,
        authorization: Option<AsciiMetadataValue>,
        options: ClientBuilder,
    ) -> Self {
        Client {
            inner: Arc::new(Inner {
                channel,
                authorization,
                options,
            }),
        }
    }

    /// Jobs and their schedules.
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs(self)
    }

    /// Runs: what became of each due time.
    pub fn runs(&self) -> Runs<'_> {
        Runs(self)
    }

    /// Events: what runs do.
    pub fn events(&self) -> Events<'_> {
        Events(self)
    }

    /// Calendars: times in which jobs are not due.
    pub fn calendars(&self) -> Calendars<'_> {
        Calendars(self)
    }

    /// Connections: accounts and base addresses that events use, and their secrets.
    pub fn connections(&self) -> Connections<'_> {
        Connections(self)
    }

    /// Runs taken by long poll. A [`worker`](Self::worker) is the faster and simpler way.
    pub fn leases(&self) -> Leases<'_> {
        Leases(self)
    }

    /// A worker, which executes the runs of events with a worker target.
    pub fn worker(&self) -> WorkerBuilder {
        WorkerBuilder::new(self.clone())
    }

    /// What the server is and how it stands.
    pub fn server_info(&self) -> Call<v1::GetServerInfoRequest> {
        self.call(v1::GetServerInfoRequest {})
    }

    /// The call of whichever method takes `request`.
    pub fn call<M: Method>(&self, request: M) -> Call<M> {
        Call::new(self.clone(), request)
    }

    /// The channel, for what is not here. Stubs on it ([`v1`]) have no retries, no default
    /// deadline and no token.
    pub fn channel(&self) -> Channel {
        self.inner.channel.clone()
    }

    pub(crate) fn authorization(&self) -> Option<&AsciiMetadataValue> {
        self.inner.authorization.as_ref()
    }

    pub(crate) fn options(&self) -> &ClientBuilder {
        &self.inner.options
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Client").field(&self.inner.options).finish()
    }
}
