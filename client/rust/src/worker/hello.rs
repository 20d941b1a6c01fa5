use prost::Message;

use crate::v1::{Hello, RunRef};

/// Of the 1 MiB that the server receives at most. The rest of a hello takes up to 100 KiB: it is
/// mostly the names of 100 queues.
const MAX_BYTES: usize = 900 * 1024;
/// What an element takes beside its own bytes: a tag and a length. It has some 30 bytes, so that
/// one byte of length is enough.
const HEAD_BYTES: usize = 2;

/// Names the runs in hand, as many as the server reads: a larger hello would end the stream, and
/// every one after it, for as long as the worker has so much in hand. What is not named is not the
/// worker's any more; the welcome tells it so.
pub(crate) fn name_in_flight<'a>(hello: &mut Hello, runs: impl Iterator<Item = &'a RunRef>) {
    let mut bytes = 0;
    for run in runs {
        bytes += run.encoded_len() + HEAD_BYTES;
        if bytes > MAX_BYTES {
            return;
        }
        hello.in_flight.push(run.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_many_as_a_message_holds() {
        let runs: Vec<_> = (0..40_000)
            .map(|token| RunRef {
                run_id: "0000000000208-12345678".into(),
                token,
            })
            .collect();
        let mut hello = Hello::default();
        name_in_flight(&mut hello, runs.iter());
        assert!(hello.encoded_len() <= MAX_BYTES);
        assert!(hello.in_flight.len() > 20_000);
        assert_eq!(hello.in_flight[..], runs[..hello.in_flight.len()]);
    }
}
