package jobs

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// ErrNotDrained is what [Worker.Run] and [Worker.Drain] answer when runs were still in hand when the time for draining was over:
// they were given back, or will be delivered again.
var ErrNotDrained = errors.New("jobs: runs were still in hand when the time for draining was over")

// stopGrace is how long Stop waits for handlers, and for their results to be acknowledged.
const stopGrace = time.Second

// A Worker executes the runs of events with a worker target. While [Worker.Run] is under way it takes runs as long as there is
// room, calls the [Handler] for each, returns results in batches as they come, sends heartbeats, passes cancels on, and when its
// stream breaks connects again after a growing wait ([WithRetryPolicy] of the client) and takes up its session: what it executes
// stays its own if it is back within the server's grace of 10 s, and results that were not acknowledged are sent again.
//
// A Worker is safe for use by several goroutines.
type Worker struct {
	client  *Client
	queues  []string
	handler Handler
	options workerOptions

	started  atomic.Bool
	halt     chan struct{} // closed by Stop: the stream is broken off
	haltOnce sync.Once
	ended    chan struct{} // closed when Run is about to return
	wake     chan struct{} // there may be something to write
	handlers sync.WaitGroup
	base     context.Context // of handlers; set by Run before anything is delivered

	mu          sync.Mutex
	changed     chan struct{} // closed, and replaced, when what is awaited may have come true
	sessionID   string
	tasks       map[runRef]*Task
	book        resultBook
	maxInFlight int
	draining    bool
	stopping    bool
	welcomed    bool
	failures    int // of streams, in a row
	err         error
	stream      streamState
}

// NewWorker makes a worker that serves these queues, 1 to 100; "ACTION/send_report" is that of the event ACTION send_report whose
// target names none. It connects when [Worker.Run] is called. It fails if there is no queue or no handler, or a number is out of
// range.
func NewWorker(client *Client, queues []string, handler Handler, opts ...WorkerOption) (*Worker, error) {
	options := buildWorkerOptions(opts)
	switch {
	case len(queues) == 0:
		return nil, errors.New("jobs: a worker serves some queue")
	case handler == nil:
		return nil, errors.New("jobs: a worker has a handler")
	}
	if err := options.check(); err != nil {
		return nil, err
	}
	return &Worker{
		client:      client,
		queues:      append([]string(nil), queues...),
		handler:     handler,
		options:     options,
		halt:        make(chan struct{}),
		ended:       make(chan struct{}),
		wake:        make(chan struct{}, 1),
		changed:     make(chan struct{}),
		tasks:       make(map[runRef]*Task),
		maxInFlight: options.maxInFlight,
	}, nil
}

// Run takes and executes runs until ctx is cancelled; then it drains, for as long as [WithDrainTimeout] says. It may be called
// once.
//
// It answers nil after a drain that ended in good order and after [Worker.Stop], [ErrNotDrained] after one that did not, and the
// [*Error] with which the server refused the worker for good: INVALID_ARGUMENT, UNAUTHENTICATED, PERMISSION_DENIED or
// UNIMPLEMENTED. When it returns, handlers that ignore their context may still be running.
func (w *Worker) Run(ctx context.Context) error {
	if !w.started.CompareAndSwap(false, true) {
		return errors.New("jobs: a worker runs once")
	}
	w.base = context.WithoutCancel(ctx)
	drained := make(chan error, 1)
	unwatch := context.AfterFunc(ctx, func() {
		limited, cancel := context.WithTimeout(w.base, w.options.drainTimeout)
		defer cancel()
		drained <- w.Drain(limited)
	})
	err := w.serve()
	w.finish(err)
	if !unwatch() { // it is draining, or has drained
		if drainErr := <-drained; err == nil {
			err = drainErr
		}
	}
	w.awaitHandlers(stopGrace)
	return err
}

// Drain leaves in good order: the worker takes no more runs, finishes those it has, waits until the server has acknowledged their
// results, and closes the stream; then Run returns. If ctx ends first the worker is stopped, and the answer is [ErrNotDrained]. An
// error with which the server refused the worker is answered as Run does. Of a worker that was never run it answers nil. Not from a
// handler, which would wait for itself: that cancels Run's context instead.
func (w *Worker) Drain(ctx context.Context) error {
	w.mu.Lock()
	w.draining = true
	w.notify()
	w.mu.Unlock()
	w.signal()
	if !w.started.Load() {
		return nil
	}
	select {
	case <-w.ended:
	case <-ctx.Done():
		w.Stop()
		return ErrNotDrained
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil && w.stopping {
		return ErrNotDrained
	}
	return w.err
}

// Stop ends the worker at once: the contexts of its handlers are cancelled, the runs of those that return within a second are
// given back to the server as far as the stream stands, and the others are delivered again after its grace. It waits until Run is
// about to return. Not from a handler. Idempotent.
func (w *Worker) Stop() {
	w.mu.Lock()
	if w.hasEnded() {
		w.mu.Unlock()
		return
	}
	w.stopping, w.draining = true, true
	tasks := make([]*Task, 0, len(w.tasks))
	for _, task := range w.tasks {
		tasks = append(tasks, task)
	}
	w.notify()
	w.mu.Unlock()
	w.signal()
	for _, task := range tasks {
		task.cancel(&CancelError{Reason: CancelStopped})
	}
	if !w.started.Load() {
		return
	}
	flush, cancel := context.WithTimeout(context.Background(), stopGrace)
	defer cancel()
	_ = w.await(flush, func() bool { return !w.welcomed || w.nothingInHand() })
	w.haltOnce.Do(func() { close(w.halt) })
	<-w.ended
}

// SetMaxInFlight changes [WithMaxInFlight]: 0 to 100,000, what lies beyond is cut; 0: no runs for now. Runs in hand are kept.
func (w *Worker) SetMaxInFlight(runs int) {
	w.mu.Lock()
	w.maxInFlight = max(0, min(runs, maxMaxInFlight))
	w.mu.Unlock()
	w.signal()
}

// AwaitConnected waits until a stream stands and the server has welcomed it. It answers ctx's error, or if the worker has ended
// the error of Run or [ErrNotDrained].
func (w *Worker) AwaitConnected(ctx context.Context) error {
	err := w.await(ctx, func() bool { return w.welcomed || w.hasEnded() })
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.welcomed:
		return nil
	case w.err != nil:
		return w.err
	default:
		return ErrNotDrained
	}
}

// InFlight is how many runs are in hand.
func (w *Worker) InFlight() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.tasks)
}

// SessionID is the id of the worker's session, empty before the first welcome.
func (w *Worker) SessionID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sessionID
}

// nothingInHand needs the lock.
func (w *Worker) nothingInHand() bool { return len(w.tasks) == 0 && w.book.empty() }

func (w *Worker) hasEnded() bool {
	select {
	case <-w.ended:
		return true
	default:
		return false
	}
}

// finish makes err the end of the worker.
func (w *Worker) finish(err error) {
	w.mu.Lock()
	w.err = err
	close(w.ended)
	w.notify()
	w.mu.Unlock()
}

// notify needs the lock.
func (w *Worker) notify() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// signal tells the stream, if there is one, that there may be something to write.
func (w *Worker) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// await waits until is, which is asked under the lock, or answers ctx's error.
func (w *Worker) await(ctx context.Context, is func() bool) error {
	for {
		w.mu.Lock()
		holds, changed := is(), w.changed
		w.mu.Unlock()
		if holds {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (w *Worker) awaitHandlers(most time.Duration) {
	done := make(chan struct{})
	go func() {
		w.handlers.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(most):
	}
}
