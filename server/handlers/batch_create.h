#ifndef SERVER_HANDLERS_BATCH_CREATE_H_
#define SERVER_HANDLERS_BATCH_CREATE_H_

#include "ductape/jobs/v1/job.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// JobService.BatchCreateJobs: one command to the engine for all items that are valid by themselves,
// one result an item.
void BatchCreate(
    const HandlerEnv& env,
    UnaryCall<ductape::jobs::v1::BatchCreateJobsRequest, ductape::jobs::v1::BatchCreateJobsResponse>
        call);

}  // namespace server

#endif  // SERVER_HANDLERS_BATCH_CREATE_H_
