// The run queue by itself: what a run costs in it, with and without limits, and what those that wait for
// their limits cost the others.

#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "scheduler/base/clock.h"
#include "scheduler/engine/run_queue.h"

namespace {

namespace core = scheduler::core;
using scheduler::engine::FifoRunQueue;

constexpr size_t kBatch = 512;  // of a commit
constexpr size_t kPop = 128;    // of a pump's step
constexpr core::LimitGroup kGroup = 7;
constexpr core::LimitGroup kStuck = 8;

std::vector<core::ReadyRun> Runs(size_t count, core::LimitGroup group) {
  std::vector<core::ReadyRun> runs(count);
  int64_t number = 0;
  for (core::ReadyRun& run : runs) {
    run.key = {256, ++number};
    run.lane = core::kHttpLane;
    run.group = group;
  }
  return runs;
}

core::EventLimits InFlight(int32_t most) {
  core::EventLimits limits;
  limits.max_in_flight = most;
  return limits;
}

// Pushes and pops `runs` again and again, ending each that has a group.
void Carry(FifoRunQueue* queue, const std::vector<core::ReadyRun>& runs, benchmark::State& state) {
  std::vector<core::ReadyRun> popped;
  std::vector<core::LimitGroup> ended;
  for (auto _ : state) {
    queue->Push(runs);
    for (size_t left = runs.size(); left > 0;) {
      popped.clear();
      left -= queue->Pop(core::kHttpLane, kPop, &popped);
      ended.clear();
      for (const core::ReadyRun& run : popped) {
        if (run.group != core::kNoGroup) ended.push_back(run.group);
      }
      if (!ended.empty()) queue->Ended(core::kHttpLane, ended);
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * runs.size()));
}

void WithoutLimits(benchmark::State& state) {
  const scheduler::base::SystemClock clock;
  FifoRunQueue queue(&clock);
  Carry(&queue, Runs(kBatch, core::kNoGroup), state);
}
BENCHMARK(WithoutLimits);

// Others wait in the same lane, so many.
void PassingThoseThatWait(benchmark::State& state) {
  const scheduler::base::SystemClock clock;
  FifoRunQueue queue(&clock);
  queue.SetLimits(kStuck, InFlight(1));
  queue.Push(Runs(static_cast<size_t>(state.range(0)), kStuck));
  std::vector<core::ReadyRun> first;
  queue.Pop(core::kHttpLane, 1, &first);
  Carry(&queue, Runs(kBatch, core::kNoGroup), state);
}
BENCHMARK(PassingThoseThatWait)->Arg(100)->Arg(100'000);

void WithinALimit(benchmark::State& state) {
  const scheduler::base::SystemClock clock;
  FifoRunQueue queue(&clock);
  queue.SetLimits(kGroup, InFlight(static_cast<int32_t>(state.range(0))));
  Carry(&queue, Runs(kBatch, kGroup), state);
}
BENCHMARK(WithinALimit)->Arg(1)->Arg(1000);

// Events of an executor: each run has a group, which comes and goes with it.
void OfManyEvents(benchmark::State& state) {
  const scheduler::base::SystemClock clock;
  FifoRunQueue queue(&clock);
  std::vector<core::ReadyRun> runs = Runs(kBatch, kGroup);
  for (size_t i = 0; i < runs.size(); ++i) runs[i].group = static_cast<core::LimitGroup>(100 + i);
  Carry(&queue, runs, state);
}
BENCHMARK(OfManyEvents);

// So many events have one attempt in flight each and runs that wait, and there is one place left.
void PassingCrowdedEvents(benchmark::State& state) {
  const scheduler::base::SystemClock clock;
  FifoRunQueue queue(&clock);
  std::vector<core::ReadyRun> popped;
  std::vector<core::ReadyRun> runs = Runs(static_cast<size_t>(state.range(0)), kGroup);
  for (size_t i = 0; i < runs.size(); ++i) runs[i].group = static_cast<core::LimitGroup>(100 + i);
  queue.Push(runs);
  queue.Pop(core::kHttpLane, runs.size(), &popped);
  queue.Push(runs);
  const std::vector<core::ReadyRun> one = Runs(1, kGroup);
  int64_t next_time = 0;
  for (auto _ : state) {
    queue.Push(one);
    popped.clear();
    queue.PopShared(core::kHttpLane, kPop, 1, &popped, &next_time);
    queue.Ended(core::kHttpLane, {&kGroup, 1});
  }
}
BENCHMARK(PassingCrowdedEvents)->Arg(0)->Arg(10)->Arg(100)->Arg(1000);

void OfOneEvent(benchmark::State& state) {
  const scheduler::base::SystemClock clock;
  FifoRunQueue queue(&clock);
  Carry(&queue, Runs(kBatch, kGroup), state);
}
BENCHMARK(OfOneEvent);

}  // namespace

BENCHMARK_MAIN();
