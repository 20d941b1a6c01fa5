package jobs

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// requests gives each method of the API that is no stream, with an empty request.
func requests(t *testing.T, see func(method protoreflect.MethodDescriptor, request proto.Message)) {
	t.Helper()
	seen := 0
	protoregistry.GlobalFiles.RangeFilesByPackage("ductape.jobs.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				method := methods.Get(j)
				if method.IsStreamingClient() || method.IsStreamingServer() {
					continue
				}
				kind, err := protoregistry.GlobalTypes.FindMessageByName(method.Input().FullName())
				if err != nil {
					t.Fatal(err)
				}
				seen++
				see(method, kind.New().Interface())
			}
		}
		return true
	})
	if seen < 33 {
		t.Fatalf("only %d methods were found", seen)
	}
}

func TestEveryMethodButTwoMayBeRepeated(t *testing.T) {
	requests(t, func(method protoreflect.MethodDescriptor, request proto.Message) {
		if want := method.Name() != "LeaseRuns" && method.Name() != "TestEvent"; repeatable(request) != want {
			t.Errorf("%s may be repeated: %v", method.FullName(), !want)
		}
	})
}

func TestEveryChangeGetsARequestID(t *testing.T) {
	requests(t, func(method protoreflect.MethodDescriptor, request proto.Message) {
		message := request.ProtoReflect()
		field := requestIDField(message.Descriptor())
		if field == nil {
			return
		}
		fillRequestID(request)
		id := message.Get(field).String()
		if len(id) != 32 {
			t.Errorf("%s got the id %q", method.FullName(), id)
		}
		fillRequestID(request)
		if message.Get(field).String() != id {
			t.Errorf("%s got another id in place of its own", method.FullName())
		}
	})
}

func TestItemsOfABatchGetIDsOfTheirOwn(t *testing.T) {
	batch := &jobsv1.BatchCreateJobsRequest{Requests: []*jobsv1.CreateJobRequest{{}, {RequestId: "mine"}, {}}}
	fillRequestID(batch)
	first, second, third := batch.Requests[0].RequestId, batch.Requests[1].RequestId, batch.Requests[2].RequestId
	if first == "" || second != "mine" || third == "" || first == third {
		t.Errorf("got %q, %q, %q", first, second, third)
	}
}

func TestEveryRequestButOneCanNameAProduct(t *testing.T) {
	requests(t, func(method protoreflect.MethodDescriptor, request proto.Message) {
		if method.Name() == "GetServerInfo" {
			return
		}
		message := request.ProtoReflect()
		if own := productField(message.Descriptor()); own != nil {
			fillProduct(request, "p")
			if message.Get(own).String() != "p" {
				t.Errorf("%s got no product", method.FullName())
			}
			fillProduct(request, "other")
			if message.Get(own).String() != "p" {
				t.Errorf("%s got another product in place of its own", method.FullName())
			}
			return
		}
		fields := message.Descriptor().Fields()
		resource := message.Mutable(fields.ByNumber(1)).Message()
		fillProduct(request, "p")
		if namesNone(resource) {
			t.Errorf("%s got no product in its resource", method.FullName())
		}
	})
}

func TestAProductIsNotFilledIntoWhatTheRequestDoesNotHold(t *testing.T) {
	empty := &jobsv1.CreateJobRequest{}
	fillProduct(empty, "p")
	if empty.Job != nil {
		t.Error("a job was made up")
	}
	byTag := &jobsv1.PreviewScheduleRequest{Source: &jobsv1.PreviewScheduleRequest_Tag{Tag: "t"}}
	fillProduct(byTag, "p")
	if byTag.GetTag() != "t" || byTag.GetProduct() != "p" {
		t.Errorf("got %v", byTag)
	}
	byJob := &jobsv1.PreviewScheduleRequest{Source: &jobsv1.PreviewScheduleRequest_Job{Job: &jobsv1.Job{Product: "own"}}}
	fillProduct(byJob, "p")
	if byJob.GetProduct() != "" || byJob.GetJob().GetProduct() != "own" {
		t.Errorf("got %v", byJob)
	}
}
