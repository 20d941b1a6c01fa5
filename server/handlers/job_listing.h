#ifndef SERVER_HANDLERS_JOB_LISTING_H_
#define SERVER_HANDLERS_JOB_LISTING_H_

#include "ductape/jobs/v1/job.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// JobService.ListJobs. A page ends at the page size or at limits::kMaxPageBytes, whichever comes
// first; of each job the last run is shown without attempts and output.
void StartJobListing(
    const HandlerEnv& env,
    UnaryCall<ductape::jobs::v1::ListJobsRequest, ductape::jobs::v1::ListJobsResponse> call);

}  // namespace server

#endif  // SERVER_HANDLERS_JOB_LISTING_H_
