package jobs

import (
	"errors"
	"log/slog"
	"time"
)

// As the server's; see Hello in package jobsv1.
const (
	maxMaxInFlight = 100_000
	minLease       = time.Second
	maxLease       = time.Hour
)

// A WorkerOption says how a [Worker] differs from the default.
type WorkerOption func(*workerOptions)

type workerOptions struct {
	name         string
	maxInFlight  int
	lease        time.Duration
	drainTimeout time.Duration
	logger       *slog.Logger
	onStreamEnd  func(error)
}

func buildWorkerOptions(opts []WorkerOption) workerOptions {
	o := workerOptions{
		maxInFlight:  100,
		lease:        30 * time.Second,
		drainTimeout: 30 * time.Second,
		onStreamEnd:  func(error) {},
	}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

func (o *workerOptions) check() error {
	if o.maxInFlight < 1 || o.maxInFlight > maxMaxInFlight {
		return errors.New("jobs: a worker has 1 to 100,000 runs in flight")
	}
	if o.lease < minLease || o.lease > maxLease {
		return errors.New("jobs: a worker's lease is 1 s to 1 h")
	}
	return nil
}

// WithWorkerName gives the worker a name, for people: it is shown on the attempts that it takes. Up to 256 characters without
// control characters.
func WithWorkerName(name string) WorkerOption {
	return func(o *workerOptions) { o.name = name }
}

// WithMaxInFlight says how many runs the worker executes at once at most: 1 to 100,000. Default: 100. When its stream breaks a
// worker keeps some 25,000 runs, as many as a message to the server can name, results that were not acknowledged included; the
// others are stopped here, and delivered again.
func WithMaxInFlight(runs int) WorkerOption {
	return func(o *workerOptions) { o.maxInFlight = runs }
}

// WithLease says how long the server waits for a sign of life: 1 s to 1 h. Default: 30 s. Heartbeats are sent by themselves.
func WithLease(lease time.Duration) WorkerOption {
	return func(o *workerOptions) { o.lease = lease }
}

// WithDrainTimeout says how long the runs in hand may go on when the context of [Worker.Run] is cancelled. Default: 30 s.
func WithDrainTimeout(timeout time.Duration) WorkerOption {
	return func(o *workerOptions) { o.drainTimeout = timeout }
}

// WithLogger says where the worker tells of broken streams and of handlers that panic. Default: [slog.Default].
func WithLogger(logger *slog.Logger) WorkerOption {
	return func(o *workerOptions) { o.logger = logger }
}

// WithStreamEnd is told how each stream ended: nil when the server or a drain ended it. The worker connects again by itself unless
// the error is one that stays. It must not block.
func WithStreamEnd(told func(error)) WorkerOption {
	return func(o *workerOptions) { o.onStreamEnd = told }
}

func (o *workerOptions) log() *slog.Logger {
	if o.logger != nil {
		return o.logger
	}
	return slog.Default()
}
