package jobs

import (
	"context"
	"encoding/json"
	"fmt"
)

// A Handler executes one run. It is called by a [Worker] in a goroutine of its own, as many at once as the worker has in flight.
//
// What it returns ends the attempt. Without an error the run succeeded: the first 4 KiB of the output are kept, best as UTF-8;
// it may be nil. Any error, and a panic, is a failure: it is retried as the job's retry policy says, unless it is marked with
// [DoNotRetry]; a [TaskError] says more. [ErrRelease] gives the run back.
//
// The context is cancelled when the run is to be stopped; [context.Cause] answers a [*CancelError] with the reason. An error after
// that means that it was stopped as asked. The context holds the values of the one that [Worker.Run] was called with.
//
// A run may be delivered more than once: what must not happen twice is keyed by [Task.RunID].
type Handler func(ctx context.Context, task *Task) (output []byte, err error)

// JSON makes a handler of a function that takes the input and gives the output as values, in JSON. An input that does not fit In
// is a failure that is not retried, with the code VALIDATION; without an input the function gets In's zero value.
func JSON[In, Out any](handle func(ctx context.Context, task *Task, input In) (Out, error)) Handler {
	return func(ctx context.Context, task *Task) ([]byte, error) {
		var input In
		if err := task.DecodeInput(&input); err != nil {
			return nil, err
		}
		output, err := handle(ctx, task, input)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(output)
		if err != nil {
			return nil, DoNotRetry(fmt.Errorf("output: %w", err))
		}
		return text, nil
	}
}
