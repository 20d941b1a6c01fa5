package jobs

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestBackoffDoublesUpToItsBoundAndHonoursTheServer(t *testing.T) {
	policy := RetryPolicy{InitialBackoff: 100 * time.Millisecond, MaxBackoff: time.Second}
	for _, test := range []struct {
		number int
		asked  time.Duration
		draw   float64
		want   time.Duration
	}{
		{1, 0, 0, 50 * time.Millisecond},
		{1, 0, 0.5, 75 * time.Millisecond},
		{3, 0, 0, 200 * time.Millisecond},
		{5, 0, 0, 500 * time.Millisecond},
		{5000, 0, 0.9999, 999950 * time.Microsecond},
		{1, 3 * time.Second, 0, 3 * time.Second},
		{5, time.Millisecond, 0, 500 * time.Millisecond},
	} {
		if got := policy.backoff(test.number, test.asked, test.draw); got != test.want {
			t.Errorf("backoff(%d, %v, %v) = %v, want %v", test.number, test.asked, test.draw, got, test.want)
		}
	}
}

func TestWhatIsRepeated(t *testing.T) {
	for _, test := range []struct {
		name         string
		err          error
		safe, unsafe bool
	}{
		{"the connection was lost", status.Error(codes.Unavailable, ""), true, false},
		{"the server drains", statusWith(t, codes.Unavailable, ErrDraining, retryIn(0)).Err(), true, true},
		{"the server is overloaded", statusWith(t, codes.ResourceExhausted, ErrOverloaded, retryIn(0)).Err(), true, true},
		{"the request is too large", status.Error(codes.ResourceExhausted, ""), false, false},
		{"the first attempt is under way", statusWith(t, codes.Aborted, ErrRequestInProgress).Err(), true, false},
		{"the etag is stale", statusWith(t, codes.Aborted, ErrEtagMismatch).Err(), false, false},
		{"there is no such job", statusWith(t, codes.NotFound, ErrJobNotFound).Err(), false, false},
		{"the server failed", status.Error(codes.Internal, ""), false, false},
		{"the deadline passed", status.Error(codes.DeadlineExceeded, ""), false, false},
	} {
		if got := mayRepeat(errorOf(test.err), true); got != test.safe {
			t.Errorf("%s: a safe call is repeated: %v", test.name, got)
		}
		if got := mayRepeat(errorOf(test.err), false); got != test.unsafe {
			t.Errorf("%s: an unsafe call is repeated: %v", test.name, got)
		}
	}
}

func TestAttemptsEndWithSuccessOrTheLastError(t *testing.T) {
	policy := RetryPolicy{MaxAttempts: 3, InitialBackoff: time.Microsecond, MaxBackoff: time.Microsecond}
	lost := status.Error(codes.Unavailable, "lost")
	for _, test := range []struct {
		name     string
		answers  []error
		attempts int
		want     error
	}{
		{"at once", []error{nil}, 1, nil},
		{"after two losses", []error{lost, lost, nil}, 3, nil},
		{"never", []error{lost, lost, lost, nil}, 3, ErrUnavailable},
		{"for good", []error{lost, status.Error(codes.NotFound, ""), nil}, 2, ErrNotFound},
	} {
		attempts := 0
		err := callWithRetries(context.Background(), policy, true, func(context.Context) error {
			attempts++
			return test.answers[attempts-1]
		})
		if attempts != test.attempts || !errors.Is(err, test.want) {
			t.Errorf("%s: %d attempts, %v", test.name, attempts, err)
		}
	}
}

func TestNoRetryOutlivesTheDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	attempts := 0
	err := callWithRetries(ctx, DefaultRetryPolicy(), true, func(context.Context) error {
		attempts++
		return statusWith(t, codes.Unavailable, ErrDraining, retryIn(time.Hour)).Err()
	})
	if attempts != 1 || !errors.Is(err, ErrDraining) {
		t.Errorf("%d attempts, %v", attempts, err)
	}
}

func TestAWaitEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	policy := RetryPolicy{MaxAttempts: 2, InitialBackoff: time.Hour, MaxBackoff: time.Hour}
	err := callWithRetries(ctx, policy, true, func(context.Context) error {
		cancel()
		return status.Error(codes.Unavailable, "lost")
	})
	if !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}
