package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

func echo(_ context.Context, task *Task) ([]byte, error) { return []byte(task.RunID()), nil }

// waiting is a handler that says that it was called and waits for its end.
func waiting(began chan<- *Task) Handler {
	return func(ctx context.Context, task *Task) ([]byte, error) {
		began <- task
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
}

func await[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(patience):
		t.Fatal("waited in vain")
		panic("unreachable")
	}
}

func TestWorkersThatCannotWorkAreRefused(t *testing.T) {
	_, client := newScriptedServer(t)
	for name, make := range map[string]func() (*Worker, error){
		"no queue":           func() (*Worker, error) { return NewWorker(client, nil, echo) },
		"no handler":         func() (*Worker, error) { return NewWorker(client, []string{"q"}, nil) },
		"nothing in flight":  func() (*Worker, error) { return NewWorker(client, []string{"q"}, echo, WithMaxInFlight(0)) },
		"too much in flight": func() (*Worker, error) { return NewWorker(client, []string{"q"}, echo, WithMaxInFlight(100_001)) },
		"a lease too short":  func() (*Worker, error) { return NewWorker(client, []string{"q"}, echo, WithLease(time.Millisecond)) },
	} {
		if _, err := make(); err == nil {
			t.Errorf("%s: a worker was made", name)
		}
	}
}

func TestHelloSaysWhoTheWorkerIs(t *testing.T) {
	server, client := newScriptedServer(t, WithProduct("p"))
	startWorker(t, client, echo, WithWorkerName("w"), WithMaxInFlight(7), WithLease(5*time.Second))
	_, hello := server.greet("s")
	if hello.GetProduct() != "p" || hello.GetWorker() != "w" || hello.GetMaxInFlight() != 7 || hello.GetSessionId() != "" ||
		hello.GetLease().AsDuration() != 5*time.Second || !slices.Equal(hello.GetQueues(), []string{"q"}) {
		t.Errorf("got %v", hello)
	}
}

func TestRunsAreHandledAndReportedWithTheirTokens(t *testing.T) {
	server, client := newScriptedServer(t)
	startWorker(t, client, echo)
	stream, _ := server.greet("s")
	stream.deliver(run("a-1", 5))
	results := stream.results()
	result := results.GetResults()[0]
	if results.GetSequence() != 1 || refOf(result.GetRun()) != (runRef{"a-1", 5}) || string(result.GetOutput()) != "a-1" {
		t.Errorf("got %v", results)
	}
}

func TestAHandlerThatPanicsOrEndsItsGoroutineFailsItsRunAlone(t *testing.T) {
	server, client := newScriptedServer(t)
	startWorker(t, client, func(_ context.Context, task *Task) ([]byte, error) {
		switch task.RunID() {
		case "a-1":
			panic("oops")
		case "a-2":
			runtime.Goexit()
		}
		return nil, nil
	})
	stream, _ := server.greet("s")
	for id, want := range map[string]string{"a-1": "HANDLER_ERROR: panic: oops", "a-2": "NO_RESULT: the worker's handler ended without a result", "a-3": ": "} {
		stream.deliver(run(id, 1))
		failure := stream.results().GetResults()[0].GetFailure()
		if got := failure.GetCode() + ": " + failure.GetMessage(); got != want {
			t.Errorf("%s: got %q", id, got)
		}
	}
}

func TestCancelsReachTheHandlerOfTheirDeliveryOnly(t *testing.T) {
	server, client := newScriptedServer(t)
	began := make(chan *Task, 2)
	startWorker(t, client, waiting(began))
	stream, _ := server.greet("s")
	stream.deliver(run("a-1", 1), run("a-2", 2))
	first, second := await(t, began), await(t, began)
	if first.RunID() != "a-1" {
		first, second = second, first
	}
	stream.cancel("TIMEOUT", run("a-2", 1), run("a-1", 1)) // the token of the first is not that of the second
	result := stream.results().GetResults()[0]
	if result.GetRun().GetRunId() != "a-1" || result.GetCancelled() == nil {
		t.Errorf("got %v", result)
	}
	var cause *CancelError
	if !errors.As(context.Cause(first.ctx), &cause) || cause.Reason != CancelTimeout {
		t.Errorf("the cause is %v", context.Cause(first.ctx))
	}
	if second.ctx.Err() != nil {
		t.Error("another run was cancelled")
	}
}

func TestABrokenStreamIsTakenUpWithWhatIsInHand(t *testing.T) {
	server, client := newScriptedServer(t)
	began := make(chan *Task, 2)
	ends := make(chan error, 10)
	worker, _ := startWorker(t, client, func(ctx context.Context, task *Task) ([]byte, error) {
		if task.RunID() == "done-1" {
			return []byte("done"), nil
		}
		return waiting(began)(ctx, task)
	}, WithStreamEnd(func(err error) { ends <- err }))
	stream, _ := server.greet("s")
	stream.deliver(run("kept-1", 1), run("lost-1", 2), run("done-1", 3))
	tasks := map[string]*Task{}
	for range 2 {
		task := await(t, began)
		tasks[task.RunID()] = task
	}
	stream.results() // and is not acknowledged
	stream.end <- status.Error(codes.Unavailable, "broken")

	again, hello := server.greet("s", run("kept-1", 1), run("done-1", 3))
	if hello.GetSessionId() != "s" || worker.SessionID() == "" {
		t.Errorf("it takes up the session %q", hello.GetSessionId())
	}
	var named []string
	for _, ref := range hello.GetInFlight() {
		named = append(named, fmt.Sprint(ref.GetRunId(), " ", ref.GetToken()))
	}
	slices.Sort(named)
	if !slices.Equal(named, []string{"done-1 3", "kept-1 1", "lost-1 2"}) {
		t.Errorf("in hand are %v", named)
	}
	results := again.results()
	if results.GetSequence() != 1 || len(results.GetResults()) != 1 || results.GetResults()[0].GetRun().GetRunId() != "done-1" {
		t.Errorf("sent again was %v", results)
	}
	<-tasks["lost-1"].ctx.Done()
	var cause *CancelError
	if !errors.As(context.Cause(tasks["lost-1"].ctx), &cause) || cause.Reason != CancelStaleToken {
		t.Errorf("the cause is %v", context.Cause(tasks["lost-1"].ctx))
	}
	if tasks["kept-1"].ctx.Err() != nil {
		t.Error("a run that was kept was cancelled")
	}
	again.cancel("REQUESTED", run("kept-1", 1))
	if got := again.results().GetResults(); len(got) != 1 || got[0].GetRun().GetRunId() != "kept-1" {
		t.Errorf("the run that was lost is reported: %v", got)
	}
	if err := await(t, ends); !errors.Is(err, ErrUnavailable) {
		t.Errorf("told was the end %v", err)
	}
}

func TestASessionThatAnotherWorkerHasIsLeft(t *testing.T) {
	server, client := newScriptedServer(t)
	startWorker(t, client, echo)
	stream, _ := server.greet("s")
	stream.end <- statusWith(t, codes.Aborted, ErrSessionReplaced).Err()
	if _, hello := server.greet("other"); hello.GetSessionId() != "" {
		t.Errorf("it takes up the session %q", hello.GetSessionId())
	}
}

func TestAnErrorThatStaysEndsTheWorker(t *testing.T) {
	server, client := newScriptedServer(t)
	began := make(chan *Task, 1)
	worker, ended := startWorker(t, client, waiting(began))
	stream, _ := server.greet("s")
	stream.deliver(run("a-1", 1))
	task := await(t, began)
	stream.end <- statusWith(t, codes.Unauthenticated, "TOKEN_INVALID").Err()
	if err := awaitEnd(t, ended); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("it ended with %v", err)
	}
	if err := worker.AwaitConnected(t.Context()); !errors.Is(err, ErrUnauthenticated) {
		t.Errorf("it says that it is connected: %v", err)
	}
	if task.ctx.Err() == nil {
		t.Error("the run was not cancelled")
	}
}

func TestADrainFinishesWhatIsInHand(t *testing.T) {
	server, client := newScriptedServer(t)
	began, finish := make(chan *Task, 1), make(chan struct{})
	worker, ended := startWorker(t, client, func(_ context.Context, task *Task) ([]byte, error) {
		began <- task
		<-finish
		return []byte("finished"), nil
	})
	stream, _ := server.greet("s")
	stream.deliver(run("a-1", 1))
	await(t, began)
	drained := make(chan error, 1)
	go func() { drained <- worker.Drain(context.Background()) }()
	if got := stream.receive(); got.GetDrain() == nil {
		t.Fatalf("wanted a drain, got %v", got)
	}
	close(finish)
	results := stream.results()
	if string(results.GetResults()[0].GetOutput()) != "finished" {
		t.Errorf("got %v", results)
	}
	select {
	case err := <-drained:
		t.Fatalf("it left before its result was acknowledged: %v", err)
	case request, open := <-stream.got:
		t.Fatalf("it went on before its result was acknowledged: %v, %v", request, open)
	case <-time.After(20 * time.Millisecond):
	}
	stream.acknowledge(results.GetSequence())
	stream.awaitClosed()
	stream.end <- nil
	if err := await(t, drained); err != nil {
		t.Errorf("it drained with %v", err)
	}
	if err := awaitEnd(t, ended); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestADrainThatTakesTooLongStopsTheWorker(t *testing.T) {
	server, client := newScriptedServer(t)
	began := make(chan *Task, 1)
	worker, ended := startWorker(t, client, waiting(began))
	stream, _ := server.greet("s")
	stream.deliver(run("a-1", 1))
	await(t, began)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	drained := make(chan error, 1)
	go func() { drained <- worker.Drain(ctx) }()
	if got := stream.receive(); got.GetDrain() == nil {
		t.Fatalf("wanted a drain, got %v", got)
	}
	results := stream.results()
	if results.GetResults()[0].GetReleased() == nil {
		t.Errorf("the run was not given back: %v", results)
	}
	stream.acknowledge(results.GetSequence())
	if err := await(t, drained); !errors.Is(err, ErrNotDrained) {
		t.Errorf("it drained with %v", err)
	}
	if err := awaitEnd(t, ended); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestTheEndOfItsContextDrainsTheWorker(t *testing.T) {
	server, client := newScriptedServer(t)
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	defer cancel()
	worker, err := NewWorker(client, []string{"q"}, func(ctx context.Context, _ *Task) ([]byte, error) {
		return []byte(ctx.Value(key{}).(string)), nil
	}, silent)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- worker.Run(ctx) }()
	stream, _ := server.greet("s")
	stream.deliver(run("a-1", 1))
	results := stream.results()
	if string(results.GetResults()[0].GetOutput()) != "value" {
		t.Errorf("got %v", results)
	}
	stream.acknowledge(1)
	cancel()
	if got := stream.receive(); got.GetDrain() == nil {
		t.Fatalf("wanted a drain, got %v", got)
	}
	stream.awaitClosed()
	stream.end <- nil
	if err := awaitEnd(t, ended); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if err := worker.Run(ctx); err == nil {
		t.Error("it runs twice")
	}
}

func TestAWorkerThatIsStoppedTakesNothingMore(t *testing.T) {
	server, client := newScriptedServer(t)
	began := make(chan *Task, 1)
	worker, ended := startWorker(t, client, waiting(began))
	stream, _ := server.greet("s")
	stream.deliver(run("a-1", 1))
	await(t, began)
	go worker.Stop()
	if got := stream.receive(); got.GetDrain() == nil {
		t.Fatalf("wanted a drain, got %v", got)
	}
	stream.deliver(run("a-2", 2)) // was on its way
	released := 0
	for released < 2 {
		for _, result := range stream.results().GetResults() {
			if result.GetReleased() == nil {
				t.Errorf("got %v", result)
			}
			released++
		}
	}
	if err := awaitEnd(t, ended); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestWindowsAndHeartbeatsAreSent(t *testing.T) {
	server, client := newScriptedServer(t)
	worker, _ := startWorker(t, client, echo, WithLease(time.Second))
	stream := server.next()
	if stream.receive().GetHello() == nil {
		t.Fatal("the first message is no hello")
	}
	stream.send(&jobsv1.WorkResponse{Message: &jobsv1.WorkResponse_Welcome{Welcome: &jobsv1.Welcome{SessionId: "s"}}})
	if err := worker.AwaitConnected(t.Context()); err != nil {
		t.Fatal(err)
	}
	worker.SetMaxInFlight(0)
	got := stream.receive()
	for got.GetHeartbeat() != nil {
		got = stream.receive()
	}
	if got.GetWindow() == nil || got.GetWindow().GetMaxInFlight() != 0 {
		t.Errorf("wanted a window of 0, got %v", got)
	}
	if got := stream.receive(); got.GetHeartbeat() == nil {
		t.Errorf("wanted a heartbeat, got %v", got)
	}
}

func TestAHelloNamesNoMoreThanTheServerReads(t *testing.T) {
	_, client := newScriptedServer(t)
	worker, err := NewWorker(client, []string{"q"}, echo)
	if err != nil {
		t.Fatal(err)
	}
	done := resultOf(0, "")
	worker.book.add(done)
	for i := range 50_000 {
		task := &Task{delivery: &jobsv1.Delivery{Run: run(fmt.Sprintf("0000000000208-%d", 1_000_000+i), 1)}}
		worker.tasks[task.ref()] = task
	}
	hello := worker.hello()
	if size := len(hello.GetInFlight()); size < 20_000 || size >= 50_000 {
		t.Errorf("%d are named", size)
	}
	if hello.GetInFlight()[0] != done.GetRun() {
		t.Error("what is done is not named first")
	}
}

func TestTheTokenOfTheMomentGoesWithEachStream(t *testing.T) {
	asked := 0
	server, client := newScriptedServer(t, WithTokenSource(func(context.Context) (string, error) {
		asked++
		return fmt.Sprint("token-", asked), nil
	}))
	startWorker(t, client, echo)
	for _, want := range []string{"Bearer token-1", "Bearer token-2"} {
		stream, _ := server.greet("s")
		told, _ := metadata.FromIncomingContext(stream.stream.Context())
		if got := told.Get("authorization"); !slices.Equal(got, []string{want}) {
			t.Errorf("sent was %q", got)
		}
		stream.end <- nil
	}
}
