package jobs

import (
	"context"
	"errors"
	"testing"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

func TestJSONHandlers(t *testing.T) {
	type in struct{ Name string }
	type out struct {
		Greeting string `json:"greeting"`
	}
	handler := JSON(func(_ context.Context, _ *Task, input in) (out, error) {
		if input.Name == "nobody" {
			return out{}, errors.New("who?")
		}
		return out{Greeting: "hello " + input.Name}, nil
	})
	call := func(input string) (string, error) {
		output, err := handler(t.Context(), &Task{delivery: &jobsv1.Delivery{Input: []byte(input)}})
		return string(output), err
	}
	if got, err := call(`{"name": "you"}`); err != nil || got != `{"greeting":"hello you"}` {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := call(""); err != nil || got != `{"greeting":"hello "}` {
		t.Errorf("without input: %q, %v", got, err)
	}
	if _, err := call(`{"name": "nobody"}`); err == nil || err.Error() != "who?" {
		t.Errorf("got %v", err)
	}
	_, err := call(`{"name": 5}`)
	var failure *TaskError
	if !errors.As(err, &failure) || failure.Code != CodeValidation {
		t.Errorf("an input that does not fit: %v", err)
	}
}

func TestAnOutputThatIsNoJSONIsNotRetried(t *testing.T) {
	handler := JSON(func(context.Context, *Task, any) (any, error) { return make(chan int), nil })
	_, err := handler(t.Context(), &Task{delivery: &jobsv1.Delivery{}})
	var final *DoNotRetryError
	if !errors.As(err, &final) {
		t.Errorf("got %v", err)
	}
}
