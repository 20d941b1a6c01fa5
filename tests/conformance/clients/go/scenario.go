package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"

	"github.com/ductape/ductape-jobs/client/go/jobs"
)

// step is a step as it stands in the file, with variables in its strings.
type step map[string]any

// stepDone is a step whose variables have been put in.
type stepDone struct {
	Call    string
	Request json.RawMessage
	All     bool
	Answer  any
	Until   any
	Error   *expectedError
	Save    map[string]string

	Worker      string
	Name        string
	Queues      []string
	MaxInFlight int    `json:"max_in_flight"`
	RunID       string `json:"run_id"`
	Latch       string
	Release     string
}

type expectedError struct {
	Code   string
	Reason string
	Fields []string
}

func (e *expectedError) match(err error) error {
	var got *jobs.Error
	if !errors.As(err, &got) {
		return fmt.Errorf("wanted %s, %s; got %v", e.Code, e.Reason, err)
	}
	if codeName(got.Code) != e.Code || !errors.Is(err, jobs.Reason(e.Reason)) {
		return fmt.Errorf("wanted %s, %s; got %v", e.Code, e.Reason, err)
	}
	if e.Fields == nil {
		return nil
	}
	var fields []string
	for _, field := range got.Fields {
		fields = append(fields, field.Field)
	}
	slices.Sort(fields)
	wanted := slices.Sorted(slices.Values(e.Fields))
	if !slices.Equal(fields, wanted) {
		return fmt.Errorf("wanted the fields %q, got %q", wanted, fields)
	}
	return nil
}

func readScenario(file string) ([]step, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var scenario struct {
		Format int
		Steps  []step
	}
	if err := decode(text, &scenario); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if scenario.Format != 1 || len(scenario.Steps) == 0 {
		return nil, fmt.Errorf("%s: not a scenario of format 1 with steps", file)
	}
	return scenario.Steps, nil
}

// decode reads JSON whose numbers keep their text.
func decode(text []byte, value any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(value)
}

func (s step) name() string {
	name, _ := s["step"].(string)
	return name
}

var variable = regexp.MustCompile(`\$\{(\w+)\}`)

// with puts the variables in.
func (s step) with(variables map[string]string) (stepDone, error) {
	var missing error
	filled := substitute(map[string]any(s), func(name string) string {
		value, ok := variables[name]
		if !ok {
			missing = fmt.Errorf("${%s} was not saved", name)
		}
		return value
	})
	if missing != nil {
		return stepDone{}, missing
	}
	text, err := json.Marshal(filled)
	if err != nil {
		return stepDone{}, err
	}
	var done stepDone
	return done, decode(text, &done)
}

func substitute(value any, of func(name string) string) any {
	switch value := value.(type) {
	case string:
		return variable.ReplaceAllStringFunc(value, func(text string) string { return of(text[2 : len(text)-1]) })
	case []any:
		out := make([]any, len(value))
		for i, item := range value {
			out[i] = substitute(item, of)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(value))
		for name, item := range value {
			out[name] = substitute(item, of)
		}
		return out
	default:
		return value
	}
}
