package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Error is how every call of a [Client] fails, and a [Worker] too when the server refuses it. It is found with [errors.As]; what
// kind of failure it is is asked with [errors.Is] and a [Reason] or a [Code] of this package, and for what ended the call on this
// side with [context.Canceled] or [context.DeadlineExceeded]. [status.FromError] of gRPC reads it as well.
type Error struct {
	// Code is gRPC's status code, never OK.
	Code codes.Code
	// Message says what happened, for people.
	Message string
	// Reason is a stable word in capitals such as JOB_NOT_FOUND. What each means stands at the methods that give it. Empty if
	// the error did not come from the service itself: the connection failed, or the call was given up on this side.
	Reason Reason
	// Domain is whose word Reason is, for example jobs.ductape.
	Domain string
	// Metadata holds the dynamic values of the message by name, for example {"tag": "example_job"}.
	Metadata map[string]string
	// Fields are those at fault, of an INVALID_ARGUMENT.
	Fields []FieldViolation

	retryDelay *time.Duration
	status     *status.Status
}

// FieldViolation is one field at fault.
type FieldViolation struct {
	// Field is its path from the request, for example job.executions.
	Field string
	// Description says what is wrong and what would be right.
	Description string
}

// RetryDelay says how long the server asks to wait before a repetition, and whether it does.
func (e *Error) RetryDelay() (time.Duration, bool) {
	if e.retryDelay == nil {
		return 0, false
	}
	return *e.retryDelay, true
}

// Error implements error.
func (e *Error) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "jobs: %s", e.Code)
	if e.Reason != "" {
		fmt.Fprintf(&text, " (%s)", string(e.Reason))
	}
	if e.Message != "" {
		fmt.Fprintf(&text, ": %s", e.Message)
	}
	return text.String()
}

// GRPCStatus gives the status as it came, for [status.FromError].
func (e *Error) GRPCStatus() *status.Status { return e.status }

// Is implements what [errors.Is] asks.
func (e *Error) Is(target error) bool {
	switch target := target.(type) {
	case Reason:
		return target != "" && e.Reason == target
	case Code:
		return e.Code == codes.Code(target)
	}
	// Of a call that this side gave up, as of one that the server's own bound ended.
	return target == context.DeadlineExceeded && e.Code == codes.DeadlineExceeded ||
		target == context.Canceled && e.Code == codes.Canceled
}

// errorOf makes an Error of what gRPC answered, nil of nil. Details that cannot be read are left out.
func errorOf(err error) *Error {
	if err == nil {
		return nil
	}
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	s, ok := status.FromError(err)
	if !ok {
		s = status.FromContextError(err)
	}
	return errorOfStatus(s)
}

func errorOfStatus(s *status.Status) *Error {
	e := &Error{Code: s.Code(), Message: s.Message(), status: s}
	for _, detail := range s.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			e.Reason, e.Domain, e.Metadata = Reason(detail.GetReason()), detail.GetDomain(), maps.Clone(detail.GetMetadata())
		case *errdetails.BadRequest:
			for _, violation := range detail.GetFieldViolations() {
				e.Fields = append(e.Fields, FieldViolation{Field: violation.GetField(), Description: violation.GetDescription()})
			}
		case *errdetails.RetryInfo:
			if detail.GetRetryDelay() != nil {
				delay := detail.GetRetryDelay().AsDuration()
				e.retryDelay = &delay
			}
		}
	}
	return e
}

// asError keeps a nil *Error from becoming an error that is not nil.
func asError(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}
