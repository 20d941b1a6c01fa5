use bytes::Bytes;

use super::failure::Failure;
use crate::v1;

/// The server keeps 4 KiB of an output and marks what it cut: a little more is enough for it to
/// see that there was more.
const SENT_OUTPUT_BYTES: usize = 8 * 1024;
const MAX_CODE_CHARS: usize = 64;

/// What became of a run. A handler answers one, or anything that becomes one: see [`IntoOutcome`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// It succeeded. The first 4 KiB of the output are kept, best as UTF-8.
    Completed(Bytes),
    /// It failed.
    Failed(Failure),
    /// It was stopped as asked. Where only the worker itself was stopped, the same as `Released`.
    Cancelled,
    /// It was not executed: it is delivered again, to any worker, which is not charged to its
    /// retries.
    Released,
}

/// What handlers may answer: nothing or a text or bytes for success, an [`Outcome`], or a `Result`
/// of these with any error that becomes a [`Failure`].
pub trait IntoOutcome {
    /// As an outcome.
    fn into_outcome(self) -> Outcome;
}

impl IntoOutcome for Outcome {
    fn into_outcome(self) -> Outcome {
        self
    }
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Outcome {
        Outcome::Completed(Bytes::new())
    }
}

macro_rules! outputs {
    ($($type:ty),*) => {$(
        impl IntoOutcome for $type {
            fn into_outcome(self) -> Outcome {
                Outcome::Completed(self.into())
            }
        }
    )*};
}

outputs! { Bytes, Vec<u8>, String, &'static str }

impl IntoOutcome for Failure {
    fn into_outcome(self) -> Outcome {
        Outcome::Failed(self)
    }
}

impl<T: IntoOutcome, E: Into<Failure>> IntoOutcome for Result<T, E> {
    fn into_outcome(self) -> Outcome {
        match self {
            Ok(output) => output.into_outcome(),
            Err(error) => Outcome::Failed(error.into()),
        }
    }
}

impl Outcome {
    /// As the server takes it, without the run. `stopped`: the worker itself was stopped; then a
    /// cancelled run is given back, since nobody wanted it cancelled.
    pub(crate) fn into_result(self, stopped: bool) -> v1::Result {
        let outcome = match self {
            Outcome::Completed(mut output) => {
                output.truncate(SENT_OUTPUT_BYTES);
                v1::result::Outcome::Output(output)
            }
            Outcome::Failed(failure) => return failure.into_result(),
            Outcome::Cancelled if !stopped => v1::result::Outcome::Cancelled(()),
            Outcome::Cancelled | Outcome::Released => v1::result::Outcome::Released(()),
        };
        v1::Result {
            outcome: Some(outcome),
            ..Default::default()
        }
    }
}

/// Letters in capitals, and `_` for what a code cannot hold.
pub(crate) fn fit_code(code: &str) -> String {
    let fit = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    let code: String = code.chars().map(fit).collect();
    let head = if code.starts_with(|c: char| c.is_ascii_uppercase()) {
        ""
    } else {
        "E_"
    };
    head.chars()
        .chain(code.chars())
        .take(MAX_CODE_CHARS)
        .collect()
}

/// The first `limit` bytes, without a character that they cut.
pub(crate) fn fit_text(mut text: String, limit: usize) -> String {
    if text.len() > limit {
        let end = (0..=limit)
            .rev()
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(0);
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(outcome: impl IntoOutcome) -> v1::result::Outcome {
        outcome.into_outcome().into_result(false).outcome.unwrap()
    }

    #[test]
    fn what_handlers_answer_becomes_an_outcome() {
        assert_eq!(sent(()), v1::result::Outcome::Output(Bytes::new()));
        assert_eq!(
            sent("done"),
            v1::result::Outcome::Output(Bytes::from("done"))
        );
        assert_eq!(
            sent(Ok::<_, Failure>(vec![0xff])),
            v1::result::Outcome::Output(vec![0xff].into())
        );
        assert_eq!(sent(Outcome::Cancelled), v1::result::Outcome::Cancelled(()));
        let error = Err::<(), _>(std::io::Error::other("broken"));
        assert!(matches!(sent(error), v1::result::Outcome::Failure(e) if e.message == "broken"));
    }

    #[test]
    fn what_only_the_worker_stopped_is_given_back() {
        let released = Some(v1::result::Outcome::Released(()));
        assert_eq!(Outcome::Cancelled.into_result(true).outcome, released);
        assert_eq!(Outcome::Released.into_result(false).outcome, released);
        let done = Outcome::Completed("done".into()).into_result(true).outcome;
        assert_eq!(done, Some(v1::result::Outcome::Output("done".into())));
    }

    #[test]
    fn a_long_output_is_cut() {
        assert_eq!(
            sent("x".repeat(10_000)),
            v1::result::Outcome::Output("x".repeat(8192).into())
        );
    }

    #[test]
    fn codes_are_made_to_fit() {
        assert_eq!(fit_code("OUT_OF_STOCK"), "OUT_OF_STOCK");
        assert_eq!(fit_code("out of stock"), "OUT_OF_STOCK");
        assert_eq!(fit_code("404"), "E_404");
        assert_eq!(fit_code(""), "E_");
        assert_eq!(fit_code("ü"), "E__");
        assert_eq!(fit_code(&"x".repeat(100)).len(), 64);
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(fit_text("abc".into(), 3), "abc");
        assert_eq!(fit_text("abü".into(), 3), "ab");
        assert_eq!(fit_text("ü".into(), 1), "");
    }
}
