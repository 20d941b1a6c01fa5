// The property that recovery rests on: after every commit of any history, what a fresh registry folds
// from checkpoints and journal is the live state.

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/random.h"
#include "scheduler/engine/recovery.h"
#include "tests/support/engine/engine_harness.h"
#include "tests/support/engine/state_text.h"
#include "tests/support/sanitized.h"

namespace scheduler::engine {
namespace {

constexpr int kTags = 12;

// A random history of one engine, of everything that can be asked of it.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed), h_(Options(&random_)) {
    EXPECT_TRUE(h_.CreateEvent(tests::WorkerEvent("task")).ok());
  }

  // Does something and compares.
  void Step() {
    const std::string what = Act();
    h_.Settle();
    ExpectFolded(what);
  }

 private:
  static tests::HarnessOptions Options(base::Random* random) {
    tests::HarnessOptions options;
    options.loops = static_cast<int>(1 + random->Below(3));
    options.archive.journal_bytes = 1;
    return options;
  }

  std::string Tag() { return "job" + std::to_string(random_.Below(kTags)); }
  Millis Below(Millis limit) { return static_cast<Millis>(random_.Below(limit)); }

  core::Timing RandomTiming() {
    core::Timing timing;
    switch (random_.Below(8)) {
      case 0:
      case 1:
        for (Millis t = h_.now() - Below(1000); timing.times.size() < 5; t += 1 + Below(9000)) {
          timing.times.push_back(t);
        }
        break;
      case 2:
        // H is replaced by what it means for the job: the definition is not what was sent.
        timing.cron = random_.Percent(50) ? "*/7 * * * * *" : "H/20 * * * * *";
        break;
      case 3:
        timing.rule =
            random_.Percent(50) ? "FREQ=SECONDLY;INTERVAL=5" : "FREQ=SECONDLY;INTERVAL=5;COUNT=9";
        break;
      default:
        timing.interval = 1 + Below(20'000);
    }
    return timing;
  }

  // Of the whole seconds of the next minute, or of the times of a list.
  std::vector<Millis> RandomExclude(const core::Timing& timing) {
    std::vector<Millis> candidates = timing.times;
    if (candidates.empty()) {
      const Millis first = h_.now() / base::kSecond * base::kSecond;
      for (int i = 0; i < 60; ++i) candidates.push_back(first + i * base::kSecond);
    }
    std::erase_if(candidates, [this](Millis) { return random_.Percent(70); });
    return candidates;
  }

  // Takes away what cannot stand beside the timing: what a handler would have refused.
  static void Reconcile(core::JobSpec* spec) {
    if (!spec->timing.IsInterval()) spec->interval_mode = core::IntervalMode::kFixedRate;
    if (spec->interval_mode == core::IntervalMode::kFixedDelay) spec->exclude.clear();
    if (!spec->timing.cron.empty() || !spec->timing.rule.empty()) return;
    spec->time_zone.clear();
    spec->dst = core::DstPolicy();
  }

  core::JobSpec RandomSpec(const std::string& tag) {
    core::JobSpec spec = tests::Every(0, tag);
    spec.timing = RandomTiming();
    if (random_.Percent(25)) spec.interval_mode = core::IntervalMode::kFixedDelay;
    if (random_.Percent(50)) spec.time_zone = "Europe/Berlin";
    spec.dst.gap = static_cast<core::DstGap>(1 + random_.Below(2));
    spec.dst.fold = static_cast<core::DstFold>(1 + random_.Below(2));
    if (random_.Percent(20)) spec.exclude = RandomExclude(spec.timing);
    if (random_.Percent(20)) spec.jitter = 1 + Below(10'000);
    Reconcile(&spec);
    if (random_.Percent(50)) spec.executions = 1 + Below(6);
    if (random_.Percent(20)) spec.start_time = h_.now() + Below(60'000) - 30'000;
    if (random_.Percent(20)) spec.end_time = h_.now() + 60'000 + Below(600'000);
    if (random_.Percent(30)) spec.event.tag = "task";
    if (random_.Percent(30)) spec.env = "prd";
    if (random_.Percent(30)) spec.name = std::string(random_.Below(60), 'n') + "x";
    if (random_.Percent(40)) spec.input_json = std::string(random_.Below(80), '1');
    if (random_.Percent(30)) spec.labels["l"] = "v";
    spec.overlap.mode = static_cast<core::OverlapMode>(1 + random_.Below(3));
    spec.overlap.limit = static_cast<int32_t>(1 + random_.Below(4));
    spec.catchup.mode = static_cast<core::CatchupMode>(1 + random_.Below(3));
    if (random_.Percent(50)) {
      spec.retry.emplace().max_retries = static_cast<int32_t>(random_.Below(4));
    }
    if (random_.Percent(20)) spec.history_limit = static_cast<int32_t>(1 + random_.Below(5));
    return spec;
  }

  std::string Act() {
    switch (random_.Below(23)) {
      case 0:
      case 1:
      case 2:
        (void)h_.Create(RandomSpec(Tag()), random_.Percent(30) ? "id" + Tag() : "");
        return "create";
      case 3:
      case 4:
        return Update();
      case 5:
        (void)h_.Pause(Tag(), random_.Percent(30));
        return "pause";
      case 6:
      case 7:
        (void)h_.Resume(Tag(), random_.Percent(40));
        return "resume";
      case 8:
        (void)h_.RunNow(
            Tag(), core::OverlapPolicy{static_cast<core::OverlapMode>(1 + random_.Below(3)), 5});
        return "run";
      case 9:
        if (random_.Percent(40)) (void)h_.Delete(Tag());
        return "delete";
      case 10:
        return Cancel();
      case 11:
        return ChangeEvents();
      case 12:
      case 13:
      case 14:
        return Work();
      case 15:
        return Archive();
      case 16:
        return StepClock();
      case 17:
      case 18:
        return Skip();
      case 19:
        (void)h_.Backfill(Tag(), h_.now() - Below(100'000) - 1, h_.now(),
                          static_cast<int32_t>(1 + random_.Below(3)));
        if (random_.Percent(20)) (void)h_.CancelBackfill(Tag());
        return "backfill";
      default:
        h_.Advance(Below(random_.Percent(10) ? base::kHour : 5000));
        return "time";
    }
  }

  std::string Update() {
    const std::string tag = Tag();
    const core::JobSpec other = RandomSpec(tag);
    const uint64_t members = random_.Next();
    (void)h_.Update(tag, [&](core::JobSpec* spec) {
      if (members & 1) spec->timing = other.timing;
      if (members & 2) spec->executions = other.executions;
      if (members & 4) spec->end_time = other.end_time;
      if (members & 8) spec->overlap = other.overlap;
      if (members & 16) spec->name = other.name;
      if (members & 32) spec->event = other.event;
      if (members & 64) spec->input_json = other.input_json;
      if (members & 128) spec->interval_mode = other.interval_mode;
      if (members & 256) spec->retry = other.retry;
      if (members & 512) spec->start_time = other.start_time;
      if (members & 1024) spec->time_zone = other.time_zone;
      if (members & 2048) spec->dst = other.dst;
      if (members & 4096) spec->exclude = other.exclude;
      if (members & 8192) spec->jitter = other.jitter;
      Reconcile(spec);
    });
    return "update";
  }

  std::string Skip() {
    const std::string tag = Tag();
    const auto job = h_.Get(tag);
    if (!job.ok()) return "nothing";
    Millis time = job->status.next_run_time.value_or(h_.now());
    if (job->job.spec.timing.IsInterval()) time += Below(5) * job->job.spec.timing.interval;
    (void)h_.Skip(tag, time, random_.Percent(20));
    return "skip";
  }

  std::string Cancel() {
    if (claimed_.empty()) return "nothing";
    (void)h_.Cancel(claimed_[random_.Below(claimed_.size())].key);
    return "cancel";
  }

  std::string ChangeEvents() {
    const std::string tag = random_.Percent(50) ? "task" : "event";
    if (random_.Percent(30)) {
      (void)h_.DeleteEvent(tag, random_.Percent(50));
    } else {
      (void)h_.CreateEvent(tag == "task" ? tests::WorkerEvent(tag) : tests::HttpEvent(tag));
    }
    return "events";
  }

  // Claims runs and lets some of those that were claimed end, in every way.
  std::string Work() {
    const core::LaneId worker =
        h_.engine().registry().lanes().LaneOf(tests::kProduct, "ACTION/task");
    for (const core::LaneId lane : {core::kHttpLane, worker}) {
      for (core::ClaimedRun& run : h_.Claim(lane, 5)) claimed_.push_back(std::move(run));
    }
    while (!claimed_.empty() && random_.Percent(60)) {
      const size_t i = random_.Below(claimed_.size());
      core::Outcome outcome = tests::OutcomeOf(claimed_[i].key, claimed_[i].token,
                                               static_cast<core::Outcome::Kind>(random_.Below(5)));
      if (outcome.kind == core::Outcome::Kind::kFailed) {
        outcome.error = std::make_shared<core::RunError>(
            core::RunError{random_.Percent(70) ? "TIMEOUT" : "VALIDATION", "no", {}, 500});
      }
      if (random_.Percent(20)) {
        outcome.output = std::make_shared<core::RunOutput>(core::RunOutput{"out", true});
      }
      (void)h_.Report(outcome);
      claimed_.erase(claimed_.begin() + static_cast<ptrdiff_t>(i));
    }
    return "work";
  }

  std::string Archive() {
    Archivist& archivist = h_.engine().archivist();
    switch (random_.Below(5)) {
      case 0:
        EXPECT_TRUE(archivist.SealNow().ok());
        return "seal";
      case 1:
        // A part of a round: some shards have a new checkpoint.
        for (uint64_t steps = random_.Below(400); steps > 0; --steps) {
          EXPECT_TRUE(h_.engine().StepArchivist().ok());
          h_.Settle();
        }
        return "part of a round of checkpoints";
      case 2:
        EXPECT_TRUE(archivist.CheckpointNow([&] { h_.Settle(); }).ok());
        return "checkpoint";
      default:
        h_.Restart();
        return "restart";
    }
  }

  std::string StepClock() {
    if (random_.Percent(50)) return "nothing";
    h_.clock().StepWall(random_.Percent(50) ? -Below(base::kMinute) : -Below(base::kHour));
    return "clock";
  }

  void ExpectFolded(const std::string& what) {
    JobRegistry fresh(h_.engine().registry().loops());
    const auto recovered = Recover(h_.store(), &fresh);
    ASSERT_TRUE(recovered.ok()) << "after " << what << ": " << recovered.status();
    const std::string difference =
        tests::Difference(tests::StateOf(&h_.engine().registry()), tests::StateOf(&fresh));
    ASSERT_EQ(difference, "") << "after " << what;
    EXPECT_EQ(recovered->position, h_.engine().committer().position());
  }

  base::Random random_;
  tests::EngineHarness h_;
  std::vector<core::ClaimedRun> claimed_;
};

class FoldProperty : public testing::TestWithParam<int> {};

TEST_P(FoldProperty, FoldedIsLive) {
  History history(static_cast<uint64_t>(GetParam()));
  for (int i = 0; i < 150 && !HasFailure(); ++i) {
    SCOPED_TRACE(testing::Message() << "seed " << GetParam() << " step " << i);
    history.Step();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, FoldProperty, testing::Range(1, tests::kSanitized ? 9 : 41));

}  // namespace
}  // namespace scheduler::engine
