#ifndef SCHEDULER_STORE_SETTINGS_WIRE_H_
#define SCHEDULER_STORE_SETTINGS_WIRE_H_

#include "absl/status/status.h"
#include "ductape/jobs/store/v1/connection.pb.h"
#include "scheduler/core/connection/connection_spec.h"

// The settings of one environment between the model and connection.proto. Internal to the codecs. Read answers
// DATA_LOSS STORE_CORRUPT where they are of no kind, or a value is none of its enum's.
namespace scheduler::store::wire {

void Write(const core::Settings& from, ductape::jobs::store::v1::ConnectionSettings* to);
absl::Status Read(const ductape::jobs::store::v1::ConnectionSettings& from, core::Settings* to);

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_SETTINGS_WIRE_H_
