package jobs

import (
	"context"

	"google.golang.org/grpc"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// CreateJob creates a job, of an event that exists. The first run is immediate unless the job says otherwise. The errors are
// listed at [jobsv1.JobServiceClient].
func (c *Client) CreateJob(ctx context.Context, request *jobsv1.CreateJobRequest, opts ...grpc.CallOption) (*jobsv1.Job, error) {
	return call(ctx, c, request, opts, c.jobs.CreateJob)
}

// GetJob gets one job by its tag. The errors are listed at [jobsv1.JobServiceClient].
func (c *Client) GetJob(ctx context.Context, request *jobsv1.GetJobRequest, opts ...grpc.CallOption) (*jobsv1.Job, error) {
	return call(ctx, c, request, opts, c.jobs.GetJob)
}

// ListJobs gets one page of the jobs of a product, in the order of their uids. [Client.Jobs] follows the pages. The errors
// are listed at [jobsv1.JobServiceClient].
func (c *Client) ListJobs(ctx context.Context, request *jobsv1.ListJobsRequest, opts ...grpc.CallOption) (*jobsv1.ListJobsResponse, error) {
	return call(ctx, c, request, opts, c.jobs.ListJobs)
}

// UpdateJob sets what the job in the request holds, or what the update mask names. The errors are listed at
// [jobsv1.JobServiceClient].
func (c *Client) UpdateJob(ctx context.Context, request *jobsv1.UpdateJobRequest, opts ...grpc.CallOption) (*jobsv1.Job, error) {
	return call(ctx, c, request, opts, c.jobs.UpdateJob)
}

// DeleteJob deletes a job and cancels its active runs. After the answer no run of it is created or first dispatched. The
// errors are listed at [jobsv1.JobServiceClient].
func (c *Client) DeleteJob(ctx context.Context, request *jobsv1.DeleteJobRequest, opts ...grpc.CallOption) error {
	_, err := call(ctx, c, request, opts, c.jobs.DeleteJob)
	return err
}

// PauseJob pauses a job until [Client.ResumeJob]. The errors are listed at [jobsv1.JobServiceClient].
func (c *Client) PauseJob(ctx context.Context, request *jobsv1.PauseJobRequest, opts ...grpc.CallOption) (*jobsv1.Job, error) {
	return call(ctx, c, request, opts, c.jobs.PauseJob)
}

// ResumeJob resumes a paused job. The errors are listed at [jobsv1.JobServiceClient].
func (c *Client) ResumeJob(ctx context.Context, request *jobsv1.ResumeJobRequest, opts ...grpc.CallOption) (*jobsv1.Job, error) {
	return call(ctx, c, request, opts, c.jobs.ResumeJob)
}

// RunJob runs a job now, in whatever state it is, and answers the run as soon as it is committed; its outcome is read with
// [Client.GetRun]. The errors are listed at [jobsv1.JobServiceClient].
func (c *Client) RunJob(ctx context.Context, request *jobsv1.RunJobRequest, opts ...grpc.CallOption) (*jobsv1.Run, error) {
	return call(ctx, c, request, opts, c.jobs.RunJob)
}

// SkipOccurrence leaves out one occurrence that is to come, or takes that back. The errors are listed at
// [jobsv1.JobServiceClient].
func (c *Client) SkipOccurrence(ctx context.Context, request *jobsv1.SkipOccurrenceRequest, opts ...grpc.CallOption) (*jobsv1.Job, error) {
	return call(ctx, c, request, opts, c.jobs.SkipOccurrence)
}

// BackfillJob runs the occurrences of a range of the past, or ends the backfill under way. The errors are listed at
// [jobsv1.JobServiceClient].
func (c *Client) BackfillJob(ctx context.Context, request *jobsv1.BackfillJobRequest, opts ...grpc.CallOption) (*jobsv1.BackfillJobResponse, error) {
	return call(ctx, c, request, opts, c.jobs.BackfillJob)
}

// PreviewSchedule tells when a job will be due, or when one that does not exist yet would be. The errors are listed at
// [jobsv1.JobServiceClient].
func (c *Client) PreviewSchedule(ctx context.Context, request *jobsv1.PreviewScheduleRequest, opts ...grpc.CallOption) (*jobsv1.PreviewScheduleResponse, error) {
	return call(ctx, c, request, opts, c.jobs.PreviewSchedule)
}

// BatchCreateJobs creates up to 1,000 jobs, each for itself: the call succeeds although some of them fail. [ResultError]
// reads the error of an item. The errors are listed at [jobsv1.JobServiceClient].
func (c *Client) BatchCreateJobs(ctx context.Context, request *jobsv1.BatchCreateJobsRequest, opts ...grpc.CallOption) (*jobsv1.BatchCreateJobsResponse, error) {
	return call(ctx, c, request, opts, c.jobs.BatchCreateJobs)
}
