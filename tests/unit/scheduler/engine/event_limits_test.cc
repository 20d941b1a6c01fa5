// Limits of events, from the command to the claim: whatever happens to an event, its jobs and the
// process, they hold, and no run is stranded.

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/engine/event_commands.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using core::EventLimits;
using tests::EventKeyOf;
using tests::Every;
using tests::HttpEvent;
using tests::kProduct;

EventLimits Limits(int32_t max_in_flight, double max_per_second = 0) {
  EventLimits limits;
  limits.max_in_flight = max_in_flight;
  limits.max_per_second = max_per_second;
  return limits;
}

class EventLimitsTest : public testing::Test {
 protected:
  EventLimitsTest() { Pass(2000); }  // what a start holds back is over

  void CreateLimited(const std::string& tag, EventLimits limits) {
    core::Event event = HttpEvent(tag);
    event.limits = limits;
    ASSERT_TRUE(h_.CreateEvent(event).ok());
  }
  absl::StatusOr<EventView> Update(const std::string& tag,
                                   std::function<void(core::Event*)> patch) {
    UpdateEvent command;
    command.product = kProduct;
    command.key = EventKeyOf(tag);
    command.patch = [&patch](core::Event* event) {
      patch(event);
      return absl::OkStatus();
    };
    return h_.Await<EventView>(
        [&](Reply<EventView> reply) { h_.service().Update(std::move(command), std::move(reply)); });
  }
  void Limit(const std::string& tag, EventLimits limits) {
    const auto updated = Update(tag, [limits](core::Event* event) { event->limits = limits; });
    ASSERT_TRUE(updated.ok()) << updated.status();
    EXPECT_EQ(updated->event.limits, limits);
  }
  // A job of the event with so many runs that wait.
  core::Uid Job(const std::string& event, int runs, const std::string& tag = "job") {
    core::JobSpec spec = Every(base::kDay, tag);
    spec.event.tag = event;
    spec.overlap.mode = core::OverlapMode::kAllow;
    spec.overlap.limit = 1000;
    const auto job = h_.Create(spec);
    EXPECT_TRUE(job.ok()) << job.status();
    for (int i = 1; i < runs; ++i) EXPECT_TRUE(h_.RunNow(tag).ok());
    return job->job.uid;
  }

  // As a pump does: pops and claims until there is nothing left.
  std::vector<core::ClaimedRun> Start(core::LaneId lane = core::kHttpLane) {
    std::vector<core::ClaimedRun> started;
    for (int round = 0; round < 10'000; ++round) {
      h_.Settle();
      std::vector<core::ReadyRun> popped;
      if (queue().Pop(lane, 16, &popped) == 0) return started;
      std::vector<core::ReadyRun> unclaimed;
      for (const core::ReadyRun& ready : popped) {
        core::ClaimedRun run;
        if (h_.engine().Claim(ready, nullptr, &run) == core::ClaimResult::kClaimed) {
          started_[run.key] = ready;
          started.push_back(std::move(run));
        } else {
          unclaimed.push_back(ready);
        }
      }
      queue().GiveBack(unclaimed);
    }
    ADD_FAILURE() << "the lane never ends";
    return started;
  }
  void End(const core::ClaimedRun& run) {
    Leave(run);
    h_.Complete(run);
  }
  void Leave(const core::ClaimedRun& run) {
    const core::ReadyRun& ready = started_.at(run.key);
    queue().Ended(ready.lane, {&ready.group, 1});
  }
  // Starts and ends until nothing comes any more; the most that were in flight at once.
  size_t Finish(std::vector<core::ClaimedRun> running = {}) {
    size_t most = running.size();
    while (true) {
      for (core::ClaimedRun& run : Start()) running.push_back(std::move(run));
      most = std::max(most, running.size());
      if (running.empty()) return most;
      End(running.back());
      running.pop_back();
    }
  }
  void ExpectNothingWaits() {
    EXPECT_EQ(queue().TotalSize(), 0U);
    EXPECT_EQ(queue().LimitedSize(), 0U);
    EXPECT_EQ(h_.engine().registry().open_runs.load(), 0);
  }
  void Pass(Millis millis) {
    h_.clock().Advance(millis);
    h_.Settle();
  }
  core::RunQueue& queue() { return h_.engine().queue(); }

  tests::EngineHarness h_;
  std::map<core::RunKey, core::ReadyRun> started_;
};

TEST_F(EventLimitsTest, NoMoreAttemptsThanMayBe) {
  CreateLimited("slow", Limits(2));
  Job("slow", 5);
  const auto first = Start();
  EXPECT_EQ(first.size(), 2U);
  Job("event", 3, "other");
  EXPECT_EQ(Start().size(), 3U);
  End(first[0]);
  const auto second = Start();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].key.number, 3);
}

TEST_F(EventLimitsTest, AnUpdateIsReadAndWritten) {
  CreateLimited("e", Limits(2, 0.5));
  for (int i = 0; i < 2; ++i) {
    const auto read = h_.Await<EventView>([&](Reply<EventView> reply) {
      h_.service().GetEvent(kProduct, EventKeyOf("e"), std::move(reply));
    });
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->event.limits, Limits(2, 0.5));
    EXPECT_EQ(read->event.generation, 1);
    h_.Restart();
  }
  Limit("e", Limits(2, 0.5));
  const auto changed = Update("e", [](core::Event* event) { event->limits.max_in_flight = 3; });
  ASSERT_TRUE(changed.ok());
  EXPECT_EQ(changed->event.generation, 2);
}

TEST_F(EventLimitsTest, AnEventGetsLimitsWhileItsRunsWait) {
  Job("event", 6);
  Limit("event", Limits(2));
  const auto first = Start();
  EXPECT_EQ(first.size(), 2U);
  EXPECT_EQ(Finish(first), 2U);
  ExpectNothingWaits();
}

TEST_F(EventLimitsTest, AnEventLosesItsLimitsWhileItsRunsWait) {
  CreateLimited("slow", Limits(1));
  Job("slow", 6);
  auto running = Start();
  EXPECT_EQ(running.size(), 1U);
  Limit("slow", Limits(0));
  for (core::ClaimedRun& run : Start()) running.push_back(std::move(run));
  EXPECT_EQ(running.size(), 6U);
  // Those count when it gets limits again.
  Limit("slow", Limits(3));
  ASSERT_TRUE(h_.RunNow("job").ok());
  EXPECT_TRUE(Start().empty());
  while (running.size() > 3) {
    End(running.back());
    running.pop_back();
    EXPECT_TRUE(running.size() <= 2 || Start().empty());
  }
  EXPECT_EQ(Finish(running), 3U);
  ExpectNothingWaits();
}

TEST_F(EventLimitsTest, ARunThatIsCancelledWhileItWaitsUsesNothing) {
  CreateLimited("slow", Limits(1, 0.1));
  const core::Uid uid = Job("slow", 4);
  const auto running = Start();
  ASSERT_EQ(running.size(), 1U);
  ASSERT_TRUE(h_.Cancel({uid, 2}).ok());
  ASSERT_TRUE(h_.Cancel({uid, 3}).ok());
  End(running[0]);
  Pass(10'100);
  const auto next = Start();
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].key.number, 4);
}

TEST_F(EventLimitsTest, AttemptsOfARunThatEndedCountUntilTheyEnd) {
  CreateLimited("slow", Limits(1));
  const core::Uid uid = Job("slow", 2);
  const auto running = Start();
  ASSERT_TRUE(h_.Cancel({uid, 1}).ok());
  EXPECT_TRUE(Start().empty()) << "the target has not been told yet";
  End(running[0]);
  EXPECT_EQ(Start().size(), 1U);
}

TEST_F(EventLimitsTest, APausedJobsRunsUseNothing) {
  CreateLimited("slow", Limits(1, 0.1));
  core::JobSpec spec = Every(base::kDay, "paused");
  spec.event.tag = "slow";
  ASSERT_TRUE(h_.Create(spec).ok());
  Job("slow", 1);
  ASSERT_TRUE(h_.Pause("paused").ok());
  const auto running = Start();
  ASSERT_EQ(running.size(), 1U);
  EXPECT_EQ(running[0].job_tag, "job");
  End(running[0]);
  Pass(10'100);
  EXPECT_TRUE(Start().empty());
  ASSERT_TRUE(h_.Resume("paused").ok());
  EXPECT_EQ(Start().size(), 1U);
}

TEST_F(EventLimitsTest, ADeletedJobsRunsUseNothing) {
  CreateLimited("slow", Limits(1));
  Job("slow", 4, "deleted");
  Job("slow", 2);
  const auto running = Start();
  ASSERT_TRUE(h_.Delete("deleted").ok());
  EXPECT_TRUE(Start().empty());
  EXPECT_EQ(Finish(running), 1U);
  ExpectNothingWaits();
}

TEST_F(EventLimitsTest, ADeletedEventsRunsComeOut) {
  CreateLimited("slow", Limits(1));
  Job("slow", 5);
  const auto running = Start();
  ASSERT_TRUE(h_.DeleteEvent("slow", /*force=*/true).ok());
  EXPECT_TRUE(Start().empty());
  EXPECT_EQ(queue().LimitedSize(), 0U);
  End(running[0]);
  EXPECT_EQ(h_.engine().registry().open_runs.load(), 0);
}

TEST_F(EventLimitsTest, AnEventThatIsCreatedAgainCountsWhatItsJobsHaveInFlight) {
  CreateLimited("slow", Limits(2));
  Job("slow", 2);
  auto running = Start();
  ASSERT_EQ(running.size(), 2U);
  ASSERT_TRUE(h_.DeleteEvent("slow", true).ok());
  CreateLimited("slow", Limits(2));
  ASSERT_TRUE(h_.RunNow("job").ok());
  EXPECT_TRUE(Start().empty());
  EXPECT_EQ(Finish(running), 2U);
  ExpectNothingWaits();
}

TEST_F(EventLimitsTest, RunsFollowTheirEventToAnotherLane) {
  CreateLimited("slow", Limits(1));
  Job("slow", 3);
  const auto running = Start();
  ASSERT_TRUE(Update("slow", [](core::Event* event) { event->target = core::GrpcTarget(); }).ok());
  EXPECT_TRUE(Start().empty());
  EXPECT_TRUE(Start(core::kGrpcLane).empty());
  h_.TakeReadyLanes();
  End(running[0]);
  const std::vector<core::LaneId> ready = h_.TakeReadyLanes();
  EXPECT_NE(std::find(ready.begin(), ready.end(), core::kGrpcLane), ready.end());
  auto moved = Start(core::kGrpcLane);
  ASSERT_EQ(moved.size(), 1U);
  End(moved[0]);
  moved = Start(core::kGrpcLane);
  ASSERT_EQ(moved.size(), 1U);
  End(moved[0]);
  Start();
  ExpectNothingWaits();
}

TEST_F(EventLimitsTest, RetriesAndRedeliveriesUseTheRate) {
  core::Event event = HttpEvent("slow");
  event.limits = Limits(0, 1);
  event.retry.emplace().max_retries = 3;
  event.retry->initial_backoff = event.retry->max_backoff = 1;
  ASSERT_TRUE(h_.CreateEvent(event).ok());
  Job("slow", 1);
  auto running = Start();
  ASSERT_EQ(running.size(), 1U);
  Leave(running[0]);
  h_.Fail(running[0], "UNAVAILABLE");
  Pass(10);
  EXPECT_TRUE(Start().empty());
  Pass(1010);
  running = Start();
  ASSERT_EQ(running.size(), 1U);
  Leave(running[0]);
  h_.Lose(running[0]);
  EXPECT_TRUE(Start().empty());
  Pass(1010);
  EXPECT_EQ(Start().size(), 1U);
}

TEST_F(EventLimitsTest, AfterACrashNothingStartsForASecond) {
  CreateLimited("rated", Limits(0, 100));
  CreateLimited("narrow", Limits(2));
  Job("rated", 5, "rated");
  Job("narrow", 5, "narrow");
  EXPECT_EQ(Start().size(), 3U);
  h_.Restart();
  started_.clear();
  const auto running = Start();
  EXPECT_EQ(running.size(), 2U);
  for (const core::ClaimedRun& run : running) EXPECT_EQ(run.job_tag, "narrow");
  std::vector<core::ReadyRun> none;
  int64_t next = 0;
  EXPECT_EQ(queue().PopShared(core::kHttpLane, 9, 9, &none, &next), 0U);
  EXPECT_EQ(next - h_.clock().MonoNanos(), 1'010'000'000);
  Pass(1010);
  const auto later = Start();
  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0].job_tag, "rated");
}

// Large inputs of runs that wait for their limit do not keep those of other events from memory, whatever
// the numbers of their groups.
TEST_F(EventLimitsTest, LargeInputsOfOthersPassAsWell) {
  tests::HarnessOptions options;
  options.input_cache_bytes = 256 * 1024;
  tests::EngineHarness small(options);
  const std::string input = "{\"text\":\"" + std::string(20'000, 'x') + "\"}";
  const auto create = [&](const std::string& event, const std::string& tag) {
    core::JobSpec spec = Every(base::kDay, tag);
    spec.event.tag = event;
    spec.input_json = input;
    ASSERT_TRUE(small.Create(spec).ok());
  };
  for (int i = 0; i < 40; ++i) {
    core::Event event = HttpEvent("e" + std::to_string(i));
    if (i == 0) event.limits = Limits(1);
    ASSERT_TRUE(small.CreateEvent(event).ok());
  }
  for (int i = 0; i < 50; ++i) create("e0", "slow" + std::to_string(i));
  for (int i = 1; i < 40; ++i) create("e" + std::to_string(i), "other" + std::to_string(i));
  size_t slow = 0;
  size_t others = 0;
  for (int round = 0; round < 200; ++round) {
    small.Settle();
    std::vector<core::ReadyRun> popped;
    small.engine().queue().Pop(core::kHttpLane, 16, &popped);
    for (const core::ReadyRun& ready : popped) {
      core::ClaimedRun run;
      if (small.engine().Claim(ready, nullptr, &run) != core::ClaimResult::kClaimed) {
        small.engine().queue().GiveBack({&ready, 1});
      } else if (run.job_tag.starts_with("slow")) {
        ++slow;
      } else {
        EXPECT_EQ(run.input_json, input);
        ++others;
      }
    }
    // Twice the cache, and the last one that it had room for.
    EXPECT_LE(small.engine().input_cache_bytes(), 2 * 256 * 1024 + 30'000);
  }
  EXPECT_EQ(slow, 1U);
  EXPECT_EQ(others, 39U);
}

}  // namespace
}  // namespace scheduler::engine
