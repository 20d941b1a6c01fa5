package jobs

import (
	"context"

	"google.golang.org/grpc"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// GetServerInfo tells what the server is and how it stands. It gives no errors of its own.
func (c *Client) GetServerInfo(ctx context.Context, opts ...grpc.CallOption) (*jobsv1.GetServerInfoResponse, error) {
	return call(ctx, c, &jobsv1.GetServerInfoRequest{}, opts, c.admin.GetServerInfo)
}

// LeaseRuns takes runs by long poll, for what cannot hold a stream; a [Worker] is better where one can stand. The context
// must outlast the wait in the request. It is never repeated unless the server refused it: runs in a lost answer wait for the
// end of their lease. The errors are listed at [jobsv1.WorkerServiceClient].
func (c *Client) LeaseRuns(ctx context.Context, request *jobsv1.LeaseRunsRequest, opts ...grpc.CallOption) (*jobsv1.LeaseRunsResponse, error) {
	return call(ctx, c, request, opts, c.workers.LeaseRuns)
}

// CompleteRuns returns results of runs taken with [Client.LeaseRuns], extends the leases of others, and tells which to stop.
// Without an error every result that is not among the refused is on disk. The errors are listed at
// [jobsv1.WorkerServiceClient].
func (c *Client) CompleteRuns(ctx context.Context, request *jobsv1.CompleteRunsRequest, opts ...grpc.CallOption) (*jobsv1.CompleteRunsResponse, error) {
	return call(ctx, c, request, opts, c.workers.CompleteRuns)
}
