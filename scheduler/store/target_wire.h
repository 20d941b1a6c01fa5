#ifndef SCHEDULER_STORE_TARGET_WIRE_H_
#define SCHEDULER_STORE_TARGET_WIRE_H_

#include "absl/status/status.h"
#include "ductape/jobs/store/v1/catalog.pb.h"
#include "scheduler/core/target.h"

// What an event calls, between the model and target.proto. Internal to the codecs. Read answers DATA_LOSS
// STORE_CORRUPT where there is no target, or a value is none of its enum's.
namespace scheduler::store::wire {

void Write(const core::Target& from, ductape::jobs::store::v1::Event* to);
absl::Status Read(const ductape::jobs::store::v1::Event& from, core::Target* to);

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_TARGET_WIRE_H_
