package jobs

import (
	"context"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/durationpb"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

const patience = 20 * time.Second

type serverStream = grpc.BidiStreamingServer[jobsv1.WorkRequest, jobsv1.WorkResponse]

// scriptedServer plays a server to workers: each stream is given to the test, which says what it answers.
type scriptedServer struct {
	jobsv1.UnimplementedWorkerServiceServer
	t       *testing.T
	streams chan *scriptedStream
}

// scriptedStream is one worker's stream in the hands of a test.
type scriptedStream struct {
	t      *testing.T
	stream serverStream
	got    chan *jobsv1.WorkRequest // closed when the worker has closed its side
	end    chan error
}

func (s *scriptedServer) Work(stream serverStream) error {
	script := &scriptedStream{t: s.t, stream: stream, got: make(chan *jobsv1.WorkRequest, 100), end: make(chan error, 1)}
	go func() {
		defer close(script.got)
		for {
			request, err := stream.Recv()
			if err != nil {
				return
			}
			script.got <- request
		}
	}()
	s.streams <- script
	select {
	case err := <-script.end:
		return err
	case <-stream.Context().Done():
		return stream.Context().Err()
	}
}

// newScriptedServer starts one, with a client of it that connects again at once.
func newScriptedServer(t *testing.T, opts ...Option) (*scriptedServer, *Client) {
	t.Helper()
	server := &scriptedServer{t: t, streams: make(chan *scriptedStream, 10)}
	listener := bufconn.Listen(1 << 20)
	host := grpc.NewServer()
	jobsv1.RegisterWorkerServiceServer(host, server)
	go func() { _ = host.Serve(listener) }()
	t.Cleanup(host.Stop)
	conn, err := grpc.NewClient("passthrough:///scripted", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	retry := RetryPolicy{MaxAttempts: 4, InitialBackoff: time.Millisecond, MaxBackoff: time.Millisecond}
	return server, NewClientWithConn(conn, append([]Option{WithRetryPolicy(retry)}, opts...)...)
}

// next is the next stream that the worker opens.
func (s *scriptedServer) next() *scriptedStream {
	s.t.Helper()
	select {
	case stream := <-s.streams:
		return stream
	case <-time.After(patience):
		s.t.Fatal("the worker opened no stream")
		return nil
	}
}

// greet takes the hello and answers it.
func (s *scriptedServer) greet(session string, kept ...*jobsv1.RunRef) (*scriptedStream, *jobsv1.Hello) {
	s.t.Helper()
	stream := s.next()
	hello := stream.receive().GetHello()
	if hello == nil {
		s.t.Fatal("the first message is no hello")
	}
	welcome := &jobsv1.Welcome{SessionId: session, Lease: durationpb.New(time.Hour), Kept: kept}
	stream.send(&jobsv1.WorkResponse{Message: &jobsv1.WorkResponse_Welcome{Welcome: welcome}})
	return stream, hello
}

// receive is the next message of the worker.
func (s *scriptedStream) receive() *jobsv1.WorkRequest {
	s.t.Helper()
	select {
	case request, ok := <-s.got:
		if !ok {
			s.t.Fatal("the worker closed its side")
		}
		return request
	case <-time.After(patience):
		s.t.Fatal("the worker said nothing")
		return nil
	}
}

// results are those of the next message, which must hold some.
func (s *scriptedStream) results() *jobsv1.Results {
	s.t.Helper()
	request := s.receive()
	if request.GetResults() == nil {
		s.t.Fatalf("wanted results, got %v", request)
	}
	return request.GetResults()
}

func (s *scriptedStream) awaitClosed() {
	s.t.Helper()
	select {
	case request, ok := <-s.got:
		if ok {
			s.t.Fatalf("wanted the end, got %v", request)
		}
	case <-time.After(patience):
		s.t.Fatal("the worker did not close its side")
	}
}

func (s *scriptedStream) send(response *jobsv1.WorkResponse) {
	s.t.Helper()
	if err := s.stream.Send(response); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scriptedStream) deliver(runs ...*jobsv1.RunRef) {
	s.t.Helper()
	deliveries := &jobsv1.Deliveries{}
	for _, run := range runs {
		deliveries.Deliveries = append(deliveries.Deliveries, &jobsv1.Delivery{Run: run, Attempt: 1})
	}
	s.send(&jobsv1.WorkResponse{Message: &jobsv1.WorkResponse_Deliveries{Deliveries: deliveries}})
}

func (s *scriptedStream) acknowledge(sequence uint64) {
	s.t.Helper()
	s.send(&jobsv1.WorkResponse{Message: &jobsv1.WorkResponse_Acks{Acks: &jobsv1.Acks{AckedThrough: sequence}}})
}

func (s *scriptedStream) cancel(reason string, runs ...*jobsv1.RunRef) {
	s.t.Helper()
	s.send(&jobsv1.WorkResponse{Message: &jobsv1.WorkResponse_Cancels{Cancels: &jobsv1.Cancels{Runs: runs, Reason: reason}}})
}

func run(id string, token uint64) *jobsv1.RunRef { return &jobsv1.RunRef{RunId: id, Token: token} }

// silent keeps what tests provoke out of their output.
var silent = WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))

// startWorker runs a worker until the end of the test.
func startWorker(t *testing.T, client *Client, handler Handler, opts ...WorkerOption) (*Worker, <-chan error) {
	t.Helper()
	worker, err := NewWorker(client, []string{"q"}, handler, append([]WorkerOption{silent}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- worker.Run(context.Background()) }()
	t.Cleanup(worker.Stop)
	return worker, ended
}

func awaitEnd(t *testing.T, ended <-chan error) error {
	t.Helper()
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		t.Fatal("the worker did not end")
		return nil
	}
}
