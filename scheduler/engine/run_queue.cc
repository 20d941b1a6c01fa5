#include "scheduler/engine/run_queue.h"

#include <algorithm>
#include <optional>

#include "absl/container/inlined_vector.h"

namespace scheduler::engine {
namespace {

size_t PopFront(std::deque<core::ReadyRun>* runs, size_t max, std::vector<core::ReadyRun>* out) {
  const size_t count = std::min(max, runs->size());
  out->insert(out->end(), runs->begin(), runs->begin() + static_cast<ptrdiff_t>(count));
  runs->erase(runs->begin(), runs->begin() + static_cast<ptrdiff_t>(count));
  return count;
}

}  // namespace

void FifoRunQueue::Push(absl::Span<const core::ReadyRun> runs) {
  if (runs.empty()) return;
  absl::InlinedVector<core::LaneId, 8> touched;
  {
    base::MutexLock lock(&mu_);
    Lane* lane = nullptr;
    core::LaneId last = core::kNoLane;
    int64_t now = -1;  // asked for by the first run of a group
    for (const core::ReadyRun& run : runs) {
      if (lane == nullptr || run.lane != last) {
        last = run.lane;
        lane = &lanes_[last];
        if (std::find(touched.begin(), touched.end(), last) == touched.end()) {
          touched.push_back(last);
        }
      }
      if (run.group == core::kNoGroup) {
        lane->runs.push_back(run);
      } else {
        if (now < 0) now = clock_->MonoNanos();
        PushLimited(lane, run, now);
      }
    }
  }
  total_.fetch_add(runs.size(), std::memory_order_relaxed);
  if (listener_ == nullptr) return;
  for (const core::LaneId lane : touched) listener_->OnReady(lane);
}

void FifoRunQueue::PushLimited(Lane* lane, const core::ReadyRun& run, int64_t now) {
  if (lane->limited == nullptr) lane->limited = std::make_unique<LimitedLane>(run.lane);
  limited_.Add(lane->limited.get(), run, lane->popped + lane->runs.size(), now);
}

size_t FifoRunQueue::Pop(core::LaneId lane, size_t max, std::vector<core::ReadyRun>* out) {
  int64_t next_time = 0;
  return PopShared(lane, max, SIZE_MAX, out, &next_time);
}

size_t FifoRunQueue::PopShared(core::LaneId lane, size_t max, size_t room,
                               std::vector<core::ReadyRun>* out, int64_t* next_time) {
  max = std::min(max, room);
  *next_time = INT64_MAX;
  size_t count = 0;
  {
    base::MutexLock lock(&mu_);
    const auto it = lanes_.find(lane);
    if (it == lanes_.end()) return 0;
    Lane& from = it->second;
    if (from.has_limited()) {
      count = PopMixed(&from, max, room, out);
      *next_time = from.limited->NextTime();
    } else {
      count = PopFront(&from.runs, max, out);
      from.popped += count;
    }
  }
  total_.fetch_sub(count, std::memory_order_relaxed);
  return count;
}

size_t FifoRunQueue::PopMixed(Lane* lane, size_t max, size_t room,
                              std::vector<core::ReadyRun>* out) {
  const int64_t now = clock_->MonoNanos();
  LimitedLane* const limited = lane->limited.get();
  LanePlace place;
  size_t count = 0;
  while (count < max) {
    const std::optional<uint64_t> first = limited_.First(limited, now, room - count, &place);
    if (first.has_value() && (*first <= lane->popped || lane->runs.empty())) {
      out->push_back(limited_.Take(limited, now, place));
      ++count;
      continue;
    }
    const size_t before = first.has_value() ? *first - lane->popped : max;
    const size_t got = PopFront(&lane->runs, std::min(before, max - count), out);
    if (got == 0) break;
    lane->popped += got;
    count += got;
  }
  return count;
}

int64_t FifoRunQueue::NextTime(core::LaneId lane) const {
  base::MutexLock lock(&mu_);
  const auto it = lanes_.find(lane);
  const bool none = it == lanes_.end() || it->second.limited == nullptr;
  return none ? INT64_MAX : it->second.limited->NextTime();
}

void FifoRunQueue::Ended(core::LaneId lane, absl::Span<const core::LimitGroup> groups) {
  LimitedRuns::Lanes woken;
  {
    base::MutexLock lock(&mu_);
    const int64_t now = clock_->MonoNanos();
    for (const core::LimitGroup group : groups) {
      if (group != core::kNoGroup) limited_.Ended(group, lane, now, &woken);
    }
  }
  Tell(woken);
}

void FifoRunQueue::GiveBack(absl::Span<const core::ReadyRun> runs) {
  LimitedRuns::Lanes woken;
  {
    base::MutexLock lock(&mu_);
    const int64_t now = clock_->MonoNanos();
    // Backwards: each in turn is its group's last start.
    for (size_t i = runs.size(); i-- > 0;) {
      if (runs[i].group != core::kNoGroup) limited_.GiveBack(runs[i], now, &woken);
    }
  }
  Tell(woken);
}

void FifoRunQueue::SetLimits(core::LimitGroup group, const core::EventLimits& limits) {
  LimitedRuns::Lanes woken;
  {
    base::MutexLock lock(&mu_);
    limited_.SetLimits(group, limits, clock_->MonoNanos(), &woken);
  }
  Tell(woken);
}

void FifoRunQueue::HoldBack() {
  base::MutexLock lock(&mu_);
  limited_.HoldBack(clock_->MonoNanos());
}

void FifoRunQueue::Tell(const LimitedRuns::Lanes& lanes) {
  if (listener_ == nullptr) return;
  core::LaneId last = core::kNoLane;
  for (const core::LaneId lane : lanes) {
    if (lane != last) listener_->OnReady(lane);
    last = lane;
  }
}

size_t FifoRunQueue::LimitedSize() const {
  base::MutexLock lock(&mu_);
  return limited_.held();
}

size_t FifoRunQueue::Size(core::LaneId lane) const {
  base::MutexLock lock(&mu_);
  const auto it = lanes_.find(lane);
  return it == lanes_.end() ? 0 : it->second.size();
}

}  // namespace scheduler::engine
