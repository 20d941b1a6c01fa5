#ifndef SCHEDULER_STORE_RECORD_WIRE_H_
#define SCHEDULER_STORE_RECORD_WIRE_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "ductape/jobs/store/v1/record.pb.h"
#include "scheduler/core/model.h"
#include "scheduler/core/transitions.h"

// Values that several records share, between the model and record.proto. Internal to the codecs.
namespace scheduler::store::wire {

namespace pb = ductape::jobs::store::v1;

// The format that this code writes and the newest that it may read: see record.proto.
inline constexpr uint32_t kFormat = 5;

// Differences and their inverse, defined for all values: what is read may be anything.
constexpr int64_t Minus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
constexpr int64_t Plus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

// FAILED_PRECONDITION STORE_TOO_NEW where `min_reader` is above kFormat.
absl::Status CheckReader(std::string_view what, uint32_t min_reader);

// Whether a stored number is a value of the enum; what follows may cast it.
constexpr bool IsRunState(int value) { return value >= 1 && value <= 9; }
constexpr bool IsTerminalState(int value) { return value >= 5 && value <= 9; }
constexpr bool IsStretchState(int value) { return value == 8 || value == 9; }
constexpr bool IsTrigger(int value) { return value >= 1 && value <= 5; }
constexpr bool IsJobState(int value) { return value >= 1 && value <= 3; }
constexpr bool IsEventType(int value) { return value >= 0 && value <= 5; }

void Write(const core::RunError& from, pb::RunError* to);
std::shared_ptr<const core::RunError> Read(const pb::RunError& from);

void Write(const core::RunOrigin& from, pb::RunOrigin* to);
std::shared_ptr<const core::RunOrigin> Read(const pb::RunOrigin& from);

// Times of an attempt are stored as differences to the run's `nominal`.
void Write(const core::AttemptRecord& from, core::Millis nominal, pb::Attempt* to);
core::AttemptRecord Read(const pb::Attempt& from, core::Millis nominal);

}  // namespace scheduler::store::wire

#endif  // SCHEDULER_STORE_RECORD_WIRE_H_
