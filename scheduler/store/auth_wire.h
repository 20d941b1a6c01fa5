#ifndef SCHEDULER_STORE_AUTH_WIRE_H_
#define SCHEDULER_STORE_AUTH_WIRE_H_

#include "absl/status/status.h"
#include "ductape/jobs/store/v1/connection.pb.h"
#include "scheduler/core/connection/http_settings.h"

// How requests show who sends them, between the model and connection.proto. Internal to the codecs.
namespace scheduler::store::wire {

// REQUIRES: `from` is of some kind; settings without one have no message.
void Write(const core::HttpAuth& from, ductape::jobs::store::v1::HttpAuth* to);

// DATA_LOSS STORE_CORRUPT where it is of no kind, or a login has a method that is none.
absl::Status Read(const ductape::jobs::store::v1::HttpAuth& from, core::HttpAuth* to);

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_AUTH_WIRE_H_
