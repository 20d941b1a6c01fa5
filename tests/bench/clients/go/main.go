// Command go measures how many runs a worker of the Go client completes in a second, on a live server.
//
// Usage: go run . [flags]
//
// It creates jobs that are due so often in all that `-rate` runs a second are (each has an interval of a second, and their phases are
// spread over it), lets workers complete them as fast as they can, waits for `-warm-up`, and counts what the handlers completed in
// `-seconds`. The figure is the rate that was completed, with the load average and the CPU time of this process beside it. A
// rate that is lower than the one asked for is what the worker, or the server, can do.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ductape/ductape-jobs/client/go/jobs"
	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

const batch = 1000

func main() {
	address := flag.String("address", "", "the server; empty: $DUCTAPE_JOBS_ADDRESS, or localhost:7420")
	rate := flag.Int("rate", 100_000, "runs that are due in a second; a multiple of 1,000")
	workers := flag.Int("workers", 2, "workers, each with a connection of its own")
	inFlight := flag.Int("max-in-flight", 50_000, "runs that each worker has in flight at most")
	warmUp := flag.Duration("warm-up", 5*time.Second, "time before the count begins, after the jobs are created")
	seconds := flag.Int("seconds", 10, "time of the count")
	flag.Parse()
	if err := measure(*address, *rate, *workers, *inFlight, *warmUp, time.Duration(*seconds)*time.Second); err != nil {
		log.Fatal(err)
	}
}

func measure(address string, rate, workers, inFlight int, warmUp, stretch time.Duration) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	product := jobs.WithProduct(fmt.Sprintf("bench-go-%d", time.Now().UnixMilli()))
	var completed atomic.Int64
	ended := make(chan error, workers)
	var first *jobs.Client
	for i := range workers {
		client, err := jobs.NewClient(address, product)
		if err != nil {
			return err
		}
		defer client.Close()
		if i == 0 {
			first = client
			if err := createEvent(ctx, client); err != nil {
				return err
			}
		}
		worker, err := jobs.NewWorker(client, []string{"FUNCTION/bench"}, func(context.Context, *jobs.Task) ([]byte, error) {
			completed.Add(1)
			return nil, nil
		}, jobs.WithMaxInFlight(inFlight), jobs.WithDrainTimeout(5*time.Second))
		if err != nil {
			return err
		}
		go func() { ended <- worker.Run(ctx) }()
		if err := worker.AwaitConnected(ctx); err != nil {
			return err
		}
	}
	if err := createJobs(ctx, first, rate); err != nil {
		return err
	}
	time.Sleep(warmUp)
	began, count, cpu := time.Now(), completed.Load(), cpuTime()
	time.Sleep(stretch)
	done, used, took := completed.Load()-count, cpuTime()-cpu, time.Since(began)
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Printf("%.0f runs/s completed (%d due), %.1f us of this process's CPU each, %d workers, %.0f s, load average %s\n",
		float64(done)/took.Seconds(), rate, float64(used.Microseconds())/float64(max(done, 1)), workers, took.Seconds(),
		strings.Join(strings.Fields(string(load))[:1], " "))
	stop()
	for range workers {
		if err := <-ended; err != nil && !errors.Is(err, jobs.ErrNotDrained) { // the jobs go on, and so may some runs
			return err
		}
	}
	return nil
}

func createEvent(ctx context.Context, client *jobs.Client) error {
	_, err := client.CreateEvent(ctx, &jobsv1.CreateEventRequest{
		Event: &jobsv1.Event{EventType: jobsv1.Event_FUNCTION, Tag: "bench", Target: jobs.ToWorker("")},
	})
	return err
}

// createJobs makes one job a run that is due in a second.
func createJobs(ctx context.Context, client *jobs.Client, rate int) error {
	start := time.Now().Truncate(time.Second).Add(3 * time.Second)
	for done := 0; done < rate; done += batch {
		request := &jobsv1.BatchCreateJobsRequest{}
		for i := range batch {
			phase := time.Duration((done+i)*7919%1000) * time.Millisecond // consecutive jobs have distant phases
			request.Requests = append(request.Requests, &jobsv1.CreateJobRequest{Job: &jobsv1.Job{
				Tag: fmt.Sprintf("bench-%010d", done+i), Name: "Bench", EventType: jobsv1.Event_FUNCTION, EventTag: "bench",
				Executions: proto.Int64(0), Timing: jobs.Every(time.Second), StartTime: timestamppb.New(start.Add(phase)),
			}})
		}
		response, err := client.BatchCreateJobs(ctx, request)
		if err != nil {
			return err
		}
		for _, result := range response.GetResults() {
			if err := jobs.ResultError(result); err != nil {
				return err
			}
		}
	}
	return nil
}

// cpuTime is what this process has used so far.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
