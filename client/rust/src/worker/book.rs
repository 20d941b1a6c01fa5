use std::collections::VecDeque;

use prost::Message;

use crate::v1::{work_request, Result, Results, RunRef, WorkRequest};

/// Below the 10,000 and the 512 KiB that the server takes.
const MAX_RESULTS: usize = 8_000;
const MAX_BYTES: usize = 480 * 1024;
/// What a result takes beside its own bytes: a tag and a length.
const HEAD_BYTES: usize = 6;

/// The results of a worker until the server has acknowledged them, in batches as large as the
/// server takes.
#[derive(Debug, Default)]
pub(crate) struct ResultBook {
    unsent: VecDeque<Batch>, // the last one takes more
    unacknowledged: VecDeque<Results>,
    sequence: u64,
}

#[derive(Debug, Default)]
struct Batch {
    results: Vec<Result>,
    bytes: usize,
}

impl ResultBook {
    pub(crate) fn add(&mut self, result: Result) {
        let bytes = result.encoded_len() + HEAD_BYTES;
        let has_room = |batch: &&mut Batch| {
            batch.bytes + bytes <= MAX_BYTES && batch.results.len() < MAX_RESULTS
        };
        match self.unsent.back_mut().filter(has_room) {
            Some(batch) => {
                batch.bytes += bytes;
                batch.results.push(result);
            }
            None => self.unsent.push_back(Batch {
                results: vec![result],
                bytes,
            }),
        }
    }

    /// Whether there is something to send.
    pub(crate) fn has_unsent(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// Whether all that was added is acknowledged.
    pub(crate) fn is_empty(&self) -> bool {
        self.unsent.is_empty() && self.unacknowledged.is_empty()
    }

    /// The next message, numbered. It is held until it is acknowledged.
    pub(crate) fn next(&mut self) -> Option<WorkRequest> {
        let results = self.unsent.pop_front()?.results;
        self.sequence += 1;
        let batch = Results {
            sequence: self.sequence,
            results,
        };
        self.unacknowledged.push_back(batch.clone());
        Some(WorkRequest {
            message: Some(work_request::Message::Results(batch)),
        })
    }

    /// Batches up to this sequence are done with.
    pub(crate) fn acknowledge(&mut self, through: u64) {
        while self
            .unacknowledged
            .front()
            .is_some_and(|batch| batch.sequence <= through)
        {
            self.unacknowledged.pop_front();
        }
    }

    /// A new stream: numbers begin anew, and what was not acknowledged is sent again.
    pub(crate) fn restart(&mut self) {
        self.sequence = 0;
        let later = std::mem::take(&mut self.unsent);
        for batch in std::mem::take(&mut self.unacknowledged) {
            batch
                .results
                .into_iter()
                .for_each(|result| self.add(result));
        }
        self.unsent.extend(later);
    }

    /// The runs whose results are not acknowledged.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &RunRef> {
        let sent = self.unacknowledged.iter().flat_map(|batch| &batch.results);
        let unsent = self.unsent.iter().flat_map(|batch| &batch.results);
        sent.chain(unsent).filter_map(|result| result.run.as_ref())
    }

    /// Drops the unsent results of runs for which `keep` is false.
    pub(crate) fn keep(&mut self, keep: impl Fn(&RunRef) -> bool) {
        for batch in std::mem::take(&mut self.unsent) {
            for result in batch.results {
                if result.run.as_ref().is_some_and(&keep) {
                    self.add(result);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::result::Outcome;

    fn result(token: u64, output_bytes: usize) -> Result {
        let output = vec![b'x'; output_bytes];
        Result {
            run: Some(RunRef {
                run_id: "0000000000208-17".into(),
                token,
            }),
            outcome: Some(Outcome::Output(output.into())),
            ..Default::default()
        }
    }

    /// The sequence and the tokens of the next message.
    fn next(book: &mut ResultBook) -> Option<(u64, Vec<u64>)> {
        let Some(work_request::Message::Results(batch)) = book.next()?.message else {
            panic!("no results");
        };
        let tokens = batch
            .results
            .iter()
            .map(|result| result.run.as_ref().unwrap().token);
        Some((batch.sequence, tokens.collect()))
    }

    #[test]
    fn results_are_sent_in_batches_until_they_are_acknowledged() {
        let mut book = ResultBook::default();
        book.add(result(1, 0));
        book.add(result(2, 0));
        assert_eq!(next(&mut book), Some((1, vec![1, 2])));
        book.add(result(3, 0));
        assert_eq!(next(&mut book), Some((2, vec![3])));
        assert_eq!(next(&mut book), None);
        book.acknowledge(1);
        assert!(!book.is_empty());
        book.acknowledge(2);
        assert!(book.is_empty());
    }

    #[test]
    fn batches_end_at_the_server_s_bounds() {
        let mut book = ResultBook::default();
        (0..MAX_RESULTS as u64 + 1).for_each(|token| book.add(result(token, 0)));
        assert_eq!(next(&mut book).unwrap().1.len(), MAX_RESULTS);
        assert_eq!(next(&mut book).unwrap().1.len(), 1);

        (0..100).for_each(|token| book.add(result(token, 8 * 1024)));
        while let Some(request) = book.next() {
            assert!(request.encoded_len() <= 512 * 1024);
        }
        assert_eq!(book.runs().count(), MAX_RESULTS + 1 + 100);
    }

    #[test]
    fn a_new_stream_sends_again_in_order_what_was_not_acknowledged() {
        let mut book = ResultBook::default();
        for token in 1..=3 {
            book.add(result(token, 0));
            if token < 3 {
                book.next();
            }
        }
        book.acknowledge(1);
        book.restart();
        assert_eq!(book.runs().map(|run| run.token).collect::<Vec<_>>(), [2, 3]);
        let sent: Vec<_> = std::iter::from_fn(|| next(&mut book)).collect();
        assert_eq!(sent, [(1, vec![2]), (2, vec![3])]);
    }

    #[test]
    fn results_of_runs_that_are_no_longer_ours_are_dropped() {
        let mut book = ResultBook::default();
        (1..=4).for_each(|token| book.add(result(token, 0)));
        book.keep(|run| run.token % 2 == 0);
        assert_eq!(next(&mut book), Some((1, vec![2, 4])));
    }
}
