#ifndef SERVER_CONVERTERS_JOB_TO_PROTO_H_
#define SERVER_CONVERTERS_JOB_TO_PROTO_H_

#include "ductape/jobs/v1/job.pb.h"
#include "scheduler/engine/commands.h"

namespace server {

// How many of a job's active runs are named.
inline constexpr int kMaxActiveRunIds = 100;

// Fills an empty `out`, all but `last_run`. A `with_input` of false leaves out `input`. An input
// that was stored and does not parse is left out.
void JobToProto(const scheduler::engine::JobView& view, bool with_input,
                ductape::jobs::v1::Job* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_JOB_TO_PROTO_H_
