package jobs

import (
	"context"
	"crypto/tls"
	"time"

	"google.golang.org/grpc"
)

const (
	defaultAddress = "localhost:7420"
	addressEnv     = "DUCTAPE_JOBS_ADDRESS"
	defaultTimeout = 30 * time.Second
)

// An Option says how a [Client] differs from the default.
type Option func(*options)

type options struct {
	tls         *tls.Config
	token       func(context.Context) (string, error)
	product     string
	timeout     time.Duration
	retry       RetryPolicy
	userAgent   string
	dialOptions []grpc.DialOption
}

func buildOptions(opts []Option) options {
	o := options{timeout: defaultTimeout, retry: DefaultRetryPolicy()}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// WithTLS makes the client speak TLS; without it, it speaks plaintext. A nil config trusts the system's certificate authorities.
// For mutual TLS the config holds the client's certificate; [TLSFiles] makes one from PEM files.
func WithTLS(config *tls.Config) Option {
	return func(o *options) {
		if config == nil {
			config = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		o.tls = config
	}
}

// WithToken sends `authorization: Bearer <token>` with every call. Only with TLS, or to an address on this machine (unix socket,
// localhost, 127.0.0.0/8, [::1]): [NewClient] refuses it otherwise. An empty token is none.
func WithToken(token string) Option {
	if token == "" {
		return func(o *options) { o.token = nil }
	}
	return WithTokenSource(func(context.Context) (string, error) { return token, nil })
}

// WithTokenSource is [WithToken] with a token that changes: the source is asked before each attempt of a call, from several
// goroutines at once, and so keeps the token as long as it is valid. Its error ends the call as [ErrUnauthenticated].
func WithTokenSource(source func(context.Context) (string, error)) Option {
	return func(o *options) { o.token = source }
}

// WithProduct names the product of requests that name none. Without it they mean the server's default product.
func WithProduct(product string) Option {
	return func(o *options) { o.product = product }
}

// WithTimeout says how long a call whose context has no deadline may take, all attempts and waits together. Default: 30 s.
// 0 or less: no bound but the context.
func WithTimeout(timeout time.Duration) Option {
	return func(o *options) { o.timeout = timeout }
}

// WithRetryPolicy replaces [DefaultRetryPolicy].
func WithRetryPolicy(policy RetryPolicy) Option {
	return func(o *options) { o.retry = policy }
}

// WithUserAgent puts a text such as "billing/2.3" before the library's own name in the user agent.
func WithUserAgent(userAgent string) Option {
	return func(o *options) { o.userAgent = userAgent }
}

// WithDialOptions adds options for the connection, such as interceptors or a stats handler. They come last and so win over the
// client's own.
func WithDialOptions(dialOptions ...grpc.DialOption) Option {
	return func(o *options) { o.dialOptions = append(o.dialOptions, dialOptions...) }
}
