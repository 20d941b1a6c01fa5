#include <cstdint>
#include <memory>
#include <vector>

#include "benchmark/benchmark.h"
#include "scheduler/base/random.h"
#include "scheduler/core/timing_wheel.h"

// What one timer costs at ten million: armed in the order of its slot, armed again at random, and
// fired and armed again as a job with a fixed interval is.
namespace scheduler::core {
namespace {

constexpr Millis kStart = 1'700'000'000'000;
constexpr uint64_t kSpread = 60'000;  // due times are spread over a minute

std::unique_ptr<TimingWheel> FilledWheel(uint32_t timers, base::Random* random) {
  auto wheel = std::make_unique<TimingWheel>(kStart);
  for (uint32_t slot = 0; slot < timers; ++slot) {
    wheel->Arm(slot, kStart + 1 + static_cast<Millis>(random->Below(kSpread)));
  }
  return wheel;
}

void BM_Insert(benchmark::State& state) {
  const auto timers = static_cast<uint32_t>(state.range(0));
  for (auto _ : state) {
    TimingWheel wheel(kStart);
    for (uint32_t slot = 0; slot < timers; ++slot) {
      wheel.Arm(slot, kStart + 1 + slot * kSpread / timers);
    }
    benchmark::DoNotOptimize(wheel.armed());
    state.counters["bytes_per_timer"] =
        static_cast<double>(wheel.MemoryBytes()) / static_cast<double>(timers);
  }
  state.SetItemsProcessed(state.iterations() * timers);
}

void BM_InsertRandomDue(benchmark::State& state) {
  const auto timers = static_cast<uint32_t>(state.range(0));
  base::Random random(1);
  for (auto _ : state) benchmark::DoNotOptimize(FilledWheel(timers, &random));
  state.SetItemsProcessed(state.iterations() * timers);
}

void BM_MoveRandomSlot(benchmark::State& state) {
  const auto timers = static_cast<uint32_t>(state.range(0));
  base::Random random(1);
  const std::unique_ptr<TimingWheel> wheel = FilledWheel(timers, &random);
  for (auto _ : state) {
    const uint64_t value = random.Next();
    wheel->Arm(static_cast<uint32_t>((value >> 32) % timers),
               kStart + 1 + static_cast<Millis>((value & 0xffffffff) % kSpread));
  }
  state.SetItemsProcessed(state.iterations());
}

// An iteration is one millisecond: all timers due in it fire and are armed a minute later.
void BM_FireAndRearm(benchmark::State& state) {
  const auto timers = static_cast<uint32_t>(state.range(0));
  base::Random random(1);
  const std::unique_ptr<TimingWheel> wheel = FilledWheel(timers, &random);
  std::vector<TimingWheel::Slot> due;
  Millis now = kStart;
  int64_t fired = 0;
  for (auto _ : state) {
    due.clear();
    wheel->Advance(++now, timers, &due);
    for (const TimingWheel::Slot slot : due) {
      wheel->Arm(slot, now + static_cast<Millis>(kSpread));
    }
    fired += static_cast<int64_t>(due.size());
  }
  state.SetItemsProcessed(fired);
}

BENCHMARK(BM_Insert)->Arg(10'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_InsertRandomDue)->Arg(10'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_MoveRandomSlot)->Arg(10'000'000)->Iterations(5'000'000);
// Two minutes of time, so that the second minute runs on timers that were armed at random places.
BENCHMARK(BM_FireAndRearm)->Arg(10'000'000)->Iterations(120'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_FireAndRearm)->Arg(10'000)->Iterations(120'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace scheduler::core

BENCHMARK_MAIN();
