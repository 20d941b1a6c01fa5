// Command go takes the steps of the clients' conformance scenario with the Go client against a live server.
//
// Usage: go run . ADDRESS SCENARIO-FILE
//
// It prints `ok STEP` or `FAIL STEP: why` for each step and `N passed, N failed` last. Exit code 0 when all passed, 1 when some
// failed, 2 when it was called wrongly.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/ductape/ductape-jobs/client/go/jobs"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run . ADDRESS SCENARIO-FILE")
		os.Exit(2)
	}
	steps, err := readScenario(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	product := fmt.Sprintf("conformance-go-%d", time.Now().UnixMilli())
	client, err := jobs.NewClient(os.Args[1], jobs.WithProduct(product))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	failed := run(context.Background(), client, product, steps)
	if err := client.Close(); err != nil {
		fmt.Println("FAIL close the client:", err)
		failed++
	}
	fmt.Printf("%d passed, %d failed\n", len(steps)-failed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

func run(ctx context.Context, client *jobs.Client, product string, steps []step) (failed int) {
	variables := map[string]string{"product": product}
	crew := newCrew(client)
	defer crew.stopAll()
	for _, raw := range steps {
		s, err := raw.with(variables)
		if err == nil {
			err = s.take(ctx, client, crew, variables)
		}
		if err != nil {
			failed++
			fmt.Printf("FAIL %s: %v\n", raw.name(), err)
			continue
		}
		fmt.Printf("ok %s\n", raw.name())
	}
	return failed
}

// take does what a step says.
func (s stepDone) take(ctx context.Context, client *jobs.Client, crew *crew, variables map[string]string) error {
	if s.Worker != "" {
		return crew.take(ctx, s)
	}
	answer, err := s.await(ctx, client)
	if err != nil {
		return err
	}
	for name, field := range s.Save {
		fields, _ := answer.(map[string]any)
		text, ok := fields[field].(string)
		if !ok {
			return fmt.Errorf("the answer has no text %q to save", field)
		}
		variables[name] = text
	}
	return nil
}

// await makes the call until it answers what is expected: once, unless the step says `until`.
func (s stepDone) await(ctx context.Context, client *jobs.Client) (any, error) {
	if s.Until == nil {
		return s.once(ctx, client, s.Answer)
	}
	var answer any
	var err error
	for range 600 {
		if answer, err = s.once(ctx, client, s.Until); err == nil {
			return answer, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil, fmt.Errorf("not within 30 s: %w", err)
}

func (s stepDone) once(ctx context.Context, client *jobs.Client, expected any) (any, error) {
	answer, err := callMethod(ctx, client, s.Call, s.All, s.Request)
	if s.Error != nil {
		return nil, s.Error.match(err)
	}
	if err != nil {
		return nil, err
	}
	return answer, match("answer", expected, answer)
}
