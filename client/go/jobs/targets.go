package jobs

import jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"

// ToWorker is the target of an event whose runs a [Worker] executes, by the queue that it serves. An empty queue is that of the
// event's type and tag, such as "ACTION/send_report".
//
//	event := &jobsv1.Event{EventType: jobsv1.Event_ACTION, Tag: "send_report", Target: jobs.ToWorker("")}
func ToWorker(queue string) *jobsv1.Event_Worker {
	return &jobsv1.Event_Worker{Worker: &jobsv1.WorkerTarget{Queue: queue}}
}

// ToHTTP is the target of an event that is an HTTP POST of the job's input to this URL; the message takes whatever else HttpTarget
// has.
func ToHTTP(url string) *jobsv1.Event_Http {
	return &jobsv1.Event_Http{Http: &jobsv1.HttpTarget{Url: url}}
}

// ToGRPC is the target of an event that is a call of a unary gRPC method, such as "package.Service/Method", at host:port, or with
// TLS at grpcs://host:port. The server there must have reflection.
func ToGRPC(address, method string) *jobsv1.Event_Grpc {
	return &jobsv1.Event_Grpc{Grpc: &jobsv1.GrpcTarget{Address: address, Method: method}}
}
