package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ductape/ductape-jobs/client/go/jobs"
)

const patience = 10 * time.Second

// crew holds the workers that steps have started.
type crew struct {
	client  *jobs.Client
	desk    *desk
	workers map[string]*member
}

type member struct {
	worker *jobs.Worker
	ended  chan error
}

func newCrew(client *jobs.Client) *crew {
	return &crew{client: client, desk: newDesk(), workers: map[string]*member{}}
}

func (c *crew) take(ctx context.Context, s stepDone) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	switch s.Worker {
	case "start":
		return c.start(ctx, s)
	case "await_started":
		return c.desk.await(ctx, func() error {
			if len(c.desk.seen(s.RunID)) == 0 {
				return errors.New("the handler was not called")
			}
			return nil
		})
	case "release":
		c.desk.open(s.Latch)
		return nil
	case "drain":
		return c.drain(ctx, s)
	case "stop":
		return c.stop(s.Name)
	case "seen":
		return c.desk.await(ctx, func() error { return match("seen", s.Answer, c.desk.seen(s.RunID)) })
	default:
		return fmt.Errorf("no such action: %q", s.Worker)
	}
}

func (c *crew) start(ctx context.Context, s stepDone) error {
	worker, err := jobs.NewWorker(c.client, s.Queues, c.desk.handle, jobs.WithWorkerName(s.Name), jobs.WithMaxInFlight(s.MaxInFlight))
	if err != nil {
		return err
	}
	m := &member{worker: worker, ended: make(chan error, 1)}
	c.workers[s.Name] = m
	go func() { m.ended <- worker.Run(context.Background()) }()
	return worker.AwaitConnected(ctx)
}

func (c *crew) drain(ctx context.Context, s stepDone) error {
	m, ok := c.workers[s.Name]
	if !ok {
		return errors.New("no such worker")
	}
	delete(c.workers, s.Name)
	drained := make(chan error, 1)
	go func() { drained <- m.worker.Drain(ctx) }()
	if s.Release != "" {
		c.desk.open(s.Release)
	}
	return errors.Join(<-drained, <-m.ended)
}

func (c *crew) stop(name string) error {
	m, ok := c.workers[name]
	if !ok {
		return errors.New("no such worker")
	}
	delete(c.workers, name)
	m.worker.Stop()
	return <-m.ended
}

func (c *crew) stopAll() {
	for name := range c.workers {
		_ = c.stop(name)
	}
}
