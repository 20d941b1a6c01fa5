//! Addresses of servers.

use crate::error::{Error, Result};

/// The URI of `address` for tonic: `host:port`, `unix:/path`, or either of gRPC's spellings
/// `dns:host:port` and `ipv4:host:port`.
pub(crate) fn uri_of(address: &str, tls: bool) -> Result<String> {
    let address = without_scheme(address);
    if address.is_empty() {
        return Err(Error::Options(
            "the server's address is empty; it is host:port or unix:/path".into(),
        ));
    }
    if address.starts_with("unix:") {
        return Ok(address.to_owned());
    }
    Ok(format!(
        "{}://{address}",
        if tls { "https" } else { "http" }
    ))
}

/// Whether `address` names this machine: a unix socket, `localhost`, 127.0.0.0/8 or `[::1]`.
pub(crate) fn is_local(address: &str) -> bool {
    let address = without_scheme(address);
    if address.starts_with("unix:") || address.starts_with("[::1]") {
        return true;
    }
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    // Four numbers, so that no host name like 127.example.com passes.
    host == "localhost"
        || (host.starts_with("127.") && host.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn without_scheme(address: &str) -> &str {
    ["dns:///", "dns:", "ipv4:", "ipv6:"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme))
        .unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_uris() {
        assert_eq!(uri_of("jobs:7420", false).unwrap(), "http://jobs:7420");
        assert_eq!(
            uri_of("dns:///jobs:7420", true).unwrap(),
            "https://jobs:7420"
        );
        assert_eq!(uri_of("[::1]:7420", false).unwrap(), "http://[::1]:7420");
        assert_eq!(uri_of("unix:/run/jobs", false).unwrap(), "unix:/run/jobs");
        assert!(uri_of("", false).unwrap_err().to_string().contains("empty"));
    }

    #[test]
    fn knows_this_machine() {
        for local in [
            "localhost:7420",
            "127.0.0.1:7420",
            "127.9.9.9:1",
            "[::1]:7420",
            "unix:/run/jobs",
            "dns:///localhost:1",
        ] {
            assert!(is_local(local), "{local}");
        }
        for other in [
            "10.0.0.1:7420",
            "127.example.com:7420",
            "localhost.example.com:1",
            "[::2]:7420",
        ] {
            assert!(!is_local(other), "{other}");
        }
    }
}
