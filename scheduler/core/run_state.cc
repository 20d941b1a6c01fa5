#include "scheduler/core/run_state.h"

namespace scheduler::core {
namespace {

constexpr uint32_t Bit(RunState state) { return 1U << static_cast<unsigned>(state); }

// The states that may follow `from`, as bits: the table of the header.
constexpr uint32_t Successors(RunState from) {
  switch (from) {
    case RunState::kScheduled:
      return Bit(RunState::kQueued) | Bit(RunState::kCancelled) | Bit(RunState::kMissed);
    case RunState::kQueued:
      return Bit(RunState::kScheduled) | Bit(RunState::kRunning) | Bit(RunState::kCompleted) |
             Bit(RunState::kFailed) | Bit(RunState::kCancelled) | Bit(RunState::kMissed);
    case RunState::kRunning:
      return Bit(RunState::kQueued) | Bit(RunState::kRetryScheduled) | Bit(RunState::kCompleted) |
             Bit(RunState::kFailed) | Bit(RunState::kCancelled);
    case RunState::kRetryScheduled:
      return Bit(RunState::kQueued) | Bit(RunState::kFailed) | Bit(RunState::kCancelled);
    case RunState::kCompleted:
    case RunState::kFailed:
    case RunState::kCancelled:
    case RunState::kSkipped:
    case RunState::kMissed:
      return 0;
  }
  return 0;
}

}  // namespace

bool IsAllowed(RunState from, RunState to) { return (Successors(from) & Bit(to)) != 0; }

const char* RunStateName(RunState state) {
  switch (state) {
    case RunState::kScheduled:
      return "SCHEDULED";
    case RunState::kQueued:
      return "QUEUED";
    case RunState::kRunning:
      return "RUNNING";
    case RunState::kRetryScheduled:
      return "RETRY_SCHEDULED";
    case RunState::kCompleted:
      return "COMPLETED";
    case RunState::kFailed:
      return "FAILED";
    case RunState::kCancelled:
      return "CANCELLED";
    case RunState::kSkipped:
      return "SKIPPED";
    case RunState::kMissed:
      return "MISSED";
  }
  return "UNKNOWN";
}

}  // namespace scheduler::core
