package jobs

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// Every is the timing of a job that is due at a fixed interval: 1 ms to ten years of 366 days, rounded up to milliseconds.
//
//	job := &jobsv1.Job{Timing: jobs.Every(5 * time.Second)}
func Every(interval time.Duration) *jobsv1.Job_Intervals {
	millis := interval.Milliseconds()
	if interval > time.Duration(millis)*time.Millisecond {
		millis++
	}
	return &jobsv1.Job_Intervals{Intervals: millis}
}

// Cron is the timing of a job by a cron pattern, such as "0 9 * * MON-FRI", read in the job's time zone.
func Cron(pattern string) *jobsv1.Job_Cron { return &jobsv1.Job_Cron{Cron: pattern} }

// Rule is the timing of a job by a recurrence rule as in RFC 5545, such as "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9", read in the job's
// time zone.
func Rule(rule string) *jobsv1.Job_Rule { return &jobsv1.Job_Rule{Rule: rule} }

// At is the timing of a job that is due at given times, at most 1,000.
func At(times ...time.Time) *jobsv1.Job_Times {
	at := make([]*timestamppb.Timestamp, len(times))
	for i, t := range times {
		at[i] = timestamppb.New(t)
	}
	return &jobsv1.Job_Times{Times: &jobsv1.Times{At: at}}
}
