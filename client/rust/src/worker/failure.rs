use std::fmt;
use std::time::Duration;

use super::outcome::{fit_code, fit_text};
use crate::model::duration;
use crate::v1;

/// The server keeps 1 KiB of a message: a little more is enough for it to see that there was more.
const SENT_MESSAGE_BYTES: usize = 2 * 1024;

/// The code of errors that have none of their own.
pub(crate) const HANDLER_ERROR: &str = "HANDLER_ERROR";

/// Why a run failed.
///
/// Any error becomes one by `?`: with the code `HANDLER_ERROR`, its text and those of its causes,
/// to be retried as far as the retry policy of the job or event goes.
/// [`Failure::do_not_retry`] makes one that is not.
///
/// ```
/// use ductape_jobs::Failure;
///
/// fn amount(text: &str) -> Result<u32, Failure> {
///     let amount = text.parse::<u32>().map_err(Failure::do_not_retry)?;
///     if amount == 0 {
///         return Err(Failure::new("OUT_OF_STOCK", "none left").retryable(false));
///     }
///     Ok(amount)
/// }
/// # assert!(amount("0").is_err());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Failure {
    code: String,
    message: String,
    retryable: Option<bool>,
    status: i32,
    retry_after: Option<Duration>,
}

impl Failure {
    /// A failure with a class of [`v1::run::Error`] (`TIMEOUT`, `VALIDATION` …), which decides
    /// whether it is retried, or with a code of your own: A-Z, 0-9 and `_`, at most 64 characters
    /// (anything else is made to fit). Your own is retried if the retry policy names it or
    /// [`retryable`](Self::retryable) says so. The first 1 KiB of the message are kept.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Failure {
            code: code.into(),
            message: message.into(),
            retryable: None,
            status: 0,
            retry_after: None,
        }
    }

    /// A failure with the code `HANDLER_ERROR` that is retried, as far as the retry policy goes.
    pub fn retry(error: impl fmt::Display) -> Self {
        Self::new(HANDLER_ERROR, error.to_string()).retryable(true)
    }

    /// A failure with the code `HANDLER_ERROR` that is not retried.
    pub fn do_not_retry(error: impl fmt::Display) -> Self {
        Self::new(HANDLER_ERROR, error.to_string()).retryable(false)
    }

    /// Whether to retry, where the retry policy does not name the code.
    pub fn retryable(mut self, retryable: bool) -> Self {
        self.retryable = Some(retryable);
        self
    }

    /// The code instead of the one it has.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = code.into();
        self
    }

    /// The number that the target itself gave, such as an HTTP status.
    pub fn status(mut self, status: i32) -> Self {
        self.status = status;
        self
    }

    /// Wait at least so long before the next attempt, up to the retry policy's longest wait.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    pub(crate) fn into_result(self) -> v1::Result {
        v1::Result {
            outcome: Some(v1::result::Outcome::Failure(v1::run::Error {
                code: fit_code(&self.code),
                message: fit_text(self.message, SENT_MESSAGE_BYTES),
                retryable: self.retryable,
                status: self.status,
            })),
            retry_after: self.retry_after.map(duration),
            ..Default::default()
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

/// Failure is itself no [`std::error::Error`], since all of these become one.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Some errors tell their causes themselves.
            if !message.ends_with(&text) {
                message = format!("{message}: {text}");
            }
            cause = error.source();
        }
        Failure::retry(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(failure: Failure) -> v1::run::Error {
        match failure.into_result().outcome {
            Some(v1::result::Outcome::Failure(error)) => error,
            other => panic!("{other:?}"),
        }
    }

    #[derive(Debug, thiserror::Error)]
    #[error("no report")]
    struct NoReport(#[source] std::io::Error);

    #[test]
    fn an_error_is_retried_and_tells_its_causes() {
        let error = error_of(NoReport(std::io::Error::other("disk full")).into());
        assert_eq!(error.code, "HANDLER_ERROR");
        assert_eq!(error.message, "no report: disk full");
        assert_eq!(error.retryable, Some(true));
    }

    #[test]
    fn do_not_retry_is_not() {
        let error = error_of(
            Failure::do_not_retry("malformed")
                .code("bad input")
                .status(422),
        );
        assert_eq!((error.code.as_str(), error.status), ("BAD_INPUT", 422));
        assert_eq!(error.retryable, Some(false));
        assert_eq!(error_of(Failure::new("TIMEOUT", "")).retryable, None);
    }

    #[test]
    fn a_long_message_is_cut() {
        let error = error_of(Failure::retry("ü".repeat(5000)));
        assert_eq!(error.message.len(), 2048);
    }
}
