package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

var someRun = &jobsv1.RunRef{RunId: "0000000000208-17", Token: 5}

func outcome(t *testing.T, ctx context.Context, output string, err error) *jobsv1.Result {
	t.Helper()
	result := outcomeOf(ctx, someRun, []byte(output), err)
	if result.GetRun() != someRun {
		t.Errorf("the result names the run %v", result.GetRun())
	}
	return result
}

func TestOutputIsCutToALittleMoreThanIsKept(t *testing.T) {
	if got := outcome(t, t.Context(), "done", nil); string(got.GetOutput()) != "done" {
		t.Errorf("got %v", got)
	}
	if got := outcome(t, t.Context(), strings.Repeat("x", 100_000), nil); len(got.GetOutput()) != 8192 {
		t.Errorf("%d bytes are sent", len(got.GetOutput()))
	}
	if got := outcomeOf(t.Context(), someRun, nil, nil); got.Outcome == nil {
		t.Error("success without an output is no outcome")
	}
}

func TestFailures(t *testing.T) {
	yes, no := proto.Bool(true), proto.Bool(false)
	for _, test := range []struct {
		name      string
		err       error
		code      string
		message   string
		retryable *bool
	}{
		{"any error", errors.New("broken"), "HANDLER_ERROR", "broken", yes},
		{"not to be retried", DoNotRetry(errors.New("broken")), "HANDLER_ERROR", "broken", no},
		{"wrapped", fmt.Errorf("so: %w", DoNotRetry(errors.New("broken"))), "HANDLER_ERROR", "so: broken", no},
		{"a code of one's own", &TaskError{Code: "OUT_OF_STOCK", Message: "none"}, "OUT_OF_STOCK", "none", yes},
		{"the same, not to be retried", DoNotRetry(&TaskError{Code: "OUT_OF_STOCK"}), "OUT_OF_STOCK", "OUT_OF_STOCK", no},
		{"a code whose class decides", &TaskError{Code: CodeNotFound, Err: errors.New("gone")}, "NOT_FOUND", "gone", nil},
		{"against its class", &TaskError{Code: CodeNotFound, Retryable: yes}, "NOT_FOUND", "NOT_FOUND", yes},
		{"a code made to fit", &TaskError{Code: "out of stock"}, "OUT_OF_STOCK", "out of stock", yes},
		{"a code that begins with a number", &TaskError{Code: "404"}, "E_404", "404", yes},
		{"no code", &TaskError{Message: "m", Retryable: no}, "HANDLER_ERROR", "m", no},
	} {
		got := outcome(t, t.Context(), "", test.err).GetFailure()
		if got.GetCode() != test.code || got.GetMessage() != test.message {
			t.Errorf("%s: got %v", test.name, got)
		}
		if (got.Retryable == nil) != (test.retryable == nil) || got.GetRetryable() != (test.retryable != nil && *test.retryable) {
			t.Errorf("%s: retryable is %v", test.name, got.Retryable)
		}
	}
}

func TestFailureCarriesStatusAndWait(t *testing.T) {
	got := outcome(t, t.Context(), "", &TaskError{Code: CodeRateLimited, Status: 429, RetryAfter: 2 * time.Second})
	if got.GetFailure().GetStatus() != 429 || got.GetRetryAfter().AsDuration() != 2*time.Second {
		t.Errorf("got %v", got)
	}
}

func TestMessagesFitIntoProtobuf(t *testing.T) {
	long := outcome(t, t.Context(), "", errors.New(strings.Repeat("ü", 5000))).GetFailure().GetMessage()
	if len(long) > sentMessageBytes || len(long) < sentMessageBytes-1 || !utf8.ValidString(long) {
		t.Errorf("%d bytes, valid: %v", len(long), utf8.ValidString(long))
	}
	if got := outcome(t, t.Context(), "", errors.New("a\xffb")).GetFailure().GetMessage(); got != "a?b" {
		t.Errorf("got %q", got)
	}
	if code := fitCode(strings.Repeat("A", 100)); len(code) != 64 {
		t.Errorf("a code of %d characters", len(code))
	}
}

func TestWhatACancelledHandlerAnswers(t *testing.T) {
	cancelled := func(reason string) context.Context {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(&CancelError{Reason: reason})
		return ctx
	}
	asked := cancelled(CancelRequested)
	if got := outcome(t, asked, "", fmt.Errorf("stopped: %w", asked.Err())); got.GetCancelled() == nil {
		t.Errorf("as the server asked: %v", got)
	}
	stopped := cancelled(CancelStopped)
	if got := outcome(t, stopped, "", context.Cause(stopped)); got.GetReleased() == nil {
		t.Errorf("since the worker was stopped: %v", got)
	}
	if got := outcome(t, asked, "done", nil); string(got.GetOutput()) != "done" {
		t.Errorf("done before it could be stopped: %v", got)
	}
	if !errors.Is(context.Cause(asked), context.Canceled) {
		t.Error("the cause is no context.Canceled")
	}
}

func TestReleaseGivesARunBack(t *testing.T) {
	if got := outcome(t, t.Context(), "", fmt.Errorf("busy: %w", ErrRelease)); got.GetReleased() == nil {
		t.Errorf("got %v", got)
	}
}

func TestDoNotRetryOfNilIsNil(t *testing.T) {
	if DoNotRetry(nil) != nil {
		t.Error("it is an error")
	}
}
