package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// A Task is one delivery of a run, to be executed. It is read-only and safe for use by several goroutines.
type Task struct {
	delivery *jobsv1.Delivery
	cancel   context.CancelCauseFunc
	ctx      context.Context
}

// RunID is the id of the run, the same in all its attempts and deliveries: what must not happen twice is keyed by it.
func (t *Task) RunID() string { return t.delivery.GetRun().GetRunId() }

// Token is the fencing token: it rises with every delivery of the run. What remembers the highest token that it saw of a run can
// refuse what comes with a lower one.
func (t *Task) Token() uint64 { return t.delivery.GetRun().GetToken() }

// Number is the run's number within its job: 1, 2, 3 and so on.
func (t *Task) Number() int64 { return t.delivery.GetNumber() }

// Attempt is the number of the attempt within the run, from 1.
func (t *Task) Attempt() int { return int(t.delivery.GetAttempt()) }

// JobTag is the tag of the job.
func (t *Task) JobTag() string { return t.delivery.GetJobTag() }

// JobName is the display name of the job. May be empty.
func (t *Task) JobName() string { return t.delivery.GetJobName() }

// EventType is the type of the event.
func (t *Task) EventType() jobsv1.Event_Type { return t.delivery.GetEventType() }

// EventTag is the tag of the event.
func (t *Task) EventTag() string { return t.delivery.GetEventTag() }

// ScheduledTime is the nominal time of the occurrence; of a manual run the time of its call.
func (t *Task) ScheduledTime() time.Time { return t.delivery.GetScheduledTime().AsTime() }

// Deadline is when the attempt's timeout ends it, by the server's clock: the server then takes it as failed with TIMEOUT, and the
// handler's context is cancelled.
func (t *Task) Deadline() time.Time { return t.delivery.GetDeadline().AsTime() }

// Input is the input as JSON text, empty if the job has none.
func (t *Task) Input() []byte { return t.delivery.GetInput() }

// DecodeInput reads the input into value as [json.Unmarshal] does; without an input it leaves value as it is. Its error is a
// failure that is not retried, with the code VALIDATION, if the handler returns it.
func (t *Task) DecodeInput(value any) error {
	if len(t.Input()) == 0 {
		return nil
	}
	if err := json.Unmarshal(t.Input(), value); err != nil {
		return &TaskError{Code: CodeValidation, Err: fmt.Errorf("input: %w", err)}
	}
	return nil
}

// Env is the environment of the job.
func (t *Task) Env() string { return t.delivery.GetEnv() }

// Traceparent is the W3C trace context of the run.
func (t *Task) Traceparent() string { return t.delivery.GetTraceparent() }

// Trigger says what made the run.
func (t *Task) Trigger() jobsv1.Run_Trigger { return t.delivery.GetTrigger() }

// Delivery is the message as it came. It must not be changed.
func (t *Task) Delivery() *jobsv1.Delivery { return t.delivery }

func (t *Task) ref() runRef { return refOf(t.delivery.GetRun()) }

// runRef names one delivery of a run.
type runRef struct {
	runID string
	token uint64
}

func refOf(run *jobsv1.RunRef) runRef { return runRef{runID: run.GetRunId(), token: run.GetToken()} }
