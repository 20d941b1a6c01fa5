package jobs

import (
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// maxInFlightBytes bounds the runs that a hello names as in hand, of the 1 MiB that the server takes: a larger hello would end
// the stream, and every one after it, for as long as the worker has so much in hand. The rest of a hello takes up to 100 KiB, mostly
// the names of 100 queues. What is not named is not the worker's any more; the welcome tells it so.
const maxInFlightBytes = 900 * 1024

// hello opens a stream. Its caller holds the lock.
func (w *Worker) hello() *jobsv1.Hello {
	hello := &jobsv1.Hello{
		Product:     w.client.options.product,
		Worker:      w.options.name,
		SessionId:   w.sessionID,
		Queues:      w.queues,
		MaxInFlight: int32(max(w.maxInFlight, 1)),
		Lease:       durationpb.New(w.options.lease),
	}
	bytes := 0
	add := func(run *jobsv1.RunRef) {
		const head = 2 // a tag and a length; it has some 30 bytes, so that one byte of length is enough
		if bytes += proto.Size(run) + head; bytes <= maxInFlightBytes {
			hello.InFlight = append(hello.InFlight, run)
		}
	}
	// What is done but not acknowledged, and what is executed: else the server would deliver it again. The first before the
	// second, should there be too much: done is worth more than begun.
	w.book.all(func(result *jobsv1.Result) { add(result.GetRun()) })
	for _, task := range w.tasks {
		add(task.delivery.GetRun())
	}
	return hello
}

// leaseOf is the lease in force.
func leaseOf(welcome *jobsv1.Welcome, asked time.Duration) time.Duration {
	if lease := welcome.GetLease().AsDuration(); lease > 0 {
		return lease
	}
	return asked
}
