//! The connection to the server.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use crate::address;
use crate::error::{Error, Result};
use crate::options::{ClientBuilder, Tls};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that is silent for so long is asked whether it is alive: a stream would not notice
/// for a quarter of an hour. The server allows a question every 10 s.
const KEEPALIVE: Duration = Duration::from_secs(30);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// A channel that connects when it is needed.
pub(crate) fn open(options: &ClientBuilder) -> Result<Channel> {
    let plaintext = options.tls.is_none();
    if !options.bearer_token.is_empty() && plaintext && !address::is_local(&options.address) {
        return Err(Error::Options(
            "a token is not sent in plaintext beyond this machine: use TLS".into(),
        ));
    }
    let uri = address::uri_of(&options.address, !plaintext)?;
    let own = concat!("ductape-jobs-rust/", env!("CARGO_PKG_VERSION"));
    let user_agent = format!("{} {own}", options.user_agent);
    let endpoint = Endpoint::from_shared(uri)
        .map_err(|e| Error::Options(format!("the address {}: {}", options.address, chain(&e))))?
        .user_agent(user_agent.trim_start())
        .map_err(|e| Error::Options(format!("the user agent: {}", chain(&e))))?
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEPALIVE)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT);
    let Some(tls) = &options.tls else {
        return Ok(endpoint.connect_lazy());
    };
    let endpoint = endpoint
        .tls_config(config_of(tls)?)
        .map_err(|e| Error::Options(format!("TLS: {}", chain(&e))))?;
    Ok(endpoint.connect_lazy())
}

fn config_of(tls: &Tls) -> Result<ClientTlsConfig> {
    let mut config = ClientTlsConfig::new().timeout(CONNECT_TIMEOUT);
    config = match &tls.ca_file {
        Some(path) => config.ca_certificate(Certificate::from_pem(certificates(
            "certificate authorities",
            path,
        )?)),
        None => config.with_native_roots(),
    };
    config = match (&tls.cert_file, &tls.key_file) {
        (None, None) => config,
        (Some(cert), Some(key)) => {
            let cert = certificates("client certificate", cert)?;
            config.identity(Identity::from_pem(cert, private_key(key)?))
        }
        _ => {
            let text = "a client certificate and its key go together: set both";
            return Err(Error::Options(text.into()));
        }
    };
    if let Some(name) = &tls.server_name {
        config = config.domain_name(name);
    }
    Ok(config)
}

/// The text of a file that holds at least one certificate.
fn certificates(what: &'static str, path: &Path) -> Result<Vec<u8>> {
    let text = read(what, path)?;
    let mut found = CertificateDer::pem_slice_iter(&text);
    match found.next() {
        Some(Ok(_)) if found.all(|certificate| certificate.is_ok()) => Ok(text),
        _ => {
            let text = format!("{what}: {} holds no PEM certificate", path.display());
            Err(Error::Options(text))
        }
    }
}

fn private_key(path: &Path) -> Result<Vec<u8>> {
    let what = "client key";
    let text = read(what, path)?;
    match PrivateKeyDer::from_pem_slice(&text) {
        Ok(_) => Ok(text),
        Err(_) => {
            let at = path.display();
            Err(Error::Options(format!(
                "{what}: {at} holds no PEM key without a passphrase"
            )))
        }
    }
}

fn read(what: &'static str, path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|source| Error::File {
        what,
        path: path.to_owned(),
        source: Arc::new(source),
    })
}

/// An error with its causes: tonic's own text is no more than "transport error".
fn chain(error: &dyn std::error::Error) -> String {
    let texts = std::iter::successors(Some(error), |error| error.source()).map(|e| e.to_string());
    texts.collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use crate::client::Client;

    #[tokio::test]
    async fn a_token_is_not_sent_in_plaintext_beyond_this_machine() {
        let of = |address: &str| {
            Client::builder()
                .address(address)
                .bearer_token("secret")
                .build()
        };
        assert!(of("10.0.0.1:7420").unwrap_err().to_string().contains("TLS"));
        assert!(of("localhost:7420").is_ok());
        assert!(of("unix:/run/jobs").is_ok());
    }

    #[tokio::test]
    async fn what_cannot_be_used_is_refused() {
        let error = |address: &str| Client::new(address).unwrap_err().to_string();
        assert!(error("").contains("empty"));
        assert!(error("no address").contains("no address"));
        let token = Client::builder()
            .bearer_token("two\nlines")
            .build()
            .unwrap_err();
        assert!(!token.to_string().contains("lines"), "{token}");
    }
}
