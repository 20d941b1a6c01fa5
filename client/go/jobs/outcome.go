package jobs

import (
	"context"
	"errors"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// The server keeps 4 KiB of an output and 1 KiB of a message, and marks what it cut: a little more is enough for it to see that
// there was more.
const (
	sentOutputBytes  = 8 * 1024
	sentMessageBytes = 2 * 1024
	maxCodeLength    = 64
	maxRetryAfter    = 366 * 24 * time.Hour
)

// outcomeOf is the result of a run whose handler returned output and err under ctx.
func outcomeOf(ctx context.Context, run *jobsv1.RunRef, output []byte, err error) *jobsv1.Result {
	if err == nil {
		return &jobsv1.Result{Run: run, Outcome: &jobsv1.Result_Output{Output: output[:min(len(output), sentOutputBytes)]}}
	}
	var cancelled *CancelError
	switch {
	case errors.Is(err, ErrRelease):
		return releaseOf(run)
	case ctx.Err() != nil && errors.As(context.Cause(ctx), &cancelled) && cancelled.Reason == CancelStopped:
		// It would end CANCELLED, and nobody wanted that.
		return releaseOf(run)
	case ctx.Err() != nil:
		return &jobsv1.Result{Run: run, Outcome: &jobsv1.Result_Cancelled{Cancelled: &emptypb.Empty{}}}
	default:
		return failureOf(run, err)
	}
}

func releaseOf(run *jobsv1.RunRef) *jobsv1.Result {
	return &jobsv1.Result{Run: run, Outcome: &jobsv1.Result_Released{Released: &emptypb.Empty{}}}
}

func failureOf(run *jobsv1.RunRef, err error) *jobsv1.Result {
	failure := &jobsv1.Run_Error{Code: codeHandlerError, Message: fitText(err.Error())}
	result := &jobsv1.Result{Run: run, Outcome: &jobsv1.Result_Failure{Failure: failure}}
	retryable := true
	failure.Retryable = &retryable
	var told *TaskError
	if errors.As(err, &told) {
		if told.Code != "" {
			failure.Code = fitCode(told.Code)
		}
		if told.Retryable != nil || hasClass(failure.Code) {
			failure.Retryable = told.Retryable
		}
		failure.Status = int32(max(math.MinInt32, min(told.Status, math.MaxInt32)))
		if told.RetryAfter > 0 {
			result.RetryAfter = durationpb.New(min(told.RetryAfter, maxRetryAfter))
		}
	}
	var final *DoNotRetryError
	if errors.As(err, &final) {
		retryable = false
		failure.Retryable = &retryable
	}
	return result
}

// fitCode puts letters in capitals, and _ for what a code cannot hold.
func fitCode(code string) string {
	fit := strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z':
			return c - 'a' + 'A'
		case 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
			return c
		default:
			return '_'
		}
	}, code)
	if fit == "" || fit[0] < 'A' || fit[0] > 'Z' {
		fit = "E_" + fit
	}
	return fit[:min(len(fit), maxCodeLength)]
}

// fitText makes text what a protobuf string may hold, and no longer than what is sent of a message.
func fitText(text string) string {
	text = strings.ToValidUTF8(text, "?")
	if len(text) <= sentMessageBytes {
		return text
	}
	end := sentMessageBytes
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
