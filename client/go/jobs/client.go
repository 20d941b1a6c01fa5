package jobs

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/proto"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

const (
	maxMessageBytes = 16 << 20 // a page ends at 3 MiB; room for what comes
	connectTimeout  = 5 * time.Second
	// A connection that is silent for so long is asked whether it is alive: a stream would not notice for a quarter of an hour.
	// The server allows a question every 10 s.
	keepaliveTime    = 30 * time.Second
	keepaliveTimeout = 10 * time.Second
)

// A Client calls one server, or several behind one address. Its methods are those of the API; all of them
//
//   - end with their context; one without a deadline gets the client's (see [WithTimeout])
//   - are repeated where that is safe (see [RetryPolicy]), and get a request id where they need one for that
//   - name the client's product where the request names none (see [WithProduct])
//   - leave the request as it is
//   - fail with an [*Error].
//
// Metadata to send with a call is that of its context (metadata.AppendToOutgoingContext of gRPC); options are gRPC's.
//
// A Client is safe for use by several goroutines; one serves a whole process.
type Client struct {
	conn    grpc.ClientConnInterface
	close   func() error
	options options

	jobs        jobsv1.JobServiceClient
	runs        jobsv1.RunServiceClient
	events      jobsv1.EventServiceClient
	calendars   jobsv1.CalendarServiceClient
	connections jobsv1.ConnectionServiceClient
	workers     jobsv1.WorkerServiceClient
	admin       jobsv1.AdminServiceClient
}

// NewClient makes a client of the server at address: host:port, unix:/path, or any name that gRPC resolves. An empty address means
// the environment variable DUCTAPE_JOBS_ADDRESS, and localhost:7420 where that is not set. It connects at the first call, and
// again whenever the connection was lost.
//
// It fails only for options that cannot be used: an address that is none, or a token that would be sent in plaintext beyond this
// machine.
func NewClient(address string, opts ...Option) (*Client, error) {
	o := buildOptions(opts)
	address = addressOf(address)
	if o.token != nil && o.tls == nil && !isLocal(address) {
		return nil, errors.New("jobs: a token is not sent in plaintext beyond this machine: use TLS")
	}
	conn, err := grpc.NewClient(address, o.dial()...)
	if err != nil {
		return nil, err
	}
	c := newClient(conn, o)
	c.close = conn.Close
	return c, nil
}

// NewClientWithConn makes a client on a connection that stands already, and stays the caller's to close. Of the options those for
// the connection ([WithTLS], [WithUserAgent], [WithDialOptions]) have no effect. A token is sent whatever the connection is.
func NewClientWithConn(conn grpc.ClientConnInterface, opts ...Option) *Client {
	return newClient(conn, buildOptions(opts))
}

func newClient(conn grpc.ClientConnInterface, o options) *Client {
	return &Client{
		conn:        conn,
		close:       func() error { return nil },
		options:     o,
		jobs:        jobsv1.NewJobServiceClient(conn),
		runs:        jobsv1.NewRunServiceClient(conn),
		events:      jobsv1.NewEventServiceClient(conn),
		calendars:   jobsv1.NewCalendarServiceClient(conn),
		connections: jobsv1.NewConnectionServiceClient(conn),
		workers:     jobsv1.NewWorkerServiceClient(conn),
		admin:       jobsv1.NewAdminServiceClient(conn),
	}
}

// Close ends the connection and every call on it.
func (c *Client) Close() error { return c.close() }

// Conn is the connection, for what is not here: health checks, for example. Calls on it have no retries, no default deadline and
// no token.
func (c *Client) Conn() grpc.ClientConnInterface { return c.conn }

func (o *options) dial() []grpc.DialOption {
	transport := insecure.NewCredentials()
	if o.tls != nil {
		transport = credentials.NewTLS(o.tls)
	}
	userAgent := "ductape-jobs-go/" + Version
	if o.userAgent != "" {
		userAgent = o.userAgent + " " + userAgent
	}
	return append([]grpc.DialOption{
		grpc.WithTransportCredentials(transport),
		grpc.WithUserAgent(userAgent),
		grpc.WithDisableRetry(), // what is safe to repeat, gRPC does not know
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessageBytes)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: keepaliveTime, Timeout: keepaliveTimeout}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay:  100 * time.Millisecond,
				Multiplier: backoff.DefaultConfig.Multiplier,
				Jitter:     backoff.DefaultConfig.Jitter,
				MaxDelay:   5 * time.Second,
			},
			MinConnectTimeout: connectTimeout,
		}),
	}, o.dialOptions...)
}

// callOptions are those of every call; the caller's come after them.
func (o *options) callOptions(opts []grpc.CallOption) []grpc.CallOption {
	if o.token == nil {
		return opts
	}
	return append([]grpc.CallOption{grpc.PerRPCCredentials(bearer(o.token))}, opts...)
}

// bearer sends the token that it gives. Whether the connection is fit for it has been checked.
type bearer func(context.Context) (string, error)

func (b bearer) GetRequestMetadata(ctx context.Context, _ ...string) (map[string]string, error) {
	token, err := b(ctx)
	if err != nil || token == "" {
		return nil, err
	}
	return map[string]string{"authorization": "Bearer " + token}, nil
}

func (b bearer) RequireTransportSecurity() bool { return false }

// call makes one logical call: as many attempts as it takes and may take.
func call[Request, Response proto.Message](
	ctx context.Context, c *Client, request Request, opts []grpc.CallOption,
	method func(context.Context, Request, ...grpc.CallOption) (Response, error),
) (Response, error) {
	if _, ok := ctx.Deadline(); !ok && c.options.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.options.timeout)
		defer cancel()
	}
	filled := proto.CloneOf(request)
	if !filled.ProtoReflect().IsValid() { // nil: the same as empty
		filled = filled.ProtoReflect().New().Interface().(Request)
	}
	fillProduct(filled, c.options.product)
	fillRequestID(filled)
	opts = c.options.callOptions(opts)
	var response Response
	err := callWithRetries(ctx, c.options.retry, repeatable(filled), func(ctx context.Context) error {
		var err error
		response, err = method(ctx, filled, opts...)
		return err
	})
	if err != nil {
		var none Response
		return none, err
	}
	return response, nil
}
