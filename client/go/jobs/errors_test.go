package jobs

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// statusWith is the status of a failed call as the server makes it.
func statusWith(t *testing.T, code codes.Code, reason Reason, more ...protoadapt.MessageV1) *status.Status {
	t.Helper()
	details := append([]protoadapt.MessageV1{&errdetails.ErrorInfo{
		Reason: string(reason), Domain: "jobs.ductape", Metadata: map[string]string{"tag": "t"},
	}}, more...)
	s, err := status.New(code, "it failed").WithDetails(details...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func retryIn(delay time.Duration) protoadapt.MessageV1 {
	return &errdetails.RetryInfo{RetryDelay: durationpb.New(delay)}
}

func TestErrorCarriesTheDetails(t *testing.T) {
	bad := &errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "job.cron", Description: "no"}}}
	err := fmt.Errorf("while creating: %w", errorOf(statusWith(t, codes.InvalidArgument, ErrFieldInvalid, bad).Err()))

	var got *Error
	if !errors.As(err, &got) {
		t.Fatalf("%v is no *Error", err)
	}
	if got.Code != codes.InvalidArgument || got.Reason != ErrFieldInvalid || got.Domain != "jobs.ductape" || got.Message != "it failed" {
		t.Errorf("got %+v", got)
	}
	if got.Metadata["tag"] != "t" || len(got.Fields) != 1 || got.Fields[0] != (FieldViolation{Field: "job.cron", Description: "no"}) {
		t.Errorf("got %+v", got)
	}
	if _, ok := got.RetryDelay(); ok {
		t.Error("there is a delay that nobody asked for")
	}
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("gRPC reads the code %v", status.Code(err))
	}
}

func TestErrorsIsTellsReasonsAndCodesApart(t *testing.T) {
	err := error(errorOf(statusWith(t, codes.NotFound, ErrJobNotFound).Err()))
	for _, target := range []error{ErrJobNotFound, ErrNotFound, Code(codes.NotFound), Reason("JOB_NOT_FOUND")} {
		if !errors.Is(err, target) {
			t.Errorf("it is not %v", target)
		}
	}
	for _, target := range []error{ErrRunNotFound, ErrAborted, Reason(""), context.Canceled} {
		if errors.Is(err, target) {
			t.Errorf("it is %v", target)
		}
	}
}

func TestAnEmptyReasonIsNone(t *testing.T) {
	if err := errorOf(status.Error(codes.Unavailable, "no connection")); errors.Is(err, Reason("")) || !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %+v", err)
	}
}

func TestWhatEndsACallOnThisSideIsTheContextsError(t *testing.T) {
	for err, target := range map[error]error{
		status.Error(codes.DeadlineExceeded, "late"): context.DeadlineExceeded,
		status.Error(codes.Canceled, "gone"):         context.Canceled,
		context.DeadlineExceeded:                     context.DeadlineExceeded,
	} {
		if got := errorOf(err); !errors.Is(got, target) {
			t.Errorf("%v is not %v", got, target)
		}
	}
}

func TestRetryDelayIsRead(t *testing.T) {
	delay, ok := errorOf(statusWith(t, codes.ResourceExhausted, ErrOverloaded, retryIn(time.Second)).Err()).RetryDelay()
	if !ok || delay != time.Second {
		t.Errorf("got %v, %v", delay, ok)
	}
}

func TestErrorTextNamesCodeReasonAndMessage(t *testing.T) {
	if got := errorOf(statusWith(t, codes.NotFound, ErrJobNotFound).Err()).Error(); got != "jobs: NotFound (JOB_NOT_FOUND): it failed" {
		t.Errorf("got %q", got)
	}
}

func TestItemsOfABatchHaveErrors(t *testing.T) {
	if err := ResultError(&jobsv1.BatchCreateJobsResponse_Result{Job: &jobsv1.Job{}}); err != nil {
		t.Errorf("a job that was created: %v", err)
	}
	failed := statusWith(t, codes.AlreadyExists, ErrJobAlreadyExists).Proto()
	if err := ResultError(&jobsv1.BatchCreateJobsResponse_Result{Error: failed}); !errors.Is(err, ErrJobAlreadyExists) {
		t.Errorf("got %v", err)
	}
}
