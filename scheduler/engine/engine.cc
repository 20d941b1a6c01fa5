#include "scheduler/engine/engine.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/log.h"

namespace scheduler::engine {

namespace errors = base::errors;

namespace {

// Where no one listens for cancels.
class NoCancels final : public core::CancelSink {
 public:
  void CancelRuns(absl::Span<const core::RunRef>, const std::string&) override {}
};

core::CancelSink* OrNone(core::CancelSink* sink) {
  static NoCancels none;
  return sink == nullptr ? &none : sink;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(store::Store* store, const base::Clock* clock,
                                                     core::CancelSink* cancels,
                                                     EngineOptions options) {
  const absl::StatusOr<int64_t> epoch = store->AcquireEpoch();
  if (!epoch.ok()) return epoch.status();
  std::unique_ptr<Engine> engine(new Engine(store, clock, *epoch, options.loops));
  absl::StatusOr<Recovered> recovered = Recover(*store, &engine->registry_);
  if (!recovered.ok()) return recovered.status();
  engine->recovered_ = *recovered;
  engine->Assemble(clock, cancels, std::move(options));
  return engine;
}

Engine::Engine(store::Store* store, const base::Clock* clock, int64_t epoch, int loops)
    : store_(store), epoch_(epoch), registry_(loops), queue_(clock) {}

void Engine::Assemble(const base::Clock* clock, core::CancelSink* cancels, EngineOptions options) {
  options_ = std::move(options);
  time_ = std::make_unique<EngineTime>(clock, recovered_.time_floor);
  start_time_ = time_->Now();
  registry_.tables().events.SetLimitSink(&queue_);
  queue_.HoldBack();
  loader_ = std::make_unique<InputLoader>(store_, &registry_, &queue_, options_.input_cache_bytes,
                                          options_.wake_loader);
  Committer::Sinks sinks;
  sinks.queue = &queue_;
  sinks.inputs = loader_.get();
  sinks.cancels = OrNone(cancels);
  sinks.on_fatal = options_.on_fatal;
  sinks.on_submit = options_.wake_committer;
  committer_ = std::make_unique<Committer>(store_, &registry_, epoch_, recovered_.position,
                                           std::move(sinks));
  std::vector<Loop*> loops;
  for (int i = 0; i < registry_.loops(); ++i) {
    registry_.gate(i).SetExecutor(options_.run_reader);
    Loop::Hooks hooks;
    if (options_.wake_loop) hooks.on_post = [this, i] { options_.wake_loop(i); };
    hooks.must_rest = [this] { return MustRest(); };
    loops_.push_back(std::make_unique<Loop>(i, &registry_, committer_.get(), epoch_, start_time_,
                                            std::move(hooks)));
    loops.push_back(loops_.back().get());
  }
  archivist_ = std::make_unique<Archivist>(store_, &registry_, committer_.get(), std::move(loops),
                                           options_.archive, recovered_.sealed);
}

void Engine::Start() {
  LookAtDisk();
  const Millis stepped_from = LookAtClock();
  for (auto& loop : loops_) loop->StartAll(stepped_from);
  ResumeCalendarChanges();
}

Millis Engine::StepLoop(int loop) {
  const Millis wake = loops_[loop]->Step(time_->Now());
  return std::max<Millis>(0, wake - time_->Last());
}

absl::Status Engine::StepArchivist() {
  absl::Status status = archivist_->Step(time_->Now());
  // A full disk and a lack of descriptors pass. Any other error is final: what is not sealed would
  // pile up in memory.
  const bool final = !status.ok() && !absl::IsResourceExhausted(status);
  if (final && options_.on_fatal) options_.on_fatal(status);
  return status;
}

bool Engine::MustRest() const {
  return draining() || committer_->disk_full() || committer_->failed() ||
         committer_->staged_bytes() > base::limits::kMaxStagedBytes ||
         free_bytes_.load(std::memory_order_relaxed) < options_.disk_reserve_bytes ||
         registry_.unsealed_runs.load(std::memory_order_relaxed) > base::limits::kMaxUnsealedRuns ||
         registry_.open_runs.load(std::memory_order_relaxed) > base::limits::kMaxOpenRuns;
}

absl::Status Engine::AdmitMutation(int loop, Mutation kind) const {
  if (draining()) return errors::Draining();
  const int64_t free = free_bytes_.load(std::memory_order_relaxed);
  if (committer_->disk_full() || free < options_.disk_reserve_bytes) {
    return errors::DiskFull(free, options_.disk_reserve_bytes);
  }
  if (loops_[loop]->mailbox_size() > base::limits::kMaxMailboxItems) {
    return errors::Overloaded("requests waiting to be carried out", 100);
  }
  if (committer_->staged_bytes() > base::limits::kMaxStagedBytes) {
    return errors::Overloaded("bytes waiting to be written", 100);
  }
  if (kind == Mutation::kEndsWork) return absl::OkStatus();
  if (registry_.open_runs.load(std::memory_order_relaxed) > base::limits::kMaxOpenRuns) {
    return errors::Overloaded("open runs", base::kSecond);
  }
  if (registry_.unsealed_runs.load(std::memory_order_relaxed) > base::limits::kMaxUnsealedRuns) {
    return errors::Overloaded("runs waiting to be archived", base::kSecond);
  }
  return absl::OkStatus();
}

void Engine::LookAtDisk() {
  const absl::StatusOr<store::Space> space = store_->GetSpace();
  if (!space.ok()) return;
  const bool was_low = free_bytes_.load() < options_.disk_reserve_bytes;
  const bool is_low = space->free_bytes < options_.disk_reserve_bytes;
  free_bytes_.store(space->free_bytes);
  if (was_low == is_low) return;
  base::Log(is_low ? base::LogLevel::kError : base::LogLevel::kInfo,
            is_low ? "the disk is nearly full: mutations are refused, nothing is planned"
                   : "the disk has space again",
            {{"free_bytes", std::to_string(space->free_bytes)},
             {"reserve_bytes", std::to_string(options_.disk_reserve_bytes)}});
}

Millis Engine::LookAtClock() {
  const Millis from = time_->TakeBackwardStep();
  if (from == 0) return 0;
  clock_stepped_at_.store(time_->Last());
  base::Log(base::LogLevel::kWarning, "the wall clock went back; cursors are pulled back to now",
            {{"by_ms", std::to_string(from - time_->Last())}});
  return from;
}

void Engine::StepHousekeeping() {
  // So many interval jobs a second; about 2 ms.
  constexpr int kAuditEffort = 20'000;
  LookAtDisk();
  LookAtClock();
  for (auto& loop : loops_) {
    loop->Post([this](Loop& l) {
      if (!MustRest()) repaired_.fetch_add(l.Audit(kAuditEffort));
    });
  }
}

}  // namespace scheduler::engine
