// Random sequences of what the engine and dispatch do to the queue: the limits hold, nothing is lost
// or stranded, and a server of a lane that sleeps until it is woken, or until the time that it was
// told, misses nothing.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/engine/run_queue.h"
#include "tests/support/manual_clock.h"
#include "tests/support/sanitized.h"

namespace scheduler::engine {
namespace {

using core::EventLimits;
using core::LaneId;
using core::LimitGroup;
using core::ReadyRun;

constexpr int64_t kSecond = 1'000'000'000;
constexpr LimitGroup kGroups = 4;  // 1 to 4; 0: none
constexpr LaneId kLanes = 3;       // 1 to 3
constexpr LaneId kShared = 2;      // 1 to 2 are served as pumps do it
constexpr size_t kPlaces = 3;      // of an executor

class World final : public core::LaneListener {
 public:
  explicit World(uint64_t seed) : random_(seed) {
    queue_.SetListener(this);
    for (LimitGroup group = 1; group <= kGroups; ++group) ChangeLimits(group);
    queue_.HoldBack();
    for (LaneId lane = 1; lane <= kLanes; ++lane) awake_.insert(lane);
  }

  void OnReady(LaneId lane) override { awake_.insert(lane); }

  void Run(int steps) {
    for (int i = 0; i < steps; ++i) Step();
    // Everything ends: what still waits must come out by wakes and times alone.
    for (int i = 0; i < 100'000 && (waiting() > 0 || !flights_.empty()); ++i) {
      EndOne(/*shared=*/steps % 2 == 0);
      ServeLanes();
      PassTime();
    }
    EXPECT_EQ(waiting(), 0U);
    EXPECT_EQ(queue_.TotalSize(), 0U);
    EXPECT_EQ(queue_.LimitedSize(), 0U);
    EXPECT_EQ(started_, pushed_);
  }

 private:
  struct GroupState {
    EventLimits limits;
    int64_t in_flight = 0;
    std::deque<int64_t> starts;  // since the rate was set
    std::map<LaneId, std::deque<int64_t>> waiting;
  };

  size_t waiting() const { return pushed_ - started_; }

  void Step() {
    const uint64_t what = random_.Below(100);
    if (what < 25) {
      PushSome();
    } else if (what < 55) {
      EndOne();
    } else if (what < 58) {
      ChangeLimits(static_cast<LimitGroup>(1 + random_.Below(kGroups)));
    } else if (what < 70) {
      PassTime();
    } else {
      clock_.AdvanceNanos(static_cast<int64_t>(random_.Below(3'000'000)));
    }
    ServeLanes();
  }

  void PushSome() {
    std::vector<ReadyRun> runs(1 + random_.Below(4));
    for (ReadyRun& run : runs) {
      run.key = {256, ++last_};
      run.lane = static_cast<LaneId>(1 + random_.Below(kLanes));
      run.group = static_cast<LimitGroup>(random_.Below(kGroups + 1));
      groups_[run.group].waiting[run.lane].push_back(run.key.number);
    }
    queue_.Push(runs);
    pushed_ += runs.size();
  }

  // Of an executor if `shared`, where there is one.
  void EndOne(bool shared = false) {
    if (flights_.empty()) return;
    size_t which = random_.Below(flights_.size());
    const auto of_executor = std::find_if(flights_.begin(), flights_.end(),
                                          [](const auto& f) { return f.second <= kShared; });
    if (shared && of_executor != flights_.end()) {
      which = static_cast<size_t>(of_executor - flights_.begin());
    }
    std::swap(flights_[which], flights_.back());
    const auto [group, lane] = flights_.back();
    flights_.pop_back();
    --groups_[group].in_flight;
    --in_lane_[lane];
    if (lane <= kShared) awake_.insert(lane);  // an executor's end wakes its pump
    queue_.Ended(lane, {&group, 1});
  }

  void ChangeLimits(LimitGroup group) {
    EventLimits limits;
    if (group == kGroups) return;  // never has any
    if (random_.Percent(60)) limits.max_in_flight = static_cast<int32_t>(1 + random_.Below(3));
    const double rates[] = {0, 0, 2, 20, 500, 3000};
    limits.max_per_second = rates[random_.Below(6)];
    GroupState& state = groups_[group];
    if (limits.max_per_second != state.limits.max_per_second) state.starts.clear();
    state.limits = limits;
    queue_.SetLimits(group, limits);
  }

  // To the first time that somebody waits for.
  void PassTime() {
    int64_t next = INT64_MAX;
    for (const auto& [lane, time] : alarms_) next = std::min(next, time);
    if (next == INT64_MAX) next = clock_.MonoNanos() + 1'000'000;
    clock_.SetMonoNanos(std::max(clock_.MonoNanos(), next));
  }

  // Those who serve the lanes sleep unless they were woken or their alarm went off.
  void ServeLanes() {
    std::set<LaneId> awake;
    awake.swap(awake_);
    for (const auto& [lane, time] : alarms_) {
      if (time <= clock_.MonoNanos()) awake.insert(lane);
    }
    for (const LaneId lane : awake) {
      alarms_.erase(lane);
      Serve(lane);
    }
  }

  void Serve(LaneId lane) {
    const size_t max = 1 + random_.Below(4);
    const bool shared = lane <= kShared;
    const size_t room = shared ? kPlaces - in_lane_[lane] : SIZE_MAX;
    if (room == 0) return;
    popped_.clear();
    int64_t next = 0;
    const size_t got = queue_.PopShared(lane, max, room, &popped_, &next);
    std::vector<ReadyRun> unclaimed;
    for (const ReadyRun& run : popped_) {
      CheckOrder(run);
      if (random_.Percent(10)) {
        unclaimed.push_back(run);  // cancelled, say
        ++started_;
      } else {
        Start(run);
      }
    }
    if (!unclaimed.empty()) queue_.GiveBack(unclaimed);
    if (shared ? got > 0 : got == max) {
      awake_.insert(lane);
    } else if (next != INT64_MAX) {
      alarms_[lane] = next;
    }
  }

  // First in, first out inside a group and lane.
  void CheckOrder(const ReadyRun& run) {
    std::deque<int64_t>& line = groups_[run.group].waiting[run.lane];
    ASSERT_FALSE(line.empty());
    EXPECT_EQ(line.front(), run.key.number);
    line.pop_front();
  }

  void Start(const ReadyRun& run) {
    ++started_;
    flights_.emplace_back(run.group, run.lane);
    if (++in_lane_[run.lane] > kPlaces && run.lane <= kShared) ADD_FAILURE() << "too many places";
    GroupState& group = groups_[run.group];
    ++group.in_flight;
    if (run.group == core::kNoGroup) return;
    const EventLimits& limits = group.limits;
    // More may be in flight than a limit that was lowered; but then none starts.
    if (limits.max_in_flight > 0) {
      EXPECT_LE(group.in_flight, limits.max_in_flight);
    }
    if (limits.max_per_second == 0) return;
    const int64_t now = clock_.MonoNanos();
    group.starts.push_back(now);
    while (now - group.starts.front() > kSecond) group.starts.pop_front();
    EXPECT_LE(group.starts.size(), static_cast<size_t>(std::ceil(limits.max_per_second)));
  }

  base::Random random_;
  base::ManualClock clock_{0, kSecond};
  FifoRunQueue queue_{&clock_};
  std::map<LimitGroup, GroupState> groups_;
  std::vector<std::pair<LimitGroup, LaneId>> flights_;
  std::map<LaneId, size_t> in_lane_;  // in flight
  std::set<LaneId> awake_;
  std::map<LaneId, int64_t> alarms_;
  std::vector<ReadyRun> popped_;
  int64_t last_ = 0;
  size_t pushed_ = 0;
  size_t started_ = 0;
};

TEST(LimitedQueuePropertyTest, LimitsHoldAndNothingIsStranded) {
  const uint64_t seeds = tests::kSanitized ? 20 : 200;
  for (uint64_t seed = 1; seed <= seeds && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    World(seed).Run(2000 + static_cast<int>(seed));
  }
}

}  // namespace
}  // namespace scheduler::engine
