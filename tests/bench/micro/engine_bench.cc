// What the engine alone costs: jobs at a fixed rate on a store, runs claimed and completed in batches by
// one thread in the same process. No gRPC, no serialization.
//
//   engine_bench JOBS INTERVAL_MS SECONDS [DATA_DIR]
//
// Without DATA_DIR the store is in memory. Prints fires/s, lateness at the claim, CPU a fire.

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/base/waiter.h"
#include "scheduler/engine/engine.h"
#include "scheduler/query/scheduler_service.h"
#include "scheduler/store/memory_store.h"
#ifdef DUCTAPE_HAVE_ROCKSDB
#include "scheduler/store/rocksdb/rocks_store.h"
#endif
#include "server/engine_threads.h"

namespace {

using scheduler::base::Millis;
namespace core = scheduler::core;
namespace engine = scheduler::engine;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Claims and completes whatever is ready.
class Completer final : public core::LaneListener {
 public:
  Completer(engine::Engine* e, const scheduler::base::Clock* clock) : engine_(*e), clock_(*clock) {}

  void OnReady(core::LaneId lane) override {
    lane_.store(lane);
    waiter_.Wake();
  }

  void Run() {
    std::vector<core::ReadyRun> ready;
    core::ClaimedRun claimed;
    while (!stop_.load()) {
      ready.clear();
      if (engine_.queue().Pop(lane_.load(), 512, &ready) == 0) {
        waiter_.WaitUntilMono(clock_.MonoNanos() + 100'000'000, clock_);
        continue;
      }
      std::vector<core::Outcome> outcomes;
      outcomes.reserve(ready.size());
      const Millis now = clock_.WallNow();
      for (const core::ReadyRun& run : ready) {
        if (engine_.Claim(run, nullptr, &claimed) != core::ClaimResult::kClaimed) continue;
        lateness_.push_back(static_cast<int32_t>(now - claimed.due_time));
        core::Outcome& outcome = outcomes.emplace_back();
        outcome.key = claimed.key;
        outcome.token = claimed.token;
      }
      const auto n = static_cast<int64_t>(outcomes.size());
      engine_.Report("", std::move(outcomes), [this, n](const auto&) { done_.fetch_add(n); });
    }
  }

  void Stop() {
    stop_.store(true);
    waiter_.Wake();
  }
  int64_t done() const { return done_.load(); }
  std::vector<int32_t>& lateness() { return lateness_; }

 private:
  engine::Engine& engine_;
  const scheduler::base::Clock& clock_;
  scheduler::base::Waiter waiter_;
  std::atomic<core::LaneId> lane_{core::kFirstWorkerLane};
  std::atomic<bool> stop_{false};
  std::atomic<int64_t> done_{0};
  std::vector<int32_t> lateness_;
};

std::unique_ptr<scheduler::store::Store> OpenStore(const char* dir) {
  if (dir != nullptr) {
#ifdef DUCTAPE_HAVE_ROCKSDB
    scheduler::store::RocksOptions options;
    options.data_dir = dir;
    auto store = scheduler::store::OpenRocksStore(options);
    if (!store.ok()) {
      std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
      std::exit(1);
    }
    return *std::move(store);
#endif
  }
  return scheduler::store::OpenMemoryStore(std::make_shared<scheduler::store::MemoryDisk>());
}

void CreateJobs(scheduler::query::SchedulerService* service, int64_t jobs, Millis interval) {
  std::atomic<int64_t> open{1};
  core::Event event;
  event.product = "bench";
  event.key = {core::EventType::kFunction, "work"};
  event.target = core::WorkerTarget{};
  std::atomic<bool> ready{false};
  service->Create(engine::CreateEvent{event, {}, false},
                  [&](absl::StatusOr<engine::EventView> v) { ready.store(v.ok()); });
  while (!ready.load()) std::this_thread::yield();
  for (int64_t i = 0; i < jobs;) {
    std::vector<engine::CreateJob> batch;
    for (int k = 0; k < 1000 && i < jobs; ++k, ++i) {
      engine::CreateJob& c = batch.emplace_back();
      c.spec.product = "bench";
      c.spec.tag = absl::StrFormat("bench-job-%06d", i);
      c.spec.name = c.spec.tag;
      c.spec.event = event.key;
      c.spec.timing.interval = interval;
      c.spec.start_time = service->Now() + 2000 + (i * 7919) % interval;
    }
    open.fetch_add(1);
    service->CreateBatch(std::move(batch), [&](auto) { open.fetch_sub(1); });
    while (open.load() > 4) std::this_thread::yield();
  }
  open.fetch_sub(1);
  while (open.load() > 0) std::this_thread::yield();
}

int Main(int argc, char** argv) {
  if (argc < 4) return 2;
  const int64_t jobs = std::atoll(argv[1]);
  const Millis interval = std::atoll(argv[2]);
  const int seconds = std::atoi(argv[3]);
  const scheduler::base::SystemClock clock;
  auto store = OpenStore(argc > 4 ? argv[4] : nullptr);
  server::EngineThreads threads(&clock, 1);
  engine::EngineOptions options;
  threads.Connect(&options);
  options.on_fatal = [](const absl::Status& s) {
    std::fprintf(stderr, "%s\n", s.ToString().c_str());
  };
  auto opened = engine::Engine::Open(store.get(), &clock, nullptr, options);
  if (!opened.ok()) return 1;
  engine::Engine& e = **opened;
  Completer completer(&e, &clock);
  e.queue().SetListener(&completer);
  e.Start();
  threads.Start(&e);
  scheduler::query::SchedulerService service(&e, "bench");
  std::thread worker([&] { completer.Run(); });
  const double cpu_create = CpuSeconds();
  const int64_t t0 = clock.MonoNanos();
  CreateJobs(&service, jobs, interval);
  const double create_s = static_cast<double>(clock.MonoNanos() - t0) / 1e9;
  std::printf("created %lld jobs in %.2f s (%.0f/s), %.2f us CPU each\n",
              static_cast<long long>(jobs), create_s, static_cast<double>(jobs) / create_s,
              (CpuSeconds() - cpu_create) * 1e6 / static_cast<double>(jobs));
  scheduler::base::Waiter nap;
  nap.WaitUntilMono(clock.MonoNanos() + 3'000'000'000, clock);
  const double cpu = CpuSeconds();
  const int64_t before = completer.done();
  const int64_t commits = e.committer().commits();
  const int64_t start = clock.MonoNanos();
  nap.WaitUntilMono(start + seconds * 1'000'000'000LL, clock);
  const double took = static_cast<double>(clock.MonoNanos() - start) / 1e9;
  const auto fires = static_cast<double>(completer.done() - before);
  const double used = CpuSeconds() - cpu;
  std::printf("%.0f fires/s, %.2f us CPU a fire, %.0f commits/s\n", fires / took,
              used * 1e6 / fires, static_cast<double>(e.committer().commits() - commits) / took);
  completer.Stop();
  worker.join();
  auto& late = completer.lateness();
  std::sort(late.begin(), late.end());
  if (!late.empty()) {
    std::printf("lateness ms p50 %d p99 %d max %d\n", late[late.size() / 2],
                late[late.size() * 99 / 100], late.back());
  }
  e.Drain();
  threads.Stop(2000);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  scheduler::base::DisableDeadlockDetection();
  return Main(argc, argv);
}
