#ifndef SERVER_HANDLERS_PREVIEW_SCHEDULE_H_
#define SERVER_HANDLERS_PREVIEW_SCHEDULE_H_

#include "ductape/jobs/v1/job.pb.h"
#include "server/handlers/handler_env.h"

namespace server {

// JobService.PreviewSchedule: reads the job, if it is to be one that exists, and works out its times on
// the pool for lists.
void PreviewSchedule(
    const HandlerEnv& env,
    UnaryCall<ductape::jobs::v1::PreviewScheduleRequest, ductape::jobs::v1::PreviewScheduleResponse>
        call);

}  // namespace server

#endif  // SERVER_HANDLERS_PREVIEW_SCHEDULE_H_
