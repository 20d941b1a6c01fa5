#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "benchmark/benchmark.h"
#include "scheduler/base/random.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/rocksdb/rocks_store.h"
#include "scheduler/store/rows.h"
#include "tests/support/temp_dir.h"

// What a durable commit costs beside what the disk allows: synced commits of one journal entry, and
// raw appends of the same size with fdatasync, in the same run; the same while runs are sealed and
// checkpoints are written. Counters p50_ms and p99_ms are of single commits, cpu_us is CPU time of
// the whole process a commit.
namespace {

namespace core = scheduler::core;
namespace store = scheduler::store;
using Clock = std::chrono::steady_clock;

std::string Noise(size_t bytes) {
  scheduler::base::Random random(bytes);
  std::string noise(bytes, '\0');
  for (char& c : noise) c = static_cast<char>(random.Next());
  return noise;
}

double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Times single operations and reports their percentiles.
class Latencies {
 public:
  template <typename Operation>
  void Time(Operation operation) {
    const Clock::time_point begin = Clock::now();
    operation();
    taken_.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  void Report(benchmark::State& state) {
    if (taken_.empty()) return;
    std::sort(taken_.begin(), taken_.end());
    state.counters["p50_ms"] = taken_[taken_.size() / 2];
    state.counters["p99_ms"] = taken_[taken_.size() * 99 / 100];
    state.counters["cpu_us"] = (CpuSeconds() - cpu_) * 1e6 / static_cast<double>(taken_.size());
    state.SetItemsProcessed(static_cast<int64_t>(taken_.size()));
  }

 private:
  double cpu_ = CpuSeconds();
  std::vector<double> taken_;
};

class OpenStore {
 public:
  OpenStore() {
    store::RocksOptions options;
    options.data_dir = dir_.path();
    store_ = *store::OpenRocksStore(options);
    epoch_ = *store_->AcquireEpoch();
  }
  store::Store* operator->() { return store_.get(); }

  store::Position Commit(std::string_view entry) {
    last_ = *store_->Commit({epoch_, entry, {}});
    // As the engine does after its checkpoints.
    if (store_->JournalBytes() > (int64_t{512} << 20)) {
      if (!store_->TrimJournal(last_ - 1000).ok()) abort();
    }
    return last_;
  }

 private:
  tests::TempDir dir_;
  std::unique_ptr<store::Store> store_;
  int64_t epoch_ = 0;
  store::Position last_ = 0;
};

// Runs `work` again and again in a thread until it is destroyed.
class Background {
 public:
  template <typename Work>
  explicit Background(Work work)
      : thread_([this, work]() mutable {
          while (!done_.load()) work();
        }) {}
  ~Background() {
    done_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

void BM_RawAppend(benchmark::State& state) {
  const tests::TempDir dir;
  const std::string entry = Noise(static_cast<size_t>(state.range(0)));
  const int fd = open((dir.path() + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  Latencies latencies;
  for (auto _ : state) {
    latencies.Time([&] {
      if (write(fd, entry.data(), entry.size()) < 0 || fdatasync(fd) != 0) abort();
    });
  }
  close(fd);
  latencies.Report(state);
}

void BM_Commit(benchmark::State& state) {
  OpenStore store;
  const std::string entry = Noise(static_cast<size_t>(state.range(0)));
  Latencies latencies;
  for (auto _ : state) {
    latencies.Time([&] { store.Commit(entry); });
  }
  latencies.Report(state);
}

std::vector<store::SealedRun> RunsOfAllJobs(uint64_t jobs, int64_t number) {
  std::vector<store::SealedRun> runs;
  runs.reserve(jobs);
  core::TerminalRun run;
  run.generation = run.attempt_count = 1;
  run.history_limit = 100;
  run.nominal = run.last_nominal = run.due = 1'764'000'000'000 + number * 1000;
  run.create_time = run.start_time = run.nominal + 1;
  run.end_time = run.nominal + 9;
  run.last.attempt = 1;
  run.last.start_time = run.start_time;
  run.last.end_time = run.end_time;
  run.last.token = core::MakeToken(1, static_cast<uint32_t>(number));
  for (uint64_t i = 1; i <= jobs; ++i) {
    run.key = {core::MakeUid(i, static_cast<core::ShardId>(i * 7)), number};
    runs.push_back(store::Seal(run));
  }
  return runs;
}

// 50,000 runs every half second: 100,000 a second.
void BM_CommitWhileSealing(benchmark::State& state) {
  OpenStore store;
  const std::string entry = Noise(static_cast<size_t>(state.range(0)));
  Latencies latencies;
  Background sealing([&store, number = int64_t{0}]() mutable {
    const Clock::time_point next = Clock::now() + std::chrono::milliseconds(500);
    ++number;
    if (!store->Seal(RunsOfAllJobs(50'000, number), static_cast<uint64_t>(number)).ok()) abort();
    std::this_thread::sleep_until(next);
  });
  for (auto _ : state) {
    latencies.Time([&] { store.Commit(entry); });
  }
  latencies.Report(state);
}

// 3.5 MB each 100 ms: the shards of ten million jobs in 26 seconds.
void BM_CommitWhileCheckpointing(benchmark::State& state) {
  OpenStore store;
  const std::string entry = Noise(static_cast<size_t>(state.range(0)));
  const std::string checkpoint = Noise(3'500'000);
  Latencies latencies;
  Background checkpointing([&store, &checkpoint, shard = 0]() mutable {
    const Clock::time_point next = Clock::now() + std::chrono::milliseconds(100);
    if (!store->WriteCheckpoint(static_cast<core::ShardId>(shard++), 1, checkpoint).ok()) abort();
    std::this_thread::sleep_until(next);
  });
  for (auto _ : state) {
    latencies.Time([&] { store.Commit(entry); });
  }
  latencies.Report(state);
}

BENCHMARK(BM_RawAppend)->Arg(10'000)->Arg(24'000)->Arg(64'000)->MinTime(3)->UseRealTime();
BENCHMARK(BM_Commit)->Arg(10'000)->Arg(24'000)->Arg(64'000)->MinTime(3)->UseRealTime();
BENCHMARK(BM_CommitWhileSealing)->Arg(24'000)->MinTime(5)->UseRealTime();
BENCHMARK(BM_CommitWhileCheckpointing)->Arg(24'000)->MinTime(5)->UseRealTime();

// Time a run, tables being written, synced and merged: 20,000 jobs, one run each a seal.
void BM_Seal(benchmark::State& state) {
  OpenStore store;
  int64_t number = 0;
  const double cpu = CpuSeconds();
  for (auto _ : state) {
    state.PauseTiming();
    const std::vector<store::SealedRun> runs = RunsOfAllJobs(20'000, ++number);
    state.ResumeTiming();
    if (!store->Seal(runs, static_cast<uint64_t>(number)).ok()) abort();
  }
  state.SetItemsProcessed(number * 20'000);
  state.counters["cpu_us"] = (CpuSeconds() - cpu) * 1e6 / static_cast<double>(number * 20'000);
}
BENCHMARK(BM_Seal)->Iterations(400)->UseRealTime();

// A thousand sorted rows of a million at random.
void BM_MultiGet(benchmark::State& state) {
  OpenStore store;
  constexpr uint64_t kRows = 1'000'000;
  const std::string value = Noise(120);
  for (uint64_t i = 0; i < kRows;) {
    std::vector<store::RowChange> changes;
    for (int n = 0; n < 1000; ++n, ++i) {
      changes.push_back({store::Table::kJobs, store::JobRowKey("default", i << 8), value});
    }
    if (!store->Commit({1, "", changes}).ok()) abort();
  }
  scheduler::base::Random random(1);
  std::vector<std::string> keys(1000);
  for (auto _ : state) {
    for (std::string& key : keys) key = store::JobRowKey("default", random.Below(kRows) << 8);
    std::sort(keys.begin(), keys.end());
    benchmark::DoNotOptimize(store->MultiGet(store::Table::kJobs, keys));
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(BM_MultiGet)->MinTime(2)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
