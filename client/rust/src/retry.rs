//! Which calls are repeated, and when.

use std::time::Duration;

use tonic::Code;

use crate::error::CallError;
use crate::method::Idempotency;

/// How a call that may be repeated is repeated.
///
/// Repeated is, of any call, what the server refused before it acted: RESOURCE_EXHAUSTED or
/// UNAVAILABLE with a time to wait ([`CallError::retry_delay`]). Of reads, and of changes, which
/// all carry a request id, also UNAVAILABLE without one (the connection was lost), and ABORTED,
/// `REQUEST_IN_PROGRESS` (an earlier attempt is still under way).
///
/// The wait before retry n is `initial_backoff` × 2^(n-1), at most `max_backoff`, of which half is
/// drawn; a longer wait that the server asks for is honoured. No retry outlives the call's
/// deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryOptions {
    /// The first attempt included; 1 or less: no retries. Default: 4.
    pub max_attempts: u32,
    /// Before the first retry. Default: 100 ms.
    pub initial_backoff: Duration,
    /// The longest wait. Default: 5 s.
    pub max_backoff: Duration,
}

impl Default for RetryOptions {
    fn default() -> Self {
        RetryOptions {
            max_attempts: 4,
            initial_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(5),
        }
    }
}

impl RetryOptions {
    /// No call is repeated.
    pub fn none() -> Self {
        RetryOptions {
            max_attempts: 1,
            ..Self::default()
        }
    }

    /// The wait before retry `number` (1 is the first). `draw` lies in [0, 1).
    pub(crate) fn backoff(&self, number: u32, asked_for: Option<Duration>, draw: f64) -> Duration {
        let doubled = 2u32.saturating_pow(number.saturating_sub(1));
        let full = self
            .initial_backoff
            .saturating_mul(doubled)
            .min(self.max_backoff);
        let drawn = full / 2 + (full / 2).mul_f64(draw);
        drawn.max(asked_for.unwrap_or_default())
    }
}

/// Whether a call of this kind that failed so may be sent again.
pub(crate) fn may_repeat(error: &CallError, idempotency: Idempotency) -> bool {
    let safe = idempotency == Idempotency::Safe;
    match error.code {
        Code::ResourceExhausted => error.retry_delay.is_some(),
        Code::Unavailable => error.retry_delay.is_some() || safe,
        Code::Aborted => safe && error.reason == "REQUEST_IN_PROGRESS",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use tonic::Status;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn error(code: Code, reason: &str, retry_delay: Option<Duration>) -> CallError {
        CallError {
            reason: reason.into(),
            retry_delay,
            ..Status::new(code, "").into()
        }
    }

    #[test]
    fn waits_grow_up_to_the_longest() {
        let retry = RetryOptions {
            max_attempts: 9,
            initial_backoff: 100 * MS,
            max_backoff: 1000 * MS,
        };
        assert_eq!(retry.backoff(1, None, 0.0), 50 * MS);
        assert_eq!(retry.backoff(1, None, 0.5), 75 * MS);
        assert_eq!(retry.backoff(3, None, 0.0), 200 * MS);
        assert_eq!(retry.backoff(5, None, 0.0), 500 * MS);
        assert_eq!(retry.backoff(4_000_000_000, None, 0.0), 500 * MS);
    }

    #[test]
    fn a_longer_wait_that_the_server_asks_for_is_honoured() {
        let retry = RetryOptions::default();
        assert_eq!(retry.backoff(1, Some(3000 * MS), 0.0), 3000 * MS);
        assert_eq!(retry.backoff(1, Some(MS), 0.0), 50 * MS);
    }

    #[test]
    fn repeats_what_was_refused_with_a_time_to_wait() {
        for idempotency in [Idempotency::Safe, Idempotency::Unsafe] {
            assert!(may_repeat(
                &error(Code::ResourceExhausted, "OVERLOADED", Some(MS)),
                idempotency
            ));
            assert!(may_repeat(
                &error(Code::Unavailable, "DRAINING", Some(MS)),
                idempotency
            ));
            // The request is too large.
            assert!(!may_repeat(
                &error(Code::ResourceExhausted, "", None),
                idempotency
            ));
            assert!(!may_repeat(
                &error(Code::Internal, "", Some(MS)),
                idempotency
            ));
        }
    }

    #[test]
    fn repeats_what_may_have_happened_only_where_that_is_safe() {
        for lost in [
            error(Code::Unavailable, "", None),
            error(Code::Aborted, "REQUEST_IN_PROGRESS", None),
        ] {
            assert!(may_repeat(&lost, Idempotency::Safe));
            assert!(!may_repeat(&lost, Idempotency::Unsafe));
        }
        assert!(!may_repeat(
            &error(Code::Aborted, "ETAG_MISMATCH", None),
            Idempotency::Safe
        ));
        assert!(!may_repeat(
            &error(Code::DeadlineExceeded, "", None),
            Idempotency::Safe
        ));
    }
}
