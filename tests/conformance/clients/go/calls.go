package main

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"unicode"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/ductape/ductape-jobs/client/go/jobs"
)

// invoke makes a call with a request in JSON, and answers in JSON.
type invoke func(ctx context.Context, client *jobs.Client, request []byte) (any, error)

var methods = map[string]invoke{
	"CreateJob":        unary((*jobs.Client).CreateJob),
	"GetJob":           unary((*jobs.Client).GetJob),
	"ListJobs":         unary((*jobs.Client).ListJobs),
	"UpdateJob":        unary((*jobs.Client).UpdateJob),
	"DeleteJob":        silent((*jobs.Client).DeleteJob),
	"PauseJob":         unary((*jobs.Client).PauseJob),
	"ResumeJob":        unary((*jobs.Client).ResumeJob),
	"RunJob":           unary((*jobs.Client).RunJob),
	"SkipOccurrence":   unary((*jobs.Client).SkipOccurrence),
	"BackfillJob":      unary((*jobs.Client).BackfillJob),
	"PreviewSchedule":  unary((*jobs.Client).PreviewSchedule),
	"BatchCreateJobs":  unary((*jobs.Client).BatchCreateJobs),
	"GetRun":           unary((*jobs.Client).GetRun),
	"ListRuns":         unary((*jobs.Client).ListRuns),
	"CancelRun":        unary((*jobs.Client).CancelRun),
	"CreateEvent":      unary((*jobs.Client).CreateEvent),
	"GetEvent":         unary((*jobs.Client).GetEvent),
	"ListEvents":       unary((*jobs.Client).ListEvents),
	"UpdateEvent":      unary((*jobs.Client).UpdateEvent),
	"DeleteEvent":      silent((*jobs.Client).DeleteEvent),
	"TestEvent":        unary((*jobs.Client).TestEvent),
	"CreateCalendar":   unary((*jobs.Client).CreateCalendar),
	"GetCalendar":      unary((*jobs.Client).GetCalendar),
	"ListCalendars":    unary((*jobs.Client).ListCalendars),
	"UpdateCalendar":   unary((*jobs.Client).UpdateCalendar),
	"DeleteCalendar":   silent((*jobs.Client).DeleteCalendar),
	"CreateConnection": unary((*jobs.Client).CreateConnection),
	"GetConnection":    unary((*jobs.Client).GetConnection),
	"TestConnection":   unary((*jobs.Client).TestConnection),
	"ListConnections":  unary((*jobs.Client).ListConnections),
	"UpdateConnection": unary((*jobs.Client).UpdateConnection),
	"DeleteConnection": silent((*jobs.Client).DeleteConnection),
	"LeaseRuns":        unary((*jobs.Client).LeaseRuns),
	"CompleteRuns":     unary((*jobs.Client).CompleteRuns),
	"GetServerInfo": func(ctx context.Context, client *jobs.Client, _ []byte) (any, error) {
		return answerOf(client.GetServerInfo(ctx))
	},
}

var iterators = map[string]invoke{
	"ListJobs":        all((*jobs.Client).Jobs),
	"ListRuns":        all((*jobs.Client).Runs),
	"ListEvents":      all((*jobs.Client).Events),
	"ListCalendars":   all((*jobs.Client).Calendars),
	"ListConnections": all((*jobs.Client).Connections),
}

func callMethod(ctx context.Context, client *jobs.Client, name string, all bool, request json.RawMessage) (any, error) {
	table := methods
	if all {
		table = iterators
	}
	method, ok := table[name]
	if !ok {
		return nil, fmt.Errorf("the client has no %s", name)
	}
	return method(ctx, client, request)
}

func unary[Request, Response proto.Message](
	method func(*jobs.Client, context.Context, Request, ...grpc.CallOption) (Response, error),
) invoke {
	return func(ctx context.Context, client *jobs.Client, text []byte) (any, error) {
		request, err := requestOf[Request](text)
		if err != nil {
			return nil, err
		}
		return answerOf(method(client, ctx, request))
	}
}

func silent[Request proto.Message](method func(*jobs.Client, context.Context, Request, ...grpc.CallOption) error) invoke {
	return func(ctx context.Context, client *jobs.Client, text []byte) (any, error) {
		request, err := requestOf[Request](text)
		if err != nil {
			return nil, err
		}
		return map[string]any{}, method(client, ctx, request)
	}
}

func all[Request, Item proto.Message](
	method func(*jobs.Client, context.Context, Request, ...grpc.CallOption) iter.Seq2[Item, error],
) invoke {
	return func(ctx context.Context, client *jobs.Client, text []byte) (any, error) {
		request, err := requestOf[Request](text)
		if err != nil {
			return nil, err
		}
		items := []any{}
		for item, err := range method(client, ctx, request) {
			answer, err := answerOf(item, err)
			if err != nil {
				return nil, err
			}
			items = append(items, answer)
		}
		return items, nil
	}
}

func requestOf[Request proto.Message](text []byte) (Request, error) {
	var none Request
	request := none.ProtoReflect().New().Interface().(Request)
	return request, protojson.Unmarshal(text, request)
}

func answerOf[Response proto.Message](response Response, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(response)
	if err != nil {
		return nil, err
	}
	var answer any
	return answer, decode(text, &answer)
}

// codeName is a status code as the scenario writes it: NOT_FOUND.
func codeName(code codes.Code) string {
	var name strings.Builder
	for i, c := range code.String() {
		if unicode.IsUpper(c) && i > 0 {
			name.WriteByte('_')
		}
		name.WriteRune(unicode.ToUpper(c))
	}
	return name.String()
}
