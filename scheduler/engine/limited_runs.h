#ifndef SCHEDULER_ENGINE_LIMITED_RUNS_H_
#define SCHEDULER_ENGINE_LIMITED_RUNS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "scheduler/core/run_port.h"
#include "scheduler/core/start_pace.h"

namespace scheduler::engine {

class LimitedLane;

// Where a run stands in its lane: its place among those without a group, and how many with one were added
// before it. Of lines that may start the one whose first run has the least is served first.
using LanePlace = std::pair<uint64_t, uint64_t>;

// The runs of a queue that belong to limit groups. The runs of one group in one lane are a line,
// first in, first out. A line is ready (its first run may start), timed (it may at a known time) or
// blocked (as many attempts of the group are in flight as may be). Each step costs the logarithm of
// the number of lines in a lane.
//
// A group is forgotten when it has no limits, no line and nothing in flight.
//
// Times are monotonic nanoseconds. Not thread-safe.
class LimitedRuns {
 public:
  // Lanes whose runs may be popped now, or sooner than was said before. May hold one twice.
  using Lanes = absl::InlinedVector<core::LaneId, 8>;

  LimitedRuns();
  ~LimitedRuns();
  LimitedRuns(const LimitedRuns&) = delete;
  LimitedRuns& operator=(const LimitedRuns&) = delete;

  void SetLimits(core::LimitGroup group, const core::EventLimits& limits, int64_t now,
                 Lanes* woken);
  // See StartPace::HoldBack: of all groups there are.
  void HoldBack(int64_t now);

  // Adds a run; its group need not be known. `place` says where it stands among the other runs of
  // the lane, and does not fall from one call to the next.
  void Add(LimitedLane* lane, const core::ReadyRun& run, uint64_t place, int64_t now);

  // The place of the lane's first run that may start and whose group has fewer than `most` in flight in this
  // lane (where it is an executor's); none if there is none. From one call to the next with the same `from` `most` does not rise, so that what
  // was passed over is not looked at again.
  std::optional<uint64_t> First(LimitedLane* lane, int64_t now, size_t most, LanePlace* from);
  // Takes that run: it is in flight, and its time is used. REQUIRES: First at this `now` gave one.
  core::ReadyRun Take(LimitedLane* lane, int64_t now, const LanePlace& at);

  // One attempt of the group, which was taken in the lane, is not in flight any more.
  void Ended(core::LimitGroup group, core::LaneId lane, int64_t now, Lanes* woken);
  // The same of a run that was taken; its time is given back if it was the group's last.
  void GiveBack(const core::ReadyRun& run, int64_t now, Lanes* woken);

  size_t groups() const { return groups_.size(); }
  // Runs that wait and whose group has limits.
  size_t held() const { return held_; }

 private:
  friend class LimitedLane;
  struct Line;
  struct Group;

  Group* FindOrAdd(core::LimitGroup id);
  void DropIfIdle(Group* group);
  void CountWaiting(Group* group, int by);
  // Puts the group's lines where they belong now.
  void SettleAll(Group* group, int64_t now, Lanes* woken);
  static void Settle(Line* line, int64_t now, Lanes* woken);
  static void Unplace(Line* line);
  static size_t ShareOf(const Group& group, core::LaneId lane);
  static void EnterFlight(Group* group, core::LaneId lane);
  static void LeaveFlight(Group* group, core::LaneId lane);

  absl::flat_hash_map<core::LimitGroup, std::unique_ptr<Group>> groups_;
  size_t held_ = 0;
};

// The lines of one lane.
class LimitedLane {
 public:
  explicit LimitedLane(core::LaneId id) : id_(id) {}
  LimitedLane(const LimitedLane&) = delete;
  LimitedLane& operator=(const LimitedLane&) = delete;

  // Runs that wait, those that may start included.
  size_t size() const { return size_; }
  // When the first of the timed lines is ready; INT64_MAX if there is none.
  int64_t NextTime() const { return timed_.empty() ? INT64_MAX : timed_.begin()->first.first; }

 private:
  friend class LimitedRuns;
  const core::LaneId id_;
  size_t size_ = 0;
  uint64_t added_ = 0;                                    // since ever
  absl::btree_map<LanePlace, LimitedRuns::Line*> ready_;  // by the first run
  // By time. The group breaks ties, so that the order is the same in each repetition of a simulation.
  absl::btree_map<std::pair<int64_t, core::LimitGroup>, LimitedRuns::Line*> timed_;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_LIMITED_RUNS_H_
