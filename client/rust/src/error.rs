//! What a failed call says.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::StatusExt;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something failed: [`Error::Call`] for all that a call can bring, the others before any call
/// is made.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An option that cannot be used; the text says which and why.
    #[error("{0}")]
    Options(String),
    /// A file that an option names cannot be read.
    #[error("cannot read the {what} from {}: {source}", path.display())]
    File {
        /// What the file was to hold, for example `client key`.
        what: &'static str,
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: Arc<std::io::Error>,
    },
    /// A call failed: at the server, on the way, or as its deadline passed.
    #[error(transparent)]
    Call(#[from] Box<CallError>),
}

/// A call that failed. What each reason means stands at the method that gives it, in
/// [`v1`](crate::v1).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub struct CallError {
    /// The gRPC status code.
    pub code: Code,
    /// What happened, for people.
    pub message: String,
    /// A stable word in capitals, such as `JOB_NOT_FOUND`. Empty if the error did not come from the
    /// service itself: the connection failed, or the client's deadline passed.
    pub reason: String,
    /// Who gave the reason: `jobs.ductape`. Empty with an empty reason.
    pub domain: String,
    /// The dynamic values of the message by name, for example `tag` → `example_job`.
    pub metadata: BTreeMap<String, String>,
    /// The fields of the request at fault.
    pub field_violations: Vec<FieldViolation>,
    /// How long the server asks to wait before a repetition. `None`: it does not say.
    pub retry_delay: Option<Duration>,
}

/// One field at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// Its path from the request, for example `job.executions`.
    pub field: String,
    /// What is wrong and what would be right.
    pub description: String,
}

impl Error {
    /// The gRPC status code; of what failed before a call, `InvalidArgument` or `NotFound`.
    pub fn code(&self) -> Code {
        match self {
            Error::Options(_) => Code::InvalidArgument,
            Error::File { .. } => Code::NotFound,
            Error::Call(error) => error.code,
        }
    }

    /// The service's word for what is wrong, such as `JOB_NOT_FOUND`; empty if the service gave
    /// none.
    pub fn reason(&self) -> &str {
        self.call().map_or("", |error| &error.reason)
    }

    /// The failed call, if it was one.
    pub fn call(&self) -> Option<&CallError> {
        match self {
            Error::Call(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason.as_str() {
            "" => write!(f, "{:?}", self.code)?,
            reason => f.write_str(reason)?,
        }
        write!(f, ": {}", self.message)
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Box::new(CallError::from(status)).into()
    }
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        Box::new(error).into()
    }
}

impl From<Status> for CallError {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info();
        let violations = details.bad_request().map(|bad| &bad.field_violations);
        CallError {
            code: code_of(&status),
            message: status.message().to_owned(),
            reason: info.map(|info| info.reason.clone()).unwrap_or_default(),
            domain: info.map(|info| info.domain.clone()).unwrap_or_default(),
            metadata: info
                .map(|info| info.metadata.clone().into_iter().collect())
                .unwrap_or_default(),
            field_violations: violations
                .into_iter()
                .flatten()
                .map(|violation| FieldViolation {
                    field: violation.field.clone(),
                    description: violation.description.clone(),
                })
                .collect(),
            retry_delay: details.retry_info().and_then(|info| info.retry_delay),
        }
    }
}

/// The error of one item of a batch.
impl From<tonic_types::Status> for Error {
    fn from(status: tonic_types::Status) -> Self {
        let code = Code::from_i32(status.code);
        let message = status.message.clone();
        let details = prost::Message::encode_to_vec(&status);
        Status::with_details(code, message, details.into()).into()
    }
}

/// The status code, where what tonic made of a broken connection counts as UNAVAILABLE: it gives
/// one of several codes, depending on where in a call the connection broke. Such a status has a
/// source, which none has that the server sent.
fn code_of(status: &Status) -> Code {
    let Some(source) = std::error::Error::source(status) else {
        return status.code();
    };
    if is_timeout(source) {
        return Code::DeadlineExceeded;
    }
    match status.code() {
        Code::Unknown | Code::Internal | Code::Cancelled => Code::Unavailable,
        code => code,
    }
}

fn is_timeout(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut chain = std::iter::successors(Some(error), |error| error.source());
    chain.any(|error| error.is::<tonic::TimeoutExpired>())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tonic_types::ErrorDetails;

    use super::*;

    fn refused() -> Status {
        let mut details = ErrorDetails::new();
        details
            .set_error_info(
                "FIELD_INVALID",
                "jobs.ductape",
                HashMap::from([("field".into(), "job.tag".into())]),
            )
            .add_bad_request_violation("job.tag", "is no tag")
            .set_retry_info(Some(Duration::from_millis(1500)));
        Status::with_error_details(Code::InvalidArgument, "job.tag is no tag", details)
    }

    #[test]
    fn reads_the_details() {
        let error = Error::from(refused());
        assert_eq!(error.code(), Code::InvalidArgument);
        assert_eq!(error.reason(), "FIELD_INVALID");
        assert_eq!(error.to_string(), "FIELD_INVALID: job.tag is no tag");
        let call = error.call().unwrap();
        assert_eq!(call.domain, "jobs.ductape");
        assert_eq!(call.metadata["field"], "job.tag");
        assert_eq!(
            call.field_violations,
            [FieldViolation {
                field: "job.tag".into(),
                description: "is no tag".into()
            }]
        );
        assert_eq!(call.retry_delay, Some(Duration::from_millis(1500)));
    }

    #[test]
    fn a_status_without_details_has_no_reason() {
        let error = Error::from(Status::not_found("gone"));
        assert_eq!((error.code(), error.reason()), (Code::NotFound, ""));
        assert_eq!(error.to_string(), "NotFound: gone");
    }

    #[test]
    fn details_that_cannot_be_read_are_left_out() {
        let status = Status::with_details(Code::NotFound, "gone", b"\xff\xff".as_slice().into());
        assert_eq!(Error::from(status).code(), Code::NotFound);
    }

    #[test]
    fn a_broken_connection_is_unavailable_whatever_tonic_calls_it() {
        for code in [
            Code::Unknown,
            Code::Internal,
            Code::Cancelled,
            Code::Unavailable,
        ] {
            let mut status = Status::new(code, "broken pipe");
            status.set_source(Arc::new(std::io::Error::other("broken pipe")));
            assert_eq!(Error::from(status).code(), Code::Unavailable);
            assert_eq!(
                Error::from(Status::new(code, "said by the server")).code(),
                code
            );
        }
    }

    #[test]
    fn an_item_of_a_batch_is_read_like_a_call() {
        let status: tonic_types::Status = prost::Message::decode(refused().details()).unwrap();
        assert_eq!(Error::from(status).reason(), "FIELD_INVALID");
    }
}
