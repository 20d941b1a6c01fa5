package jobs

import (
	"context"
	"errors"
	"time"
)

// The codes of failures that the service knows, and of which it knows whether a retry is of use: the first four are retried.
const (
	CodeTimeout         = "TIMEOUT"
	CodeConnection      = "CONNECTION"
	CodeUnavailable     = "UNAVAILABLE"
	CodeRateLimited     = "RATE_LIMITED"
	CodeValidation      = "VALIDATION"
	CodeNotFound        = "NOT_FOUND"
	CodeUnauthenticated = "UNAUTHENTICATED"
	CodeForbidden       = "FORBIDDEN"
)

// hasClass says whether the service knows the code.
func hasClass(code string) bool {
	switch code {
	case CodeTimeout, CodeConnection, CodeUnavailable, CodeRateLimited, CodeValidation, CodeNotFound, CodeUnauthenticated, CodeForbidden:
		return true
	default:
		return false
	}
}

const (
	codeHandlerError = "HANDLER_ERROR"
	codeNoResult     = "NO_RESULT"
)

// TaskError is a failure that says more than its message, for a [Handler] to return, wrapped or not.
type TaskError struct {
	// Code is the class of the error, one of those above, or a word of your own: A-Z, 0-9 and _, the first one a letter, at
	// most 64 characters. Anything else is made to fit. Empty: HANDLER_ERROR.
	Code string
	// Message says what happened, for people; the first 1 KiB are kept. Empty: the text of Err.
	Message string
	// Retryable says whether to retry, where the retry policy does not name the code. Nil: a code above decides by itself, any
	// other one is retried.
	Retryable *bool
	// Status is the number that what was called gave, such as an HTTP status; 0 if there was none.
	Status int
	// RetryAfter is the least wait before a retry, up to the retry policy's bound. 0: the policy's own.
	RetryAfter time.Duration
	// Err is what went wrong. May be nil.
	Err error
}

// Error implements error.
func (e *TaskError) Error() string {
	switch {
	case e.Message != "":
		return e.Message
	case e.Err != nil:
		return e.Err.Error()
	default:
		return e.Code
	}
}

// Unwrap gives Err to [errors.Is] and [errors.As].
func (e *TaskError) Unwrap() error { return e.Err }

// DoNotRetryError marks a failure that no retry would mend. See [DoNotRetry].
type DoNotRetryError struct {
	// Err is what went wrong.
	Err error
}

// DoNotRetry marks err, so that a run for which a [Handler] returns it is not retried, unless the retry policy names its code
// ([TaskError.Code]). Any other error is retried as often as the policy says. Nil stays nil.
func DoNotRetry(err error) error {
	if err == nil {
		return nil
	}
	return &DoNotRetryError{Err: err}
}

// Error implements error.
func (e *DoNotRetryError) Error() string { return e.Err.Error() }

// Unwrap gives Err to [errors.Is] and [errors.As].
func (e *DoNotRetryError) Unwrap() error { return e.Err }

// ErrRelease is what a [Handler] returns, wrapped or not, for a run that it did not execute: it is delivered again, to any worker,
// and charged neither to its retries nor to its redeliveries.
var ErrRelease = errors.New("jobs: the run was given back")

// The reasons of a [CancelError]. The set is open.
const (
	// CancelRequested: the run was cancelled.
	CancelRequested = "REQUESTED"
	// CancelDeleted: the job was deleted.
	CancelDeleted = "DELETED"
	// CancelTimeout: the attempt took too long.
	CancelTimeout = "TIMEOUT"
	// CancelStaleToken: the run is no longer this worker's, since its stream was broken for too long.
	CancelStaleToken = "STALE_TOKEN"
	// CancelStopped: the worker is being stopped; the run is given back.
	CancelStopped = "STOPPED"
)

// CancelError is why the context of a [Handler] was cancelled: [context.Cause] answers it. It is a [context.Canceled] to
// [errors.Is].
type CancelError struct {
	// Reason is one of the words above, or another one of the server's.
	Reason string
}

// Error implements error.
func (e *CancelError) Error() string { return "jobs: the run is to be stopped: " + e.Reason }

// Unwrap makes it a context.Canceled.
func (e *CancelError) Unwrap() error { return context.Canceled }
