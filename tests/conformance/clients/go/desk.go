package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ductape/ductape-jobs/client/go/jobs"
)

// desk is where handlers note what they are called with, and wait for latches.
type desk struct {
	mu      sync.Mutex
	notes   map[string][]map[string]any
	latches map[string]chan struct{}
}

func newDesk() *desk {
	return &desk{notes: map[string][]map[string]any{}, latches: map[string]chan struct{}{}}
}

// order is what the input of a run says to do.
type order struct {
	Do        string `json:"do"`
	Output    string `json:"output"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	Retryable *bool  `json:"retryable"`
	Attempt   int    `json:"attempt"`
	Latch     string `json:"latch"`
}

// handle is the handler of every worker.
func (d *desk) handle(ctx context.Context, task *jobs.Task) ([]byte, error) {
	note, err := d.note(task)
	if err != nil {
		return nil, err
	}
	var o order
	if err := task.DecodeInput(&o); err != nil {
		return nil, err
	}
	switch o.Do {
	case "", "describe":
		return fmt.Appendf(nil, "%s %s %d %d", task.RunID(), task.JobTag(), task.Number(), task.Attempt()), nil
	case "complete":
		return []byte(o.Output), nil
	case "fail":
		err := &jobs.TaskError{Code: o.Code, Message: o.Message}
		if o.Retryable != nil && !*o.Retryable {
			return nil, jobs.DoNotRetry(err)
		}
		return nil, err
	case "fail_until":
		if task.Attempt() < o.Attempt {
			return nil, &jobs.TaskError{Code: o.Code, Message: o.Message}
		}
		return fmt.Appendf(nil, "attempt %d", task.Attempt()), nil
	case "throw":
		return nil, errors.New(o.Message)
	case "wait_cancel":
		return nil, d.wait(ctx, note, nil)
	case "hold":
		return []byte("held"), d.wait(ctx, note, d.latch(o.Latch))
	default:
		return nil, jobs.DoNotRetry(fmt.Errorf("no such order: %q", o.Do))
	}
}

// note writes down what a handler was called with.
func (d *desk) note(task *jobs.Task) (map[string]any, error) {
	var input any
	if err := task.DecodeInput(&input); err != nil {
		return nil, err
	}
	text, err := json.Marshal(map[string]any{
		"run_id": task.RunID(), "job_tag": task.JobTag(), "job_name": task.JobName(), "number": task.Number(), "attempt": task.Attempt(),
		"event_type": task.EventType().String(), "event_tag": task.EventTag(), "env": task.Env(),
		"scheduled_time": task.ScheduledTime(), "token": task.Token(), "input": input, "cancelled": nil,
	})
	if err != nil {
		return nil, err
	}
	var note map[string]any
	if err := decode(text, &note); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes[task.RunID()] = append(d.notes[task.RunID()], note)
	return note, nil
}

// wait waits until the latch is open or the run is to be stopped, which it notes.
func (d *desk) wait(ctx context.Context, note map[string]any, latch <-chan struct{}) error {
	select {
	case <-latch:
		return nil
	case <-ctx.Done():
	case <-time.After(30 * time.Second):
		return errors.New("waited in vain")
	}
	var cancelled *jobs.CancelError
	if errors.As(context.Cause(ctx), &cancelled) {
		d.mu.Lock()
		note["cancelled"] = cancelled.Reason
		d.mu.Unlock()
	}
	return context.Cause(ctx)
}

func (d *desk) latch(name string) chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.latches[name] == nil {
		d.latches[name] = make(chan struct{})
	}
	return d.latches[name]
}

func (d *desk) open(name string) { close(d.latch(name)) }

// seen is a copy of what was noted of a run.
func (d *desk) seen(runID string) []any {
	d.mu.Lock()
	defer d.mu.Unlock()
	seen := []any{}
	for _, note := range d.notes[runID] {
		copied := make(map[string]any, len(note))
		for name, value := range note {
			copied[name] = value
		}
		seen = append(seen, copied)
	}
	return seen
}

// await repeats holds until it is satisfied, or answers why it is not when ctx ends.
func (d *desk) await(ctx context.Context, holds func() error) error {
	for {
		err := holds()
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
