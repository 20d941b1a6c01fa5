#include "tests/support/engine/engine_harness.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace tests {

namespace query = scheduler::query;
using engine::JobView;
using engine::Reply;

EngineHarness::EngineHarness(HarnessOptions options) : options_(std::move(options)) {
  const absl::Status opened = Open();
  EXPECT_TRUE(opened.ok()) << opened;
  EXPECT_TRUE(CreateEvent(HttpEvent("event")).ok());
}

EngineHarness::~EngineHarness() { Crash(); }

void EngineHarness::Crash() {
  service_.reset();
  engine_.reset();
  store_.reset();
}

absl::Status EngineHarness::Open() {
  store_ = store::OpenMemoryStore(disk_);
  if (options_.decorate) store_ = options_.decorate(std::move(store_));
  engine::EngineOptions options;
  options.loops = options_.loops;
  options.archive = options_.archive;
  options.input_cache_bytes = options_.input_cache_bytes;
  options.disk_reserve_bytes = options_.disk_reserve_bytes;
  options.on_fatal = [this](const absl::Status& status) { fatal_ = status; };
  auto opened = engine::Engine::Open(store_.get(), &clock_, this, std::move(options));
  if (!opened.ok()) return opened.status();
  engine_ = *std::move(opened);
  engine_->queue().SetListener(this);
  service_ = std::make_unique<query::SchedulerService>(engine_.get(), "test");
  engine_->Start();
  return absl::OkStatus();
}

void EngineHarness::Restart() {
  Crash();
  const absl::Status opened = Open();
  EXPECT_TRUE(opened.ok()) << opened;
  Settle();
}

Millis EngineHarness::Settle() {
  Millis wait = 0;
  // Each round carries something on; an engine that goes round for ever is a failure.
  for (int round = 0; round < 1000; ++round) {
    wait = base::kNever;
    for (int i = 0; i < engine_->loops(); ++i) wait = std::min(wait, engine_->StepLoop(i));
    bool busy = wait == 0;
    for (int i = 0; i < 100 && engine_->committer().pending() > 0; ++i) {
      committer_nanos_ += engine::Committer::kDiskFullRetryNanos;  // past linger and retry
      const auto before = engine_->committer().pending();
      engine_->StepCommitter(committer_nanos_);
      if (engine_->committer().pending() == before) break;
      busy = true;
    }
    busy |= engine_->StepLoader();
    for (int i = 0; i < engine_->loops(); ++i) busy |= engine_->loop(i).mailbox_size() > 0;
    if (!busy) return wait;
  }
  ADD_FAILURE() << "the engine does not come to rest";
  return wait;
}

void EngineHarness::Advance(Millis millis) {
  const Millis target = clock_.WallNow() + millis;
  for (;;) {
    const Millis wait = std::max<Millis>(1, Settle());
    const Millis left = target - clock_.WallNow();
    if (left <= 0) return;
    clock_.Advance(std::min(wait, left));
  }
}

// ---- calls --------------------------------------------------------------------------------------

absl::StatusOr<JobView> EngineHarness::Create(core::JobSpec spec, std::string request_id) {
  return Await<JobView>([&](Reply<JobView> reply) {
    engine::CreateJob command;
    command.spec = std::move(spec);
    command.request.id = std::move(request_id);
    service_->Create(std::move(command), std::move(reply));
  });
}

absl::StatusOr<JobView> EngineHarness::Update(const std::string& tag,
                                              std::function<void(core::JobSpec*)> patch,
                                              std::string etag) {
  return Await<JobView>([&](Reply<JobView> reply) {
    engine::UpdateJob command;
    command.product = kProduct;
    command.tag = tag;
    command.etag = std::move(etag);
    command.patch = [patch](core::JobSpec* spec) {
      patch(spec);
      return absl::OkStatus();
    };
    service_->Update(std::move(command), std::move(reply));
  });
}

absl::StatusOr<engine::Done> EngineHarness::Delete(const std::string& tag) {
  return Await<engine::Done>([&](Reply<engine::Done> reply) {
    service_->Delete(engine::DeleteJob{kProduct, tag, "", false, {}}, std::move(reply));
  });
}

absl::StatusOr<JobView> EngineHarness::Pause(const std::string& tag, bool cancel_active) {
  return Await<JobView>([&](Reply<JobView> reply) {
    service_->Pause(engine::PauseJob{kProduct, tag, "a note", cancel_active, "", {}},
                    std::move(reply));
  });
}

absl::StatusOr<JobView> EngineHarness::Skip(const std::string& tag, Millis time, bool undo) {
  return Await<JobView>([&](Reply<JobView> reply) {
    service_->Skip(engine::SkipOccurrence{kProduct, tag, time, undo, {}}, std::move(reply));
  });
}

absl::StatusOr<JobView> EngineHarness::Backfill(const std::string& tag, Millis start, Millis end,
                                                int32_t parallel) {
  return Await<JobView>([&](Reply<JobView> reply) {
    service_->Backfill(
        engine::BackfillJob{kProduct, tag, start, end, parallel, /*cancel=*/false, kCaller, {}},
        std::move(reply));
  });
}

absl::StatusOr<JobView> EngineHarness::CancelBackfill(const std::string& tag) {
  return Await<JobView>([&](Reply<JobView> reply) {
    service_->Backfill(engine::BackfillJob{kProduct, tag, 0, 0, 1, /*cancel=*/true, "", {}},
                       std::move(reply));
  });
}

absl::StatusOr<JobView> EngineHarness::Resume(const std::string& tag, bool catch_up) {
  return Await<JobView>([&](Reply<JobView> reply) {
    service_->Resume(engine::ResumeJob{kProduct, tag, catch_up, "", {}}, std::move(reply));
  });
}

absl::StatusOr<core::Run> EngineHarness::RunNow(const std::string& tag,
                                                std::optional<core::OverlapPolicy> overlap) {
  return Await<core::Run>([&](Reply<core::Run> reply) {
    service_->Run(engine::RunJob{kProduct, tag, std::nullopt, overlap, kCaller, {}},
                  std::move(reply));
  });
}

absl::StatusOr<core::Run> EngineHarness::Cancel(const core::RunKey& key) {
  return Await<core::Run>([&](Reply<core::Run> reply) {
    service_->Cancel(engine::CancelRun{kProduct, key, "", {}}, std::move(reply));
  });
}

absl::StatusOr<engine::EventView> EngineHarness::CreateEvent(core::Event event) {
  return Await<engine::EventView>([&](Reply<engine::EventView> reply) {
    service_->Create(engine::CreateEvent{std::move(event), {}, false}, std::move(reply));
  });
}

absl::StatusOr<engine::Done> EngineHarness::DeleteEvent(const std::string& tag, bool force) {
  return Await<engine::Done>([&](Reply<engine::Done> reply) {
    service_->Delete(engine::DeleteEvent{kProduct, EventKeyOf(tag), "", force, false, {}},
                     std::move(reply));
  });
}

absl::StatusOr<JobView> EngineHarness::Get(const std::string& tag) {
  return Await<JobView>(
      [&](Reply<JobView> reply) { service_->GetJob(kProduct, tag, std::move(reply)); });
}

absl::StatusOr<core::Run> EngineHarness::GetRun(const core::RunKey& key) {
  return Await<core::Run>(
      [&](Reply<core::Run> reply) { service_->GetRun(kProduct, key, std::move(reply)); });
}

std::vector<core::Run> EngineHarness::Runs(const std::string& tag, int page_size) {
  const absl::StatusOr<JobView> job = Get(tag);
  return job.ok() ? RunsOf(job->job.uid, page_size) : std::vector<core::Run>();
}

std::vector<core::Run> EngineHarness::RunsOf(core::Uid uid, int page_size) {
  std::vector<core::Run> runs;
  engine::ListRuns query;
  query.product = kProduct;
  query.uid = uid;
  query.page_size = page_size;
  do {
    auto page = Await<engine::RunPage>(
        [&](Reply<engine::RunPage> reply) { service_->List(query, std::move(reply)); });
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return runs;
    EXPECT_LE(page->runs.size(), static_cast<size_t>(page_size));
    for (core::Run& run : page->runs) runs.push_back(std::move(run));
    query.after = page->next;
  } while (query.after.has_value());
  return runs;
}

// ---- dispatch -----------------------------------------------------------------------------------

std::vector<core::ClaimedRun> EngineHarness::Claim(core::LaneId lane, size_t max) {
  Settle();
  std::vector<core::ReadyRun> ready;
  engine_->queue().Pop(lane, max, &ready);
  std::vector<core::ClaimedRun> claimed;
  for (const core::ReadyRun& run : ready) {
    core::ClaimedRun out;
    if (engine_->Claim(run, nullptr, &out) == core::ClaimResult::kClaimed) {
      claimed.push_back(std::move(out));
    }
  }
  Settle();
  return claimed;
}

core::ClaimedRun EngineHarness::ClaimOne(core::LaneId lane) {
  std::vector<core::ClaimedRun> runs = Claim(lane);
  EXPECT_EQ(runs.size(), 1U);
  return runs.empty() ? core::ClaimedRun() : std::move(runs[0]);
}

std::string EngineHarness::Report(core::Outcome outcome, const std::string& product) {
  auto refused = std::make_shared<std::optional<std::vector<core::Refusal>>>();
  std::vector<core::Outcome> outcomes;
  outcomes.push_back(std::move(outcome));
  engine_->Report(product, std::move(outcomes),
                  [refused](std::vector<core::Refusal> r) { *refused = std::move(r); });
  Settle();
  if (!refused->has_value()) return "not answered";
  return (*refused)->empty() ? "" : (*refused)->front().reason;
}

core::Outcome OutcomeOf(const core::RunKey& key, uint64_t token, core::Outcome::Kind kind) {
  core::Outcome outcome;
  outcome.key = key;
  outcome.token = token;
  outcome.kind = kind;
  return outcome;
}

std::string EngineHarness::Complete(const core::ClaimedRun& run, std::string output) {
  core::Outcome outcome = OutcomeOf(run.key, run.token, core::Outcome::Kind::kCompleted);
  if (!output.empty()) {
    outcome.output = std::make_shared<core::RunOutput>(core::RunOutput{std::move(output), false});
  }
  return Report(std::move(outcome));
}

std::string EngineHarness::Fail(const core::ClaimedRun& run, std::string code,
                                std::optional<Millis> retry_after) {
  core::Outcome outcome = OutcomeOf(run.key, run.token, core::Outcome::Kind::kFailed);
  outcome.error = std::make_shared<core::RunError>(
      core::RunError{std::move(code), "it failed", std::nullopt, 0});
  outcome.retry_after = retry_after;
  return Report(std::move(outcome));
}

std::string EngineHarness::Lose(const core::ClaimedRun& run) {
  return Report(OutcomeOf(run.key, run.token, core::Outcome::Kind::kLost));
}

std::string EngineHarness::Release(const core::ClaimedRun& run) {
  return Report(OutcomeOf(run.key, run.token, core::Outcome::Kind::kReleased));
}

void EngineHarness::CancelRuns(absl::Span<const core::RunRef> runs, const std::string&) {
  cancels_.insert(cancels_.end(), runs.begin(), runs.end());
}

std::string ToLine(const core::Run& run) {
  static const char* const kTriggers[] = {"?", "SCHEDULE", "CATCHUP", "MANUAL", "BACKFILL", "HOOK"};
  std::string line = absl::StrCat(run.key.number, " ", core::RunStateName(run.state), " ");
  const Millis first = run.scheduled_time - kStart;
  if (run.state == core::RunState::kSkipped || run.state == core::RunState::kMissed) {
    absl::StrAppend(&line, run.reason, " ", first, "..", run.last_scheduled_time - kStart, " x",
                    run.count);
    return line;
  }
  absl::StrAppend(&line, kTriggers[static_cast<int>(run.trigger)], " ", first);
  if (!run.reason.empty()) absl::StrAppend(&line, " ", run.reason);
  return line;
}

std::vector<std::string> ToLines(const std::vector<core::Run>& runs) {
  std::vector<std::string> lines;
  for (const core::Run& run : runs) lines.push_back(ToLine(run));
  return lines;
}

// ---- definitions --------------------------------------------------------------------------------

core::EventKey EventKeyOf(const std::string& tag) { return {core::EventType::kAction, tag}; }

core::Event HttpEvent(const std::string& tag) {
  core::Event event;
  event.product = kProduct;
  event.key = EventKeyOf(tag);
  event.name = tag;
  core::HttpTarget target;
  target.url = "http://localhost/" + tag;
  event.target = target;
  return event;
}

core::Event WorkerEvent(const std::string& tag, const std::string& queue) {
  core::Event event = HttpEvent(tag);
  event.target = core::WorkerTarget{queue};
  return event;
}

core::JobSpec Every(Millis interval, const std::string& tag) {
  core::JobSpec spec;
  spec.product = kProduct;
  spec.tag = tag;
  spec.name = tag;
  spec.event = EventKeyOf("event");
  spec.timing.interval = interval;
  return spec;
}

core::JobSpec At(std::vector<Millis> times, const std::string& tag) {
  core::JobSpec spec = Every(0, tag);
  spec.timing.times = std::move(times);
  return spec;
}

}  // namespace tests
