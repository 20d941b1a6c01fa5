#include "tests/simulation/world.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/interned.h"
#include "scheduler/query/scheduler_service.h"

namespace sim {

namespace query = scheduler::query;

namespace {

// How far the engine's clock is ahead when it is sabotaged.
constexpr Millis kAhead = 3000;

}  // namespace

World::World(const SimConfig& config, WorldOptions options)
    : config_(config),
      options_(options),
      random_(base::Mix64(config.seed)),
      findings_(options.verbose),
      model_(&findings_),
      clock_(config.beginning, 0),
      early_clock_(config.beginning + kAhead, 0),
      loops_(config.loops),
      starved_until_(config.loops, 0) {}

World::~World() { Crash(); }

void World::After(Millis delay, std::function<void()> then) {
  calendar_.emplace(std::tuple(now() + std::max<Millis>(0, delay), random_.Next(), ++sequence_),
                    std::move(then));
}

Millis World::Around(Millis mean) {
  // Between nothing and thrice the mean, small values more often.
  const double share = static_cast<double>(random_.Below(1000)) / 1000;
  return static_cast<Millis>(static_cast<double>(mean) * share * share * 3);
}

bool World::Next() {
  if (calendar_.empty()) return false;
  const auto next = calendar_.begin();
  const Millis at = std::get<0>(next->first);
  if (at > now()) {
    early_clock_.Advance(at - now());
    clock_.Advance(at - now());
    if (latest_.Update(wall(), now())) OnBackwardStep();
    findings_.set_time(now());
  }
  const std::function<void()> then = std::move(next->second);
  calendar_.erase(next);
  then();
  if (must_crash_ && up()) {
    findings_.Trace("the process ends");
    Crash();
    After(Around(config_.downtime), [this] { Start(); });
  }
  return true;
}

void World::RunUntil(Millis time) {
  while (findings_.ok() && !calendar_.empty() && std::get<0>(calendar_.begin()->first) <= time) {
    Next();
  }
}

void World::StepWall(Millis by) {
  clock_.StepWall(by);
  early_clock_.StepWall(by);
  findings_.Trace("the clock steps by ", by);
  if (latest_.Update(wall(), now())) OnBackwardStep();
}

void World::OnBackwardStep() {
  stepped_back_ = true;
  model_.OnBackwardStep();
}

// ---- the server ---------------------------------------------------------------------------------

void World::Crash() {
  if (up()) latest_before_ = latest();
  service_.reset();
  engine_.reset();
  store_.reset();
  must_crash_ = false;
  for (Part& loop : loops_) loop.at = base::kNever;
  committer_.at = loader_.at = archivist_.at = housekeeping_.at = base::kNever;
}

void World::Start() {
  if (up()) return;
  ++incarnation_;
  store_ = std::make_unique<SimStore>(
      store::OpenMemoryStore(memory_), &faults_, options_.sabotage,
      [this](Position position, const store::DecodedEntry& entry,
             absl::Span<const store::RowChange> changes) { OnEntry(position, entry, changes); });
  engine::EngineOptions options;
  options.loops = config_.loops;
  options.archive.journal_bytes = config_.journal_bytes;
  options.archive.seal_every = config_.seal_every;
  options.input_cache_bytes = config_.input_cache_bytes;
  options.disk_reserve_bytes = 1;
  options.wake_loop = [this](int i) { WakeLoop(i, 0); };
  options.wake_committer = [this] { WakeCommitter(Around(config_.commit_delay)); };
  options.wake_loader = [this] { Wake(&loader_, 0, &World::StepLoader); };
  options.on_fatal = [this](const absl::Status&) { must_crash_ = true; };
  const base::Clock* clock = options_.sabotage == Sabotage::kEarlyClock ? &early_clock_ : &clock_;
  auto opened = engine::Engine::Open(store_.get(), clock, cancels_, std::move(options));
  if (!opened.ok()) {
    findings_.Violate("recovery", opened.status().ToString());
    return;
  }
  engine_ = *std::move(opened);
  // The floor is the last entry's time, or that of a checkpoint since, which a step back makes lower.
  const Millis floor = engine_->recovered().time_floor;
  const bool beyond = floor > std::max(floor_, latest_before_) && !stepped_back_;
  if ((floor < floor_ && !stepped_back_) || beyond) {
    findings_.Violate("R9", "the time floor is ", floor, ", committed is ", floor_);
  }
  if (latest_.Start(wall(), now(), floor)) OnBackwardStep();
  findings_.Trace("the server starts, epoch ", engine_->epoch(), ", position ",
                  engine_->committer().position());
  CompareRecovered();
  engine_->queue().SetListener(lanes_);
  service_ = std::make_unique<query::SchedulerService>(engine_.get(), "simulated");
  engine_->Start();
  for (int i = 0; i < config_.loops; ++i) WakeLoop(i, 0);
  Wake(&archivist_, 0, &World::StepArchivist);
  Wake(&housekeeping_, 0, &World::StepHousekeeping);
}

void World::Wake(Part* part, Millis delay, void (World::*step)()) {
  const Millis at = now() + delay;
  if (part->at <= at) return;
  part->at = at;
  After(delay, [this, part, at, step, incarnation = incarnation_] {
    if (incarnation != incarnation_ || !up() || part->at != at) return;
    part->at = base::kNever;
    (this->*step)();
  });
}

void World::WakeLoop(int i, Millis delay) {
  delay = std::max(delay, starved_until_[i] - now());
  const Millis at = now() + delay;
  if (loops_[i].at <= at) return;
  loops_[i].at = at;
  After(delay, [this, i, at, incarnation = incarnation_] {
    if (incarnation != incarnation_ || !up() || loops_[i].at != at) return;
    loops_[i].at = base::kNever;
    StepLoop(i);
  });
}

void World::StepLoop(int i) {
  if (starved_until_[i] > now()) {
    WakeLoop(i, 0);
    return;
  }
  WakeLoop(i, engine_->StepLoop(i));
}

void World::StepCommitter() {
  if (stalled_until_ > now()) {
    WakeCommitter(stalled_until_ - now());
    return;
  }
  constexpr int64_t kNanos = 1'000'000;
  const int64_t next = engine_->StepCommitter(clock_.MonoNanos());
  if (next != engine::Committer::kIdle) {
    WakeCommitter(std::max<int64_t>(0, (next - clock_.MonoNanos() + kNanos - 1) / kNanos));
  }
}

void World::StepLoader() {
  if (engine_->StepLoader()) Wake(&loader_, 0, &World::StepLoader);
}

void World::StepArchivist() {
  const absl::Status status = engine_->StepArchivist();
  if (!status.ok()) findings_.Trace("archive fails");
  // A round of checkpoints takes two steps a shard.
  const Millis pause = config_.journal_bytes == 1 ? config_.horizon / 1500 : config_.horizon / 100;
  Wake(&archivist_, 1 + pause, &World::StepArchivist);
}

void World::StepHousekeeping() {
  engine_->StepHousekeeping();
  (void)engine_->StepLoader();  // as its thread does when it was not woken
  if (engine_->repaired_jobs() > 0) findings_.Violate("R9", "a job was due without a timer");
  Wake(&housekeeping_, std::max<Millis>(1000, config_.horizon / 100), &World::StepHousekeeping);
}

void World::OnEntry(Position position, const store::DecodedEntry& entry,
                    absl::Span<const store::RowChange> changes) {
  floor_ = entry.time_floor;
  findings_.Trace("entry ", position, ": ", entry.transitions.size(), " transitions");
  model_.OnRows(changes, entry.time_floor);
  model_.OnEntry(position, entry.transitions, latest());
}

// ---- recovery -----------------------------------------------------------------------------------

void World::CompareRecovered() {
  for (const auto& [uid, job] : model_.jobs()) {
    if (job.deleted_at == 0) CompareJob(job);
  }
  const int64_t jobs = engine_->registry().jobs.load();
  if (jobs != model_.alive()) {
    findings_.Violate("R10", "after recovery ", jobs, " jobs, durable are ", model_.alive());
  }
}

void World::CompareJob(const ModelJob& job) {
  engine::Shard& s = engine_->registry().shard(core::ShardOf(job.uid));
  base::MutexLock lock(&s.mu);
  const auto slot = s.Find(base::Intern(job.spec.product), job.spec.tag);
  if (!slot.has_value() || s.record(*slot).uid != job.uid) {
    findings_.Violate("R1 durability", "after recovery there is no job ", job.spec.tag);
    return;
  }
  const core::JobSnapshot found = s.SnapshotOf(*slot);
  const auto expect = [&](std::string_view what, int64_t actual, int64_t expected) {
    if (actual == expected) return;
    findings_.Violate("durability", "after recovery the ", std::string(what), " of ", job.spec.tag,
                      " is ", actual, ", durable is ", expected);
  };
  expect("generation", found.definition.generation, job.generation);
  expect("state", static_cast<int>(found.definition.state), static_cast<int>(job.state));
  expect("cursor", found.definition.cursor, job.covered);
  expect("phase", found.definition.start_time, job.times.phase);
  expect("last number", found.last_number, job.last_number);
  expect("execution count", s.ExecutionCount(*slot), job.counted);
  expect("pause count", found.counters.pause_count, job.pause_count);
  expect("failed", found.counters.failed, job.stats.failed);
  expect("skipped", found.counters.skipped, job.stats.skipped);
  expect("missed", found.counters.missed, job.stats.missed);
  expect("retried", found.counters.retried, job.stats.retried);
  expect("open stretch", found.stretch.has_value() ? found.stretch->number : 0,
         job.stretch.has_value() ? job.stretch->number : 0);
  expect("open runs", static_cast<int64_t>(found.open_runs.size()),
         static_cast<int64_t>(job.open.size()));
  for (const core::OpenRunSnapshot& run : found.open_runs) {
    const auto it = job.open.find(run.number);
    expect("open run", run.number, it == job.open.end() ? 0 : it->first);
    if (it == job.open.end()) continue;
    expect("state of a run", static_cast<int>(run.state), static_cast<int>(it->second.state));
    expect("attempts of a run", run.attempt_count, it->second.attempts);
    expect("redeliveries of a run", run.redeliveries, it->second.redeliveries);
  }
}

}  // namespace sim
