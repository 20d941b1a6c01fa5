#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/journal_codec.h"
#include "tests/support/store/samples.h"

// Nanoseconds a transition, a sealed run and a job of a checkpoint: time a record is what
// "items_per_second" gives; "bytes" is the size of a record on disk.
namespace {

namespace core = scheduler::core;
namespace store = scheduler::store;

constexpr core::Millis kNow = 1'764'000'000'000;

std::string Encode(const core::Transitions& transitions) {
  const core::Transitions* part = &transitions;
  std::string bytes;
  store::EncodeEntry(1, kNow, {&part, 1}, &bytes);
  return bytes;
}

void Report(benchmark::State& state, size_t items, size_t bytes) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * items));
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(items);
  state.counters["ns"] =
      benchmark::Counter(static_cast<double>(state.iterations() * items) * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// The argument is the number of runs: each is a create and an end.
void BM_EncodeEntry(benchmark::State& state) {
  const core::Transitions transitions =
      tests::OrdinaryTransitions(static_cast<size_t>(state.range(0)), kNow);
  const core::Transitions* part = &transitions;
  std::string bytes;
  for (auto _ : state) {
    bytes.clear();
    store::EncodeEntry(1, kNow, {&part, 1}, &bytes);
    benchmark::DoNotOptimize(bytes.data());
  }
  Report(state, transitions.size(), bytes.size());
}
BENCHMARK(BM_EncodeEntry)->Arg(1)->Arg(50)->Arg(500)->Arg(5000);

void BM_DecodeEntry(benchmark::State& state) {
  const core::Transitions transitions =
      tests::OrdinaryTransitions(static_cast<size_t>(state.range(0)), kNow);
  const std::string bytes = Encode(transitions);
  for (auto _ : state) {
    auto entry = store::DecodeEntry(bytes);
    benchmark::DoNotOptimize(entry->transitions.data());
  }
  Report(state, transitions.size(), bytes.size());
}
BENCHMARK(BM_DecodeEntry)->Arg(1)->Arg(50)->Arg(500)->Arg(5000);

core::TerminalRun OrdinaryRun(int64_t number) {
  tests::Random random(static_cast<uint64_t>(number));
  core::TerminalRun run;
  run.key = {core::MakeUid(1 + random.Below(1'000'000), 7), number};
  run.generation = 1;
  run.attempt_count = 1;
  run.history_limit = 100;
  run.nominal = run.last_nominal = run.due = kNow;
  run.create_time = kNow + 1;
  run.start_time = kNow + 2;
  run.end_time = kNow + 9;
  run.last = {1, run.start_time, run.end_time, nullptr, core::MakeToken(12, 1000), 1, nullptr};
  return run;
}

void BM_SealRun(benchmark::State& state) {
  const core::TerminalRun run = OrdinaryRun(4711);
  size_t bytes = 0;
  for (auto _ : state) {
    const store::SealedRun sealed = store::Seal(run);
    bytes = sealed.body.size();
    benchmark::DoNotOptimize(sealed.body.data());
  }
  Report(state, 1, bytes);
}
BENCHMARK(BM_SealRun);

void BM_RetentionFacts(benchmark::State& state) {
  const std::string body = store::Seal(OrdinaryRun(4711)).body;
  for (auto _ : state) {
    auto facts = store::DecodeRetentionFacts(body);
    benchmark::DoNotOptimize(facts->end_time);
  }
  Report(state, 1, body.size());
}
BENCHMARK(BM_RetentionFacts);

core::JobSnapshot OrdinaryJob(uint64_t sequence) {
  core::JobSnapshot job;
  job.definition.uid = core::MakeUid(sequence, 7);
  job.definition.start_time = kNow;
  job.definition.cursor = kNow + 60'000;
  job.definition.at = kNow;
  core::JobSpec& spec = job.definition.spec;
  spec.product = "default";
  spec.tag = "job-" + std::to_string(1'000'000'000 + sequence);
  spec.name = spec.tag;
  spec.event = {core::EventType::kAction, "action_tag"};
  spec.timing.interval = 60'000;
  job.last_number = 12;
  return job;
}

void BM_WriteCheckpoint(benchmark::State& state) {
  std::vector<core::JobSnapshot> jobs;
  for (uint64_t i = 1; i <= 4000; ++i) jobs.push_back(OrdinaryJob(i));
  size_t bytes = 0;
  for (auto _ : state) {
    store::CheckpointWriter writer(1, kNow);
    for (const core::JobSnapshot& job : jobs) writer.Add(job);
    const std::string body = std::move(writer).Finish();
    bytes = body.size();
    benchmark::DoNotOptimize(body.data());
  }
  Report(state, jobs.size(), bytes);
}
BENCHMARK(BM_WriteCheckpoint);

void BM_ReadCheckpoint(benchmark::State& state) {
  store::CheckpointWriter writer(1, kNow);
  for (uint64_t i = 1; i <= 4000; ++i) writer.Add(OrdinaryJob(i));
  const std::string body = std::move(writer).Finish();
  for (auto _ : state) {
    auto header = store::ReadCheckpoint(body, [](core::JobSnapshot job) {
      benchmark::DoNotOptimize(job.last_number);
      return absl::OkStatus();
    });
    benchmark::DoNotOptimize(header);
  }
  Report(state, 4000, body.size());
}
BENCHMARK(BM_ReadCheckpoint);

}  // namespace

BENCHMARK_MAIN();
