package jobs

import (
	"testing"
	"time"
)

func TestTimings(t *testing.T) {
	for interval, want := range map[time.Duration]int64{
		time.Second:                        1000,
		time.Millisecond:                   1,
		time.Microsecond:                   1,
		time.Millisecond + time.Nanosecond: 2,
		0:                                  0,
	} {
		if got := Every(interval).Intervals; got != want {
			t.Errorf("Every(%v) = %d ms, want %d", interval, got, want)
		}
	}
	if got := Cron("* * * * *").Cron; got != "* * * * *" {
		t.Errorf("got %q", got)
	}
	if got := Rule("FREQ=DAILY").Rule; got != "FREQ=DAILY" {
		t.Errorf("got %q", got)
	}
	at := time.Date(2099, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	if got := At(at, at.Add(time.Hour)).Times.GetAt(); len(got) != 2 || !got[0].AsTime().Equal(at) {
		t.Errorf("got %v", got)
	}
}
