// Command mesh is the Go client of tests/e2e/mesh_test.sh: it creates jobs through a proxy, executes their runs, and says on stdout what
// was acknowledged ("acked TAG") and what was executed ("ran TAG RUN_ID").
//
// Usage: mesh ADDRESS CA CERTIFICATE KEY STOP_FILE
//
// It creates jobs until STOP_FILE exists, then executes what is left until SIGTERM. Exit code 1 if something else ends it.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/ductape/ductape-jobs/client/go/jobs"
	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

func main() {
	if len(os.Args) != 6 {
		log.Fatal("usage: mesh ADDRESS CA CERTIFICATE KEY STOP_FILE")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	tls, err := jobs.TLSFiles{CA: os.Args[2], Cert: os.Args[3], Key: os.Args[4]}.Config()
	check(err)
	client, err := jobs.NewClient(os.Args[1], jobs.WithTLS(tls))
	check(err)
	defer client.Close()
	_, err = client.CreateEvent(ctx, &jobsv1.CreateEventRequest{Event: &jobsv1.Event{
		EventType: jobsv1.Event_FUNCTION, Tag: "go", Target: jobs.ToWorker("")}})
	check(err)

	worker, err := jobs.NewWorker(client, []string{"FUNCTION/go"}, func(_ context.Context, task *jobs.Task) ([]byte, error) {
		fmt.Println("ran", task.JobTag(), task.RunID())
		return nil, nil
	})
	check(err)
	ended := make(chan error, 1)
	go func() { ended <- worker.Run(ctx) }()
	createJobs(ctx, client, os.Args[5])
	check(<-ended)
}

// createJobs returns when the file exists. What is not acknowledged is tried again, under the same tag.
func createJobs(ctx context.Context, client *jobs.Client, stopFile string) {
	for number := 0; ctx.Err() == nil; number++ {
		tag := fmt.Sprintf("go-%d", number)
		for {
			if _, err := os.Stat(stopFile); err == nil {
				return
			}
			_, err := client.CreateJob(ctx, &jobsv1.CreateJobRequest{Job: &jobsv1.Job{
				Tag: tag, Name: tag, EventType: jobsv1.Event_FUNCTION, EventTag: "go",
				Executions: proto.Int64(1), Timing: jobs.Every(time.Second)}})
			if err == nil || errors.Is(err, jobs.ErrJobAlreadyExists) {
				break
			}
			log.Println(tag, err)
			time.Sleep(100 * time.Millisecond)
		}
		fmt.Println("acked", tag)
		time.Sleep(20 * time.Millisecond)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
