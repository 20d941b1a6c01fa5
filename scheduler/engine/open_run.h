#ifndef SCHEDULER_ENGINE_OPEN_RUN_H_
#define SCHEDULER_ENGINE_OPEN_RUN_H_

#include <memory>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "scheduler/catalog/event_table.h"
#include "scheduler/core/snapshot.h"

namespace scheduler::engine {

using base::Millis;

// The definition that a run was created with, where its job has been defined anew since. Keeps the
// event's id while it lives.
class FormerDefinition {
 public:
  FormerDefinition(catalog::EventTable* events, std::shared_ptr<const core::JobSpec> spec);
  ~FormerDefinition() { events_.Unhold(event_); }
  FormerDefinition(const FormerDefinition&) = delete;
  FormerDefinition& operator=(const FormerDefinition&) = delete;

  const std::shared_ptr<const core::JobSpec>& spec() const { return spec_; }
  catalog::EventId event() const { return event_; }
  const std::string* env() const { return env_; }  // interned

 private:
  catalog::EventTable& events_;
  const std::shared_ptr<const core::JobSpec> spec_;
  const catalog::EventId event_;
  const std::string* const env_;
};

// A run that has not ended. The members below the line live in memory only.
struct OpenRun {
  int64_t number = 0;
  int64_t generation = 1;
  Millis nominal = 0;
  Millis due = 0;
  Millis create_time = 0;
  Millis next_attempt = 0;
  Millis first_start = 0;
  std::shared_ptr<const core::RunOrigin> origin;
  std::shared_ptr<const FormerDefinition> former;  // null: the job's definition is its own
  std::unique_ptr<std::vector<core::AttemptRecord>> attempts;  // those that are over; null: none
  int32_t attempt_count = 0;                                   // attempts that are over
  int32_t retries = 0;
  int32_t redeliveries = 0;
  core::Trigger trigger = core::Trigger::kSchedule;
  core::RunState state = core::RunState::kQueued;

  // ---- of the attempt in flight
  uint32_t dispatches = 0;  // by this process; the low half of the token
  Millis started = 0;
  const std::string* worker = nullptr;
  int64_t event_generation = 0;
  // ---- of a run that waits
  bool in_queue = false;   // handed over to the run queue and not claimed since
  Millis retry_timer = 0;  // when its timer goes off; 0: none was armed

  // Adds an attempt that is over, keeping the last limits::kKeptAttempts.
  void AddAttempt(core::AttemptRecord attempt);

  core::OpenRunSnapshot Snapshot() const;
  static OpenRun FromSnapshot(core::OpenRunSnapshot snapshot, catalog::EventTable* events);
};

// A job that has open runs.
struct ActiveJob {
  uint32_t slot = 0;
  absl::InlinedVector<OpenRun, 1> runs;  // by number

  OpenRun* Find(int64_t number);
  bool HasBuffered() const;
  bool HasOf(core::Trigger trigger) const;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_OPEN_RUN_H_
