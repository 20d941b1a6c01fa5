package jobs

import (
	"context"
	"math"
	"math/rand/v2"
	"time"

	"google.golang.org/grpc/codes"
)

// RetryPolicy says how a call that may be repeated is repeated. The wait before retry n is InitialBackoff x 2^(n-1), at most
// MaxBackoff, of which half stands and the other half is drawn; a longer wait that the server asks for is honoured. No retry
// outlives the call's deadline.
//
// What is repeated:
//   - what the server refused before it acted, and answered with the time to wait: RESOURCE_EXHAUSTED or UNAVAILABLE
//     (OVERLOADED, DISK_FULL, DRAINING, RECOVERING). Of any call.
//   - of reads, and of changes, which their request id protects, besides: UNAVAILABLE without such a time (the connection was
//     lost), and ABORTED with REQUEST_IN_PROGRESS (an earlier attempt is still under way).
//
// A change gets a request id where the request has none. LeaseRuns alone has no such protection.
type RetryPolicy struct {
	// MaxAttempts counts the first one too. 1 or less: no retries.
	MaxAttempts    int
	InitialBackoff time.Duration
	MaxBackoff     time.Duration
}

// DefaultRetryPolicy makes up to 4 attempts, with waits from 100 ms to 5 s.
func DefaultRetryPolicy() RetryPolicy {
	return RetryPolicy{MaxAttempts: 4, InitialBackoff: 100 * time.Millisecond, MaxBackoff: 5 * time.Second}
}

// backoff is the wait before retry number (1 is the first). asked is what the server asks for, 0 if nothing; draw lies in [0, 1).
func (p RetryPolicy) backoff(number int, asked time.Duration, draw float64) time.Duration {
	full := min(float64(p.MaxBackoff), float64(p.InitialBackoff)*math.Pow(2, float64(number-1)))
	return max(time.Duration(full/2+full/2*draw), asked)
}

// mayRepeat says whether a call that failed with err may be made again.
func mayRepeat(err *Error, safe bool) bool {
	_, asked := err.RetryDelay()
	switch err.Code {
	case codes.ResourceExhausted:
		return asked
	case codes.Unavailable:
		return asked || safe
	case codes.Aborted:
		return safe && err.Reason == ErrRequestInProgress
	default:
		return false
	}
}

// callWithRetries makes attempt until it succeeds, fails for good, or policy and ctx allow no more. What it answers is the last
// attempt's error.
func callWithRetries(ctx context.Context, policy RetryPolicy, safe bool, attempt func(context.Context) error) error {
	for number := 1; ; number++ {
		err := errorOf(attempt(ctx))
		if err == nil {
			return nil
		}
		if number >= policy.MaxAttempts || !mayRepeat(err, safe) {
			return err
		}
		asked, _ := err.RetryDelay()
		wait := policy.backoff(number, asked, rand.Float64())
		// A wait beyond the deadline would only hide what went wrong.
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}
