package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/ductape/ductape-jobs/client/go/jobs"
	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// The address is that of the environment, DUCTAPE_JOBS_ADDRESS, where it is empty.
func ExampleNewClient() {
	client, err := jobs.NewClient("", jobs.WithProduct("shop"), jobs.WithTimeout(5*time.Second))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	info, err := client.GetServerInfo(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.GetDefaultProduct())
	// Output: default
}

func ExampleClient_CreateJob() {
	ctx := context.Background()
	client, err := jobs.NewClient("", jobs.WithProduct("example-create"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	event := &jobsv1.Event{EventType: jobsv1.Event_ACTION, Tag: "ping", Target: jobs.ToHTTP("http://127.0.0.1:8080/ping")}
	if _, err := client.CreateEvent(ctx, &jobsv1.CreateEventRequest{Event: event}); err != nil {
		log.Fatal(err)
	}
	job, err := client.CreateJob(ctx, &jobsv1.CreateJobRequest{Job: &jobsv1.Job{
		Tag:        "standup",
		Name:       "Stand-up",
		EventType:  jobsv1.Event_ACTION,
		EventTag:   "ping",
		Executions: proto.Int64(0), // without limit
		Timing:     jobs.Cron("0 9 * * MON-FRI"),
		TimeZone:   "Europe/Berlin",
		StartTime:  timestamppb.New(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)),
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(job.GetState(), job.GetNextRunTime().AsTime())
	// Output: ACTIVE 2099-01-01 08:00:00 +0000 UTC
}

// The connection holds what is said once for all events that use it: the address, and in Auth the secrets.
func ExampleClient_CreateConnection() {
	ctx := context.Background()
	client, err := jobs.NewClient("", jobs.WithProduct("example-connection"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	settings := &jobsv1.HttpSettings{BaseUrl: "http://127.0.0.1:8080/v1"}
	connection := &jobsv1.Connection{Tag: "billing", Env: map[string]*jobsv1.Connection_Settings{
		"": {Kind: &jobsv1.Connection_Settings_Http{Http: settings}}}}
	if _, err := client.CreateConnection(ctx, &jobsv1.CreateConnectionRequest{Connection: connection}); err != nil {
		log.Fatal(err)
	}
	target := jobs.ToHTTP("/invoices")
	target.Http.Connection = "billing"
	event := &jobsv1.Event{EventType: jobsv1.Event_ACTION, Tag: "invoice", Target: target}
	if _, err := client.CreateEvent(ctx, &jobsv1.CreateEventRequest{Event: event}); err != nil {
		log.Fatal(err)
	}
	for used, err := range client.Connections(ctx, &jobsv1.ListConnectionsRequest{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(used.GetTag(), used.GetEventCount())
	}
	// Output: billing 1
}

func ExampleClient_Jobs() {
	ctx := context.Background()
	client, err := jobs.NewClient("", jobs.WithProduct("example-list"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	for job, err := range client.Jobs(ctx, &jobsv1.ListJobsRequest{PageSize: 50}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(job.GetTag())
	}
	fmt.Println("that was all")
	// Output: that was all
}

func ExampleError() {
	ctx := context.Background()
	client, err := jobs.NewClient("")
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	_, err = client.GetJob(ctx, &jobsv1.GetJobRequest{Tag: "absent"})
	if errors.Is(err, jobs.ErrJobNotFound) {
		fmt.Println("there is no such job")
	}
	_, err = client.CreateJob(ctx, &jobsv1.CreateJobRequest{Job: &jobsv1.Job{Tag: "no name"}})
	var failure *jobs.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Code, failure.Reason, failure.Fields[0].Field)
	}
	// Output:
	// there is no such job
	// InvalidArgument FIELD_INVALID job.tag
}

func ExampleWorker() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	client, err := jobs.NewClient("", jobs.WithProduct("example-worker"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	event := &jobsv1.Event{EventType: jobsv1.Event_FUNCTION, Tag: "greet", Target: jobs.ToWorker("")}
	if _, err := client.CreateEvent(ctx, &jobsv1.CreateEventRequest{Event: event}); err != nil {
		log.Fatal(err)
	}
	if _, err := client.CreateJob(ctx, &jobsv1.CreateJobRequest{Job: &jobsv1.Job{
		Tag: "greeting", Name: "Greeting", EventType: jobsv1.Event_FUNCTION, EventTag: "greet",
		Executions: proto.Int64(1), Timing: jobs.Every(time.Second),
	}}); err != nil {
		log.Fatal(err)
	}
	worker, err := jobs.NewWorker(client, []string{"FUNCTION/greet"},
		func(ctx context.Context, task *jobs.Task) ([]byte, error) {
			fmt.Println("run", task.Number(), "of", task.JobTag())
			cancel() // enough for an example: the worker finishes what it has, and ends
			return []byte("hello"), nil
		})
	if err != nil {
		log.Fatal(err)
	}
	if err := worker.Run(ctx); err != nil {
		log.Fatal(err)
	}
	// Output: run 1 of greeting
}

func ExampleJSON() {
	type order struct{ Item string }
	type receipt struct{ Sent bool }
	handler := jobs.JSON(func(ctx context.Context, task *jobs.Task, input order) (receipt, error) {
		if input.Item == "" {
			return receipt{}, jobs.DoNotRetry(errors.New("there is nothing to send"))
		}
		return receipt{Sent: true}, nil
	})
	_, err := handler(context.Background(), &jobs.Task{})
	fmt.Println(err)
	// Output: there is nothing to send
}

func ExampleDoNotRetry() {
	handle := func(ctx context.Context, task *jobs.Task) ([]byte, error) {
		return nil, jobs.DoNotRetry(&jobs.TaskError{Code: "OUT_OF_STOCK", Message: "none left"})
	}
	_, err := handle(context.Background(), nil)
	fmt.Println(err)
	// Output: none left
}

func ExampleEvery() {
	fmt.Println(jobs.Every(90 * time.Second).Intervals)
	// Output: 90000
}
