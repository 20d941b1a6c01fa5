use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// The reason with which stopping a worker cancels: its own, of which the server knows nothing.
pub(crate) const STOPPED: &str = "STOPPED";
/// The reason for what is no longer the worker's.
pub(crate) const STALE_TOKEN: &str = "STALE_TOKEN";

/// Tells a task that it is to stop, and why. The first reason counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct StopSignal {
    token: CancellationToken,
    reason: Arc<OnceLock<String>>,
}

impl StopSignal {
    pub(crate) fn stop(&self, reason: &str) {
        // The reason first: who sees the token cancelled finds it.
        let reason = if reason.is_empty() {
            "CANCELLED"
        } else {
            reason
        };
        if self.reason.set(reason.to_owned()).is_ok() {
            self.token.cancel();
        }
    }

    pub(crate) fn token(&self) -> &CancellationToken {
        &self.token
    }

    pub(crate) fn reason(&self) -> Option<&str> {
        self.reason.get().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_counts() {
        let signal = StopSignal::default();
        assert_eq!(
            (signal.reason(), signal.token().is_cancelled()),
            (None, false)
        );
        signal.clone().stop("TIMEOUT");
        signal.stop("DELETED");
        assert_eq!(
            (signal.reason(), signal.token().is_cancelled()),
            (Some("TIMEOUT"), true)
        );
    }

    #[test]
    fn there_is_always_a_reason() {
        let signal = StopSignal::default();
        signal.stop("");
        assert_eq!(signal.reason(), Some("CANCELLED"));
    }
}
