package jobs

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"google.golang.org/grpc/codes"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// isForGood says whether connecting again would only fail again.
func isForGood(err *Error) bool {
	if err == nil {
		return false
	}
	switch err.Code {
	case codes.InvalidArgument, codes.Unauthenticated, codes.PermissionDenied, codes.Unimplemented:
		return true
	default:
		return false
	}
}

// serve holds the session over the streams that carry it, one after the other, until the worker has ended.
func (w *Worker) serve() error {
	ctx, cancel := context.WithCancel(w.base)
	defer cancel()
	go func() {
		select {
		case <-w.halt:
			cancel()
		case <-ctx.Done():
		}
	}()
	for !w.isDone() {
		err := errorOf(w.runStream(ctx))
		lost, wait, last := w.streamEnded(err)
		for _, task := range lost {
			task.cancel(&CancelError{Reason: CancelStaleToken})
		}
		w.options.onStreamEnd(asError(err))
		if last {
			return asError(err)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			w.options.log().Warn("jobs: the worker's stream broke; connecting again", "error", err, "wait", wait)
		}
		w.rest(ctx, wait)
	}
	return nil
}

// isDone says whether no stream is needed any more.
func (w *Worker) isDone() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stopping || w.draining && w.nothingInHand()
}

// streamEnded takes note of the end of a stream. Its answers: the tasks that are not the worker's any more, how long to wait
// before the next stream, and whether there is none.
func (w *Worker) streamEnded(err *Error) (lost []*Task, wait time.Duration, last bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.welcomed = false
	w.notify()
	if isForGood(err) {
		for ref, task := range w.tasks {
			lost = append(lost, task)
			delete(w.tasks, ref)
		}
		return lost, 0, true
	}
	var asked time.Duration
	if err != nil {
		if err.Reason == ErrSessionReplaced {
			w.sessionID = "" // another worker has it: a new one, then
		}
		asked, _ = err.RetryDelay()
	}
	w.failures++
	return nil, w.client.options.retry.backoff(w.failures, asked, rand.Float64()), false
}

// rest waits before the next stream, unless it turns out that none is needed.
func (w *Worker) rest(ctx context.Context, wait time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	_ = w.await(ctx, func() bool { return w.stopping || w.draining && w.nothingInHand() })
}

// welcome takes up the session. What the server does not know as this worker's is stopped and not reported.
func (w *Worker) welcome(welcome *jobsv1.Welcome) {
	kept := make(map[runRef]bool, len(welcome.GetKept()))
	for _, run := range welcome.GetKept() {
		kept[refOf(run)] = true
	}
	var lost []*Task
	w.mu.Lock()
	w.sessionID = welcome.GetSessionId()
	w.failures = 0
	for ref, task := range w.tasks {
		if !kept[ref] {
			lost = append(lost, task)
			delete(w.tasks, ref)
		}
	}
	w.book.keep(func(ref runRef) bool { return kept[ref] })
	w.welcomed = true
	w.stream.lease = leaseOf(welcome, w.options.lease)
	w.notify()
	w.mu.Unlock()
	w.signal()
	for _, task := range lost {
		task.cancel(&CancelError{Reason: CancelStaleToken})
	}
}

// deliver begins what was delivered.
func (w *Worker) deliver(deliveries []*jobsv1.Delivery) {
	tasks := make([]*Task, len(deliveries)) // each by itself: one that takes long does not hold the memory of all
	w.mu.Lock()
	if w.stopping {
		for _, delivery := range deliveries {
			w.book.add(releaseOf(delivery.GetRun()))
		}
		w.mu.Unlock()
		w.signal()
		return
	}
	w.handlers.Add(len(tasks))
	for i, delivery := range deliveries {
		task := &Task{delivery: delivery}
		task.ctx, task.cancel = context.WithCancelCause(w.base)
		w.tasks[task.ref()] = task
		tasks[i] = task
	}
	w.mu.Unlock()
	for _, task := range tasks {
		go w.execute(task)
	}
}

// cancelRuns passes the server's wish on.
func (w *Worker) cancelRuns(cancels *jobsv1.Cancels) {
	reason := cancels.GetReason()
	if reason == "" {
		reason = CancelRequested
	}
	for _, run := range cancels.GetRuns() {
		w.mu.Lock()
		task := w.tasks[refOf(run)]
		w.mu.Unlock()
		if task != nil {
			task.cancel(&CancelError{Reason: reason})
		}
	}
}

// execute calls the handler and reports what became of the run, even if the handler ends its goroutine.
func (w *Worker) execute(task *Task) {
	defer w.handlers.Done()
	var result *jobsv1.Result
	defer func() { w.report(task, result) }()
	result = w.outcome(task)
}

func (w *Worker) outcome(task *Task) (result *jobsv1.Result) {
	run := task.delivery.GetRun()
	if err := task.ctx.Err(); err != nil { // while it waited for its turn
		return outcomeOf(task.ctx, run, nil, err)
	}
	defer func() {
		if fault := recover(); fault != nil {
			w.options.log().Error("jobs: a handler panicked", "run_id", task.RunID(), "panic", fault, "stack", string(debug.Stack()))
			result = failureOf(run, fmt.Errorf("panic: %v", fault))
		}
	}()
	output, err := w.handler(task.ctx, task)
	return outcomeOf(task.ctx, run, output, err)
}

// report hands the result of a task over to the stream; nil is that of a handler that gave none.
func (w *Worker) report(task *Task, result *jobsv1.Result) {
	if result == nil {
		result = failureOf(task.delivery.GetRun(), &TaskError{Code: codeNoResult, Message: "the worker's handler ended without a result"})
	}
	task.cancel(nil) // the context is of no use any more
	w.mu.Lock()
	_, mine := w.tasks[task.ref()]
	if mine { // else it belongs to somebody else by now
		delete(w.tasks, task.ref())
		w.book.add(result)
	}
	if w.stopping {
		w.notify()
	}
	w.mu.Unlock()
	if mine {
		w.signal()
	}
}
