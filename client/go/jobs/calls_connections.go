package jobs

import (
	"context"

	"google.golang.org/grpc"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// CreateConnection creates a connection: an account or a base address that events use, with its secrets. These are given once;
// no answer holds them. The errors are listed at [jobsv1.ConnectionServiceClient].
func (c *Client) CreateConnection(ctx context.Context, request *jobsv1.CreateConnectionRequest, opts ...grpc.CallOption) (*jobsv1.Connection, error) {
	return call(ctx, c, request, opts, c.connections.CreateConnection)
}

// GetConnection gets one connection by its tag, without its secrets. The errors are listed at
// [jobsv1.ConnectionServiceClient].
func (c *Client) GetConnection(ctx context.Context, request *jobsv1.GetConnectionRequest, opts ...grpc.CallOption) (*jobsv1.Connection, error) {
	return call(ctx, c, request, opts, c.connections.GetConnection)
}

// ListConnections gets one page of the connections of a product, in the order of their uids. [Client.Connections] follows the
// pages. The errors are listed at [jobsv1.ConnectionServiceClient].
func (c *Client) ListConnections(ctx context.Context, request *jobsv1.ListConnectionsRequest, opts ...grpc.CallOption) (*jobsv1.ListConnectionsResponse, error) {
	return call(ctx, c, request, opts, c.connections.ListConnections)
}

// TestConnection tries a connection now, in a way that changes nothing at the target: one that is stored, or one that need not
// exist. The errors are listed at [jobsv1.ConnectionServiceClient].
func (c *Client) TestConnection(ctx context.Context, request *jobsv1.TestConnectionRequest, opts ...grpc.CallOption) (*jobsv1.TestConnectionResponse, error) {
	return call(ctx, c, request, opts, c.connections.TestConnection)
}

// UpdateConnection sets what the connection in the request holds, or what the update mask names. A secret without a source keeps
// its value, so that what was read can be changed and written back. Attempts that start after the answer use it. The errors are
// listed at [jobsv1.ConnectionServiceClient].
func (c *Client) UpdateConnection(ctx context.Context, request *jobsv1.UpdateConnectionRequest, opts ...grpc.CallOption) (*jobsv1.Connection, error) {
	return call(ctx, c, request, opts, c.connections.UpdateConnection)
}

// DeleteConnection deletes a connection and its secrets; while events name it, only with force. The errors are listed at
// [jobsv1.ConnectionServiceClient].
func (c *Client) DeleteConnection(ctx context.Context, request *jobsv1.DeleteConnectionRequest, opts ...grpc.CallOption) error {
	_, err := call(ctx, c, request, opts, c.connections.DeleteConnection)
	return err
}
