package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ductape/ductape-jobs/client/go/jobs"
	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

func newClient(t *testing.T, address string, opts ...jobs.Option) *jobs.Client {
	t.Helper()
	opts = append([]jobs.Option{jobs.WithProduct(fmt.Sprintf("go-%d", time.Now().UnixNano()))}, opts...)
	client, err := jobs.NewClient(address, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// createJob makes an event for workers and a job of it that is only run by hand.
func createJob(t *testing.T, client *jobs.Client) {
	t.Helper()
	event := &jobsv1.Event{EventType: jobsv1.Event_FUNCTION, Tag: "task", Target: jobs.ToWorker("")}
	if _, err := client.CreateEvent(t.Context(), &jobsv1.CreateEventRequest{Event: event}); err != nil {
		t.Fatal(err)
	}
	job := &jobsv1.Job{
		Tag: "job", Name: "Job", EventType: jobsv1.Event_FUNCTION, EventTag: "task", Executions: proto.Int64(0),
		Timing: jobs.At(time.Now().Add(24 * time.Hour)), AttemptTimeout: durationpb.New(time.Hour),
	}
	if _, err := client.CreateJob(t.Context(), &jobsv1.CreateJobRequest{Job: job}); err != nil {
		t.Fatal(err)
	}
}

func runJob(t *testing.T, client *jobs.Client) *jobsv1.Run {
	t.Helper()
	run, err := client.RunJob(t.Context(), &jobsv1.RunJobRequest{Tag: "job"})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func awaitState(t *testing.T, client *jobs.Client, runID string, state jobsv1.Run_State) *jobsv1.Run {
	t.Helper()
	var run *jobsv1.Run
	var err error
	for range 400 {
		run, err = client.GetRun(t.Context(), &jobsv1.GetRunRequest{RunId: runID})
		if err == nil && run.GetState() == state {
			return run
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the run did not become %v: %v, %v", state, run, err)
	return nil
}

func TestLiveRunsAreLeasedAndCompletedWithoutAStream(t *testing.T) {
	client := newClient(t, "")
	createJob(t, client)
	run := runJob(t, client)
	leased, err := client.LeaseRuns(t.Context(), &jobsv1.LeaseRunsRequest{
		Queues: []string{"FUNCTION/task"}, Wait: durationpb.New(10 * time.Second),
	})
	if err != nil || len(leased.GetDeliveries()) != 1 {
		t.Fatalf("got %v, %v", leased, err)
	}
	result := &jobsv1.Result{Run: leased.GetDeliveries()[0].GetRun(), Outcome: &jobsv1.Result_Output{Output: []byte("done")}}
	completed, err := client.CompleteRuns(t.Context(), &jobsv1.CompleteRunsRequest{
		SessionId: leased.GetSessionId(), Results: []*jobsv1.Result{result},
	})
	if err != nil || len(completed.GetRefused()) != 0 {
		t.Fatalf("got %v, %v", completed, err)
	}
	if got := awaitState(t, client, run.GetRunId(), jobsv1.Run_COMPLETED); got.GetOutput() != "done" {
		t.Errorf("got %v", got)
	}
}

func TestLiveAWorkerGoesOnAfterTheServerWasKilled(t *testing.T) {
	folder := t.TempDir()
	first, err := startServer(folder, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(t, first.address)
	createJob(t, client)
	// Told apart by their tokens: the server that starts counts the attempts anew.
	began, cancelled := make(chan uint64, 2), make(chan error, 1)
	var firstToken atomic.Uint64
	worker, err := jobs.NewWorker(client, []string{"FUNCTION/task"}, func(ctx context.Context, task *jobs.Task) ([]byte, error) {
		began <- task.Token()
		if firstToken.CompareAndSwap(0, task.Token()) {
			<-ctx.Done()
			cancelled <- context.Cause(ctx)
			return nil, ctx.Err()
		}
		return []byte("again"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- worker.Run(context.Background()) }()
	t.Cleanup(worker.Stop)
	run := runJob(t, client)
	token := <-began
	_ = first.stop(syscall.SIGKILL)
	second, err := startServer(folder, first.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.stop(syscall.SIGTERM) }()
	if got := awaitState(t, client, run.GetRunId(), jobsv1.Run_COMPLETED); got.GetOutput() != "again" {
		t.Errorf("got %v", got)
	}
	if again := <-began; again <= token {
		t.Errorf("the token did not rise: %d, then %d", token, again)
	}
	var cause *jobs.CancelError
	if err := <-cancelled; !errors.As(err, &cause) || cause.Reason != jobs.CancelStaleToken {
		t.Errorf("the first delivery ended with %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := worker.Drain(ctx); err != nil {
		t.Errorf("it drained with %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestLiveACallEndsWithItsContext(t *testing.T) {
	client := newClient(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.GetServerInfo(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	late := newClient(t, "", jobs.WithTimeout(time.Nanosecond))
	if _, err := late.GetServerInfo(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
