package jobs

import (
	"google.golang.org/grpc/status"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// ResultError is why an item of a batch was not created: an [*Error] as CreateJob would have given it, nil of a job that was.
func ResultError(result *jobsv1.BatchCreateJobsResponse_Result) error {
	if result.GetError() == nil {
		return nil
	}
	return errorOfStatus(status.FromProto(result.GetError()))
}
