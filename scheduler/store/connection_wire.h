#ifndef SCHEDULER_STORE_CONNECTION_WIRE_H_
#define SCHEDULER_STORE_CONNECTION_WIRE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "ductape/jobs/store/v1/connection.pb.h"
#include "scheduler/core/connection/connection_spec.h"

// Connections between the model and connection.proto. Internal to the codecs.
namespace scheduler::store::wire {

// The oldest format whose code reads this as it is meant; 0: any that knows connections.
uint32_t MinReaderOf(const core::ConnectionSpec& spec);

// Read leaves the row's uid, generation and times to the caller; DATA_LOSS STORE_CORRUPT for settings of
// no kind.
void Write(const core::ConnectionSpec& from, ductape::jobs::store::v1::Connection* to);
absl::Status Read(const ductape::jobs::store::v1::Connection& from, core::ConnectionSpec* to);

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_CONNECTION_WIRE_H_
