package jobs

import (
	"crypto/rand"
	"encoding/hex"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// newRequestID is an id that no other call has: 32 hexadecimal digits of a random 128-bit number.
func newRequestID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: without randomness the process ends
	return hex.EncodeToString(id[:])
}

// repeatable says whether a call with this request may be made again when its outcome is unknown:
//   - those whose request has a request_id, where an id is filled in
//   - BatchCreateJobs, likewise for each item
//   - reads, which change nothing
//   - CompleteRuns: a result that was taken already is refused, which is harmless
//
// LeaseRuns may not: runs in a lost answer would wait for the end of their lease. Neither may TestEvent: what it did at the target
// would be done again. A request that is not known here may not
// either.
func repeatable(request proto.Message) bool {
	if requestIDField(request.ProtoReflect().Descriptor()) != nil {
		return true
	}
	switch request.(type) {
	case *jobsv1.GetJobRequest, *jobsv1.ListJobsRequest, *jobsv1.PreviewScheduleRequest,
		*jobsv1.GetRunRequest, *jobsv1.ListRunsRequest,
		*jobsv1.GetEventRequest, *jobsv1.ListEventsRequest,
		*jobsv1.GetCalendarRequest, *jobsv1.ListCalendarsRequest,
		*jobsv1.GetConnectionRequest, *jobsv1.ListConnectionsRequest, *jobsv1.TestConnectionRequest,
		*jobsv1.GetServerInfoRequest,
		*jobsv1.BatchCreateJobsRequest, *jobsv1.CompleteRunsRequest:
		return true
	default:
		return false
	}
}

func requestIDField(message protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	return message.Fields().ByName("request_id")
}

// fillRequestID fills in what makes a repetition safe, where the request can hold it.
func fillRequestID(request proto.Message) {
	if batch, ok := request.(*jobsv1.BatchCreateJobsRequest); ok {
		for _, item := range batch.GetRequests() {
			fillRequestID(item)
		}
		return
	}
	message := request.ProtoReflect()
	field := requestIDField(message.Descriptor())
	if field != nil && message.Get(field).String() == "" {
		message.Set(field, protoreflect.ValueOfString(newRequestID()))
	}
}
