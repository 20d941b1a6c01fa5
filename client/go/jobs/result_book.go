package jobs

import (
	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// Below the 10,000 results and the 512 KiB that the server takes in one message.
const (
	maxBatchResults = 8_000
	maxBatchBytes   = 480 * 1024
)

// A resultBook keeps the results of a worker until the server has acknowledged them, in batches as large as the server takes. Not
// safe for use by several goroutines.
type resultBook struct {
	unsent   []*resultBatch // the last one takes more
	unacked  []*resultBatch
	sequence uint64
	count    int
}

type resultBatch struct {
	sequence uint64
	results  []*jobsv1.Result
	bytes    int
}

// sizeOf is at least what a result takes in a message.
func sizeOf(result *jobsv1.Result) int {
	const most = 96 // tags, lengths, and all fields of fixed size
	return most + len(result.GetRun().GetRunId()) + len(result.GetOutput()) +
		len(result.GetFailure().GetCode()) + len(result.GetFailure().GetMessage())
}

func (b *resultBook) add(result *jobsv1.Result) {
	bytes := sizeOf(result)
	b.count++
	if last := len(b.unsent) - 1; last >= 0 {
		batch := b.unsent[last]
		if batch.bytes+bytes <= maxBatchBytes && len(batch.results) < maxBatchResults {
			batch.bytes += bytes
			batch.results = append(batch.results, result)
			return
		}
	}
	b.unsent = append(b.unsent, &resultBatch{results: []*jobsv1.Result{result}, bytes: bytes})
}

func (b *resultBook) hasUnsent() bool { return len(b.unsent) > 0 }

// empty says whether all that was added is acknowledged.
func (b *resultBook) empty() bool { return b.count == 0 }

// next is the next batch to send, numbered; nil if there is none. It is held until it is acknowledged.
func (b *resultBook) next() *jobsv1.Results {
	if !b.hasUnsent() {
		return nil
	}
	batch := b.unsent[0]
	b.unsent = b.unsent[1:]
	b.sequence++
	batch.sequence = b.sequence
	b.unacked = append(b.unacked, batch)
	return &jobsv1.Results{Sequence: batch.sequence, Results: batch.results}
}

// acknowledge drops the batches up to this sequence.
func (b *resultBook) acknowledge(through uint64) {
	done := 0
	for done < len(b.unacked) && b.unacked[done].sequence <= through {
		b.count -= len(b.unacked[done].results)
		done++
	}
	b.unacked = b.unacked[done:]
}

// restart begins a new stream: numbers begin anew, and what was not acknowledged is sent again, first.
func (b *resultBook) restart() {
	b.unsent = append(b.unacked, b.unsent...)
	b.unacked = nil
	b.sequence = 0
}

// all calls see with each result that is not acknowledged, oldest first.
func (b *resultBook) all(see func(*jobsv1.Result)) {
	for _, batches := range [][]*resultBatch{b.unacked, b.unsent} {
		for _, batch := range batches {
			for _, result := range batch.results {
				see(result)
			}
		}
	}
}

// keep drops the results of runs for which it is false. Only between restart and the next call of next.
func (b *resultBook) keep(is func(runRef) bool) {
	var kept resultBook
	b.all(func(result *jobsv1.Result) {
		if is(refOf(result.GetRun())) {
			kept.add(result)
		}
	})
	*b = kept
}
