package jobs

import (
	"context"
	"io"
	"runtime"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

const (
	// A server that is there answers a hello much sooner.
	helloTimeout = 20 * time.Second
	// A third of the lease, so that two heartbeats may be late.
	heartbeatsPerLease = 3
)

var errHelloTimeout = status.Error(codes.DeadlineExceeded, "the server did not answer the worker's hello")

// streamState is what a stream has said so far. The worker's lock guards it.
type streamState struct {
	lease      time.Duration
	drainSent  bool
	windowSent int
}

type workStream = grpc.BidiStreamingClient[jobsv1.WorkRequest, jobsv1.WorkResponse]

// runStream opens a stream, and answers how it ended: nil if the server, or a drain, ended it in good order.
func (w *Worker) runStream(ctx context.Context) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer func() {
		if err != nil && context.Cause(ctx) == errHelloTimeout {
			err = errHelloTimeout
		}
	}()
	giveUp := time.AfterFunc(helloTimeout, func() { cancel(errHelloTimeout) })
	defer giveUp.Stop()
	stream, err := w.client.workers.Work(ctx, w.client.options.callOptions(nil)...)
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.book.restart()
	hello := w.hello()
	w.stream = streamState{lease: w.options.lease, windowSent: int(hello.GetMaxInFlight())}
	w.mu.Unlock()
	if err := stream.Send(&jobsv1.WorkRequest{Message: &jobsv1.WorkRequest_Hello{Hello: hello}}); err != nil && err != io.EOF {
		return err
	}
	written := make(chan struct{})
	welcomed := make(chan struct{})
	go func() {
		defer close(written)
		w.write(ctx, stream, welcomed)
	}()
	err = w.read(stream, func() {
		giveUp.Stop()
		close(welcomed)
	})
	cancel(nil)
	<-written
	if err == io.EOF {
		return nil
	}
	return err
}

// read takes messages until the stream ends. It calls welcomed once.
func (w *Worker) read(stream workStream, welcomed func()) error {
	for greeted := false; ; {
		response, err := stream.Recv()
		if err != nil {
			return err
		}
		switch message := response.GetMessage().(type) {
		case *jobsv1.WorkResponse_Welcome:
			w.welcome(message.Welcome)
			if !greeted {
				greeted = true
				welcomed()
			}
		case *jobsv1.WorkResponse_Deliveries:
			w.deliver(message.Deliveries.GetDeliveries())
		case *jobsv1.WorkResponse_Cancels:
			w.cancelRuns(message.Cancels)
		case *jobsv1.WorkResponse_Acks:
			w.acknowledge(message.Acks)
		}
		// A drain is told by the end of the stream; the unknown is for later clients.
	}
}

func (w *Worker) acknowledge(acks *jobsv1.Acks) {
	w.mu.Lock()
	w.book.acknowledge(acks.GetAckedThrough())
	leaving := w.draining
	if leaving {
		w.notify()
	}
	w.mu.Unlock()
	if leaving {
		w.signal()
	}
}

// write says what there is to say until the stream ends or there is nothing more to say.
func (w *Worker) write(ctx context.Context, stream workStream, welcomed <-chan struct{}) {
	select {
	case <-welcomed:
	case <-ctx.Done():
		return
	}
	w.mu.Lock()
	beat := w.stream.lease / heartbeatsPerLease
	w.mu.Unlock()
	heartbeat := time.NewTimer(beat)
	defer heartbeat.Stop()
	for due := false; ; {
		request, last := w.nextRequest(due)
		switch {
		case request != nil:
			if stream.Send(request) != nil {
				return // the end follows
			}
			due = false
			heartbeat.Reset(beat)
			continue
		case last:
			_ = stream.CloseSend()
			return
		}
		select {
		case <-w.wake:
			runtime.Gosched() // handlers that are ready to go first make one batch of many
		case <-heartbeat.C:
			due = true
		case <-ctx.Done():
			return
		}
	}
}

// nextRequest is the next thing to say, nil if there is none; last if there will be none any more.
func (w *Worker) nextRequest(heartbeatDue bool) (request *jobsv1.WorkRequest, last bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.draining && !w.stream.drainSent:
		// Before results: what they make room for would be delivered to this worker again.
		w.stream.drainSent = true
		return &jobsv1.WorkRequest{Message: &jobsv1.WorkRequest_Drain{Drain: &jobsv1.Drain{}}}, false
	case w.book.hasUnsent():
		return &jobsv1.WorkRequest{Message: &jobsv1.WorkRequest_Results{Results: w.book.next()}}, false
	case w.stream.windowSent != w.maxInFlight:
		w.stream.windowSent = w.maxInFlight
		window := &jobsv1.Window{MaxInFlight: int32(w.maxInFlight)}
		return &jobsv1.WorkRequest{Message: &jobsv1.WorkRequest_Window{Window: window}}, false
	case heartbeatDue:
		return &jobsv1.WorkRequest{Message: &jobsv1.WorkRequest_Heartbeat{Heartbeat: &jobsv1.Heartbeat{}}}, false
	default:
		return nil, w.stream.drainSent && w.nothingInHand()
	}
}
