//! What a client is told once: where the server is, how to trust it and how patient to be.

use std::path::PathBuf;
use std::time::Duration;

use tonic::metadata::AsciiMetadataValue;

use crate::channel;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::retry::RetryOptions;

/// Where the server is if nobody says otherwise.
pub const DEFAULT_ADDRESS: &str = "localhost:7420";

/// Makes a [`Client`]. Begin with [`Client::builder`].
#[derive(Clone)]
#[must_use]
pub struct ClientBuilder {
    pub(crate) address: String,
    pub(crate) tls: Option<Tls>,
    pub(crate) bearer_token: String,
    pub(crate) product: String,
    pub(crate) deadline: Duration,
    pub(crate) retry: RetryOptions,
    pub(crate) user_agent: String,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        ClientBuilder {
            address: DEFAULT_ADDRESS.into(),
            tls: None,
            bearer_token: String::new(),
            product: String::new(),
            deadline: Duration::from_secs(30),
            retry: RetryOptions::default(),
            user_agent: String::new(),
        }
    }
}

impl ClientBuilder {
    /// `host:port` or `unix:/path`. Default: `localhost:7420`.
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = address.into();
        self
    }

    /// TLS towards the server. Default: plaintext.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Sent as `authorization: Bearer <token>` with every call. Only with TLS, or to an address on
    /// this machine (unix socket, localhost, 127.0.0.0/8, `[::1]`).
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.bearer_token = token.into();
        self
    }

    /// The product of requests that name none. Default: the server's default product.
    pub fn product(mut self, product: impl Into<String>) -> Self {
        self.product = product.into();
        self
    }

    /// How long one call may take, all attempts and waits together, where the call does not say.
    /// Default: 30 s.
    pub fn default_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How calls are repeated, and how a worker comes back. Default: see [`RetryOptions`].
    pub fn retry(mut self, retry: RetryOptions) -> Self {
        self.retry = retry;
        self
    }

    /// Put before the library's own name in the user agent, for example `billing/2.3`.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// What the environment says, over what was set before. The variables are those of `jobctl`:
    /// `DUCTAPE_JOBS_ADDRESS`, `DUCTAPE_JOBS_PRODUCT`, `DUCTAPE_JOBS_TOKEN`, and for TLS
    /// `DUCTAPE_JOBS_CA_FILE`, `DUCTAPE_JOBS_CERT_FILE`, `DUCTAPE_JOBS_KEY_FILE` and
    /// `DUCTAPE_JOBS_SERVER_NAME`, each of which turns TLS on.
    pub fn with_env(self) -> Self {
        self.read_env(|name| std::env::var(name).ok())
    }

    fn read_env(mut self, variable: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| variable(&format!("DUCTAPE_JOBS_{name}")).filter(|v| !v.is_empty());
        for (name, value) in [
            ("ADDRESS", &mut self.address),
            ("PRODUCT", &mut self.product),
            ("TOKEN", &mut self.bearer_token),
        ] {
            if let Some(found) = get(name) {
                *value = found;
            }
        }
        let mut tls = self.tls.take().unwrap_or_default();
        let mut found = tls != Tls::default();
        for (name, value) in [
            ("CA_FILE", &mut tls.ca_file),
            ("CERT_FILE", &mut tls.cert_file),
            ("KEY_FILE", &mut tls.key_file),
        ] {
            if let Some(path) = get(name) {
                *value = Some(path.into());
                found = true;
            }
        }
        if let Some(name) = get("SERVER_NAME") {
            tls.server_name = Some(name);
            found = true;
        }
        self.tls = found.then_some(tls);
        self
    }

    /// Makes the client. It connects at the first call, and again whenever the connection was lost.
    ///
    /// # Errors
    /// Only for options that cannot be used. [`Error::Options`]: the address is malformed, only one
    /// of certificate and key is set, a TLS file holds no certificate or no key, the key is not the
    /// certificate's, or a token would be sent in plaintext beyond this machine. [`Error::File`]: a
    /// TLS file cannot be read.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn build(self) -> Result<Client> {
        let channel = channel::open(&self)?;
        let authorization = match self.bearer_token.as_str() {
            "" => None,
            token => {
                let mut value: AsciiMetadataValue =
                    format!("Bearer {token}").parse().map_err(|_| {
                        Error::Options("the token holds characters that a header cannot".into())
                    })?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        Ok(Client::on(channel, authorization, self))
    }
}

impl std::fmt::Debug for ClientBuilder {
    /// All but the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("address", &self.address)
            .field("tls", &self.tls)
            .field("product", &self.product)
            .field("deadline", &self.deadline)
            .field("retry", &self.retry)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

/// TLS towards the server. Without further settings the system's certificate authorities are
/// trusted. All files are PEM, and are read when the client is built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Tls {
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) cert_file: Option<PathBuf>,
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) server_name: Option<String>,
}

impl Tls {
    /// With the system's certificate authorities.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trust these certificate authorities instead of the system's.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// The client's own certificate and key, for servers that ask for one (mTLS).
    pub fn identity(mut self, cert_file: impl Into<PathBuf>, key_file: impl Into<PathBuf>) -> Self {
        self.cert_file = Some(cert_file.into());
        self.key_file = Some(key_file.into());
        self
    }

    /// The name that the server's certificate must carry, where it differs from the host called.
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> ClientBuilder {
        ClientBuilder::default().read_env(|name| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| value.to_string())
        })
    }

    #[test]
    fn an_empty_environment_changes_nothing() {
        let builder = read(&[("DUCTAPE_JOBS_ADDRESS", ""), ("DUCTAPE_JOBS_CA_FILE", "")]);
        assert_eq!(builder.address, "localhost:7420");
        assert_eq!(builder.tls, None);
    }

    #[test]
    fn the_environment_wins() {
        let builder = read(&[
            ("DUCTAPE_JOBS_ADDRESS", "jobs:1"),
            ("DUCTAPE_JOBS_PRODUCT", "billing"),
            ("DUCTAPE_JOBS_TOKEN", "secret"),
            ("DUCTAPE_JOBS_CA_FILE", "/ca.pem"),
        ]);
        assert_eq!(
            (builder.address.as_str(), builder.product.as_str()),
            ("jobs:1", "billing")
        );
        assert_eq!(builder.bearer_token, "secret");
        assert_eq!(builder.tls, Some(Tls::new().ca_file("/ca.pem")));
    }

    #[test]
    fn the_token_is_not_shown() {
        let shown = format!("{:?}", ClientBuilder::default().bearer_token("secret"));
        assert!(!shown.contains("secret"), "{shown}");
    }
}
