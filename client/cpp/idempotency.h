#ifndef CLIENT_CPP_IDEMPOTENCY_H_
#define CLIENT_CPP_IDEMPOTENCY_H_

#include <string>
#include <type_traits>

#include "client/cpp/call.h"
#include "ductape/jobs/v1/admin.pb.h"
#include "ductape/jobs/v1/calendar.pb.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "ductape/jobs/v1/event.pb.h"
#include "ductape/jobs/v1/job.pb.h"
#include "ductape/jobs/v1/run.pb.h"
#include "ductape/jobs/v1/worker.pb.h"

// Which methods may be repeated, told by their requests:
//
// | methods                                              | idempotency
// |------------------------------------------------------|---------------------------------------
// | Get…, List…, TestConnection                          | kSafe: they change nothing
// | those whose request has a `request_id`               | kSafe: an id is filled in where none is
// | BatchCreateJobs                                      | kSafe: likewise for each item
// | CompleteRuns                                         | kSafe: a result that was taken already is
// |                                                      | refused, which is harmless
// | LeaseRuns                                            | kUnsafe: runs in a lost answer would wait
// |                                                      | for the end of their lease
// | TestEvent                                            | kUnsafe: what it did at the target would be
// |                                                      | done again
namespace ductape::jobs {

// A new id that no other call has: 32 hexadecimal digits of a random 128-bit number.
std::string NewRequestId();

template <class Request>
concept HasRequestId = requires(Request& request) {
  request.mutable_request_id();
};

// Fills in what makes a repetition safe, where the request can hold it.
template <class Request>
void FillRequestId(Request& request) {
  if constexpr (HasRequestId<Request>) {
    if (request.request_id().empty()) request.set_request_id(NewRequestId());
  }
}

inline void FillRequestId(v1::BatchCreateJobsRequest& request) {
  for (v1::CreateJobRequest& item : *request.mutable_requests()) FillRequestId(item);
}

// The types of requests that change nothing, or nothing twice.
template <class Request>
concept RepeatsHarmlessly = std::is_same_v<Request, v1::GetJobRequest> ||
    std::is_same_v<Request, v1::PreviewScheduleRequest> ||
    std::is_same_v<Request, v1::ListJobsRequest> || std::is_same_v<Request, v1::GetRunRequest> ||
    std::is_same_v<Request, v1::ListRunsRequest> || std::is_same_v<Request, v1::GetEventRequest> ||
    std::is_same_v<Request, v1::ListEventsRequest> ||
    std::is_same_v<Request, v1::GetCalendarRequest> ||
    std::is_same_v<Request, v1::ListCalendarsRequest> ||
    std::is_same_v<Request, v1::GetConnectionRequest> ||
    std::is_same_v<Request, v1::ListConnectionsRequest> ||
    std::is_same_v<Request, v1::TestConnectionRequest> ||
    std::is_same_v<Request, v1::GetServerInfoRequest> ||
    std::is_same_v<Request, v1::BatchCreateJobsRequest> ||
    std::is_same_v<Request, v1::CompleteRunsRequest>;

// A method that is not known here is not repeated.
template <class Request>
constexpr Idempotency IdempotencyOf() {
  return HasRequestId<Request> || RepeatsHarmlessly<Request> ? Idempotency::kSafe
                                                             : Idempotency::kUnsafe;
}

}  // namespace ductape::jobs

#endif  // CLIENT_CPP_IDEMPOTENCY_H_
