package jobs

import (
	"context"

	"google.golang.org/grpc"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// GetRun gets one run by its id. The errors are listed at [jobsv1.RunServiceClient].
func (c *Client) GetRun(ctx context.Context, request *jobsv1.GetRunRequest, opts ...grpc.CallOption) (*jobsv1.Run, error) {
	return call(ctx, c, request, opts, c.runs.GetRun)
}

// ListRuns gets one page of the runs of a job, highest number first, or of a product: the active ones and those that did not
// succeed. [Client.Runs] follows the pages. The errors are listed at [jobsv1.RunServiceClient].
func (c *Client) ListRuns(ctx context.Context, request *jobsv1.ListRunsRequest, opts ...grpc.CallOption) (*jobsv1.ListRunsResponse, error) {
	return call(ctx, c, request, opts, c.runs.ListRuns)
}

// CancelRun cancels a run that has not ended. The errors are listed at [jobsv1.RunServiceClient].
func (c *Client) CancelRun(ctx context.Context, request *jobsv1.CancelRunRequest, opts ...grpc.CallOption) (*jobsv1.Run, error) {
	return call(ctx, c, request, opts, c.runs.CancelRun)
}
