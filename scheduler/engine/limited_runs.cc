#include "scheduler/engine/limited_runs.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

namespace scheduler::engine {

namespace {

struct Waiting {
  core::ReadyRun run;
  LanePlace place;
};

// First in, first out. Most lines have one run, and there may be as many as there are events: a deque
// would take half a kilobyte for each.
class WaitingRuns {
 public:
  bool empty() const { return first_ == runs_.size(); }
  size_t size() const { return runs_.size() - first_; }
  const Waiting& front() const { return runs_[first_]; }
  void push_back(const Waiting& run) { runs_.push_back(run); }
  void pop_front() {
    ++first_;
    if (first_ < kKept || first_ * 2 < runs_.size()) return;
    runs_.erase(runs_.begin(), runs_.begin() + static_cast<ptrdiff_t>(first_));
    first_ = 0;
  }

 private:
  static constexpr size_t kKept = 64;  // popped ones, at least; else as many as there are others

  std::vector<Waiting> runs_;
  size_t first_ = 0;
};

}  // namespace

struct LimitedRuns::Line {
  enum class State : uint8_t { kBlocked, kTimed, kReady };

  Line(Group* of, LimitedLane* in) : group(of), lane(in) {}

  Group* const group;
  LimitedLane* const lane;
  WaitingRuns runs;  // never empty between two calls
  State state = State::kBlocked;
  LanePlace place;  // its key where it is ready
  int64_t at = 0;   // its key where it is timed
};

struct LimitedRuns::Group {
  // What it has in flight in one executor's lane.
  struct Share {
    core::LaneId lane = core::kNoLane;
    size_t in_flight = 0;
  };

  explicit Group(core::LimitGroup number) : id(number) {}

  bool full() const { return limits.max_in_flight > 0 && in_flight >= limits.max_in_flight; }

  const core::LimitGroup id;
  core::EventLimits limits;
  core::StartPace pace;
  int64_t in_flight = 0;                                // in all lanes
  size_t waiting = 0;                                   // in all lines
  uint16_t starts = 0;                                  // modulo 2^16, less those taken back
  absl::InlinedVector<std::unique_ptr<Line>, 1> lines;  // one as a rule
  absl::InlinedVector<Share, 1> shares;                 // likewise; those that are not 0
};

LimitedRuns::LimitedRuns() = default;
LimitedRuns::~LimitedRuns() = default;

LimitedRuns::Group* LimitedRuns::FindOrAdd(core::LimitGroup id) {
  std::unique_ptr<Group>& group = groups_[id];
  if (group == nullptr) group = std::make_unique<Group>(id);
  return group.get();
}

void LimitedRuns::DropIfIdle(Group* group) {
  if (group->limits.any() || group->in_flight > 0 || !group->lines.empty()) return;
  const core::LimitGroup id = group->id;
  groups_.erase(id);
}

void LimitedRuns::SetLimits(core::LimitGroup group, const core::EventLimits& limits, int64_t now,
                            Lanes* woken) {
  Group* const of = FindOrAdd(group);
  held_ -= of->limits.any() ? of->waiting : 0;
  of->limits = limits;
  held_ += of->limits.any() ? of->waiting : 0;
  of->pace.SetRate(limits.max_per_second);
  ++of->starts;  // a start of another pace is not taken back
  SettleAll(of, now, woken);
  DropIfIdle(of);
}

void LimitedRuns::HoldBack(int64_t now) {
  for (auto& [id, group] : groups_) group->pace.HoldBack(now);
}

void LimitedRuns::Add(LimitedLane* lane, const core::ReadyRun& run, uint64_t place, int64_t now) {
  Group* const group = FindOrAdd(run.group);
  ++lane->size_;
  CountWaiting(group, 1);
  const LanePlace stands(place, lane->added_++);
  const auto found = std::find_if(group->lines.begin(), group->lines.end(),
                                  [lane](const auto& line) { return line->lane == lane; });
  if (found != group->lines.end()) {
    (*found)->runs.push_back({run, stands});
    return;
  }
  group->lines.push_back(std::make_unique<Line>(group, lane));
  group->lines.back()->runs.push_back({run, stands});
  Settle(group->lines.back().get(), now, nullptr);
}

void LimitedRuns::CountWaiting(Group* group, int by) {
  group->waiting += static_cast<size_t>(by);
  if (group->limits.any()) held_ += static_cast<size_t>(by);
}

size_t LimitedRuns::ShareOf(const Group& group, core::LaneId lane) {
  for (const Group::Share& share : group.shares) {
    if (share.lane == lane) return share.in_flight;
  }
  return 0;
}

void LimitedRuns::EnterFlight(Group* group, core::LaneId lane) {
  ++group->in_flight;
  if (lane >= core::kFirstWorkerLane) return;  // workers share nothing
  for (Group::Share& share : group->shares) {
    if (share.lane != lane) continue;
    ++share.in_flight;
    return;
  }
  group->shares.push_back({lane, 1});
}

void LimitedRuns::LeaveFlight(Group* group, core::LaneId lane) {
  assert(group->in_flight > 0);
  --group->in_flight;
  for (Group::Share& share : group->shares) {
    if (share.lane != lane) continue;
    if (--share.in_flight > 0) return;
    share = group->shares.back();
    group->shares.pop_back();
    return;
  }
}

std::optional<uint64_t> LimitedRuns::First(LimitedLane* lane, int64_t now, size_t most,
                                           LanePlace* from) {
  while (!lane->timed_.empty() && lane->timed_.begin()->first.first <= now) {
    Settle(lane->timed_.begin()->second, now, nullptr);
  }
  auto it = lane->ready_.lower_bound(*from);
  while (it != lane->ready_.end() && ShareOf(*it->second->group, lane->id_) >= most) ++it;
  *from = it == lane->ready_.end() ? LanePlace(UINT64_MAX, UINT64_MAX) : it->first;
  if (it == lane->ready_.end()) return std::nullopt;
  return it->first.first;
}

core::ReadyRun LimitedRuns::Take(LimitedLane* lane, int64_t now, const LanePlace& at) {
  Line* const line = lane->ready_.find(at)->second;
  Group* const group = line->group;
  core::ReadyRun run = line->runs.front().run;
  line->runs.pop_front();
  --lane->size_;
  CountWaiting(group, -1);
  EnterFlight(group, lane->id_);
  group->pace.Start(now);
  run.start = ++group->starts;
  if (line->runs.empty()) {
    Unplace(line);
    const auto dropped = std::find_if(group->lines.begin(), group->lines.end(),
                                      [line](const auto& other) { return other.get() == line; });
    group->lines.erase(dropped);
  }
  SettleAll(group, now, nullptr);
  return run;
}

void LimitedRuns::Ended(core::LimitGroup group, core::LaneId lane, int64_t now, Lanes* woken) {
  const auto it = groups_.find(group);
  assert(it != groups_.end());
  if (it == groups_.end()) return;
  Group* const of = it->second.get();
  LeaveFlight(of, lane);
  SettleAll(of, now, woken);
  DropIfIdle(of);
}

void LimitedRuns::GiveBack(const core::ReadyRun& run, int64_t now, Lanes* woken) {
  const auto it = groups_.find(run.group);
  if (it != groups_.end() && it->second->starts == run.start) {
    it->second->pace.TakeBack();
    --it->second->starts;
  }
  Ended(run.group, run.lane, now, woken);
}

void LimitedRuns::SettleAll(Group* group, int64_t now, Lanes* woken) {
  for (const std::unique_ptr<Line>& line : group->lines) Settle(line.get(), now, woken);
}

void LimitedRuns::Unplace(Line* line) {
  const core::LimitGroup group = line->group->id;
  if (line->state == Line::State::kReady) line->lane->ready_.erase(line->place);
  if (line->state == Line::State::kTimed) line->lane->timed_.erase(std::pair(line->at, group));
}

void LimitedRuns::Settle(Line* line, int64_t now, Lanes* woken) {
  using State = Line::State;
  const State before = line->state;
  const int64_t at_before = line->at;
  const Group& group = *line->group;
  const int64_t at = group.pace.next();
  const LanePlace place = line->runs.front().place;
  const State state = group.full() ? State::kBlocked : at <= now ? State::kReady : State::kTimed;
  const bool same_key = state == State::kReady ? place == line->place : at == line->at;
  if (state == before && (state == State::kBlocked || same_key)) return;
  Unplace(line);
  line->state = state;
  line->place = place;
  line->at = at;
  if (state == State::kReady) line->lane->ready_.emplace(place, line);
  if (state == State::kTimed) line->lane->timed_.emplace(std::pair(at, group.id), line);
  // Of a line that was ready its lane was told: whoever serves it looks, and sees what became of it; where
  // they passed it over, they look again when an attempt of theirs has ended.
  if (woken == nullptr || state == State::kBlocked || before == State::kReady) return;
  const bool sooner = before == State::kBlocked || state == State::kReady || at < at_before;
  if (sooner) woken->push_back(line->lane->id_);
}

}  // namespace scheduler::engine
