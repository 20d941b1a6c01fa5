#include "scheduler/engine/event_commands.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/engine/etag.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::engine {
namespace {

using base::errors::ReasonOf;
using core::RunState;
using tests::EventKeyOf;
using tests::Every;
using tests::HttpEvent;
using tests::kProduct;
using tests::WorkerEvent;

class EventCommandsTest : public testing::Test {
 protected:
  absl::StatusOr<EventView> Get(const std::string& tag) {
    return h_.Await<EventView>([&](Reply<EventView> reply) {
      h_.service().GetEvent(kProduct, EventKeyOf(tag), std::move(reply));
    });
  }
  absl::StatusOr<EventView> Update(const std::string& tag, std::function<void(core::Event*)> patch,
                                   std::string etag = "") {
    return h_.Await<EventView>([&](Reply<EventView> reply) {
      UpdateEvent command;
      command.product = kProduct;
      command.key = EventKeyOf(tag);
      command.etag = std::move(etag);
      command.patch = [patch](core::Event* event) {
        patch(event);
        return absl::OkStatus();
      };
      h_.service().Update(std::move(command), std::move(reply));
    });
  }
  core::LaneId Lane(const std::string& queue) {
    return h_.engine().registry().lanes().LaneOf(kProduct, queue);
  }
  core::RunKey Job(const std::string& event, const std::string& tag = "job") {
    core::JobSpec spec = Every(base::kDay, tag);
    spec.event.tag = event;
    const auto job = h_.Create(spec);
    EXPECT_TRUE(job.ok()) << job.status();
    return {job->job.uid, 1};
  }

  tests::EngineHarness h_;
};

TEST_F(EventCommandsTest, CreatesAndReads) {
  core::Event event = HttpEvent("a");
  event.labels["x"] = "y";
  const auto created = h_.CreateEvent(event);
  ASSERT_TRUE(created.ok()) << created.status();
  EXPECT_EQ(created->event.generation, 1);
  EXPECT_NE(created->event.uid, 0U);
  EXPECT_EQ(created->job_count, 0);
  Job("a");
  for (int i = 0; i < 2; ++i) {
    const auto read = Get("a");
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(EtagOf(read->event), EtagOf(created->event));
    EXPECT_EQ(read->event.labels, event.labels);
    EXPECT_EQ(read->job_count, 1);
    h_.Restart();
  }
}

TEST_F(EventCommandsTest, AKeyIsUniqueInItsProduct) {
  EXPECT_EQ(ReasonOf(h_.CreateEvent(HttpEvent("event")).status()), "EVENT_ALREADY_EXISTS");
  core::Event other = HttpEvent("event");
  other.product = "other";
  EXPECT_TRUE(h_.CreateEvent(other).ok());
  other.key.type = core::EventType::kFunction;
  EXPECT_TRUE(h_.CreateEvent(other).ok());
}

TEST_F(EventCommandsTest, AnUpdateThatChangesNothingChangesNothing) {
  const std::string etag = EtagOf(Get("event")->event);
  EXPECT_EQ(EtagOf(Update("event", [](auto*) {})->event), etag);
  EXPECT_NE(EtagOf(Update("event", [](auto* e) { e->name = "x"; })->event), etag);
  EXPECT_EQ(ReasonOf(Update(
                         "event", [](auto* e) { e->name = "y"; }, etag)
                         .status()),
            "ETAG_MISMATCH");
  EXPECT_EQ(ReasonOf(Update("none", [](auto*) {}).status()), "EVENT_NOT_FOUND");
}

TEST_F(EventCommandsTest, AnEventInUseIsNotDeletedWithoutForce) {
  Job("event");
  const auto refused = h_.DeleteEvent("event", false);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused.status()), "EVENT_IN_USE");
  EXPECT_TRUE(h_.DeleteEvent("event", true).ok());
  EXPECT_EQ(ReasonOf(Get("event").status()), "EVENT_NOT_FOUND");
}

TEST_F(EventCommandsTest, AfterForceDueRunsFailAndTheJobSaysWhy) {
  const core::RunKey waiting = Job("event");
  ASSERT_TRUE(h_.DeleteEvent("event", true).ok());
  h_.Settle();
  for (int i = 0; i < 2; ++i) {
    const auto run = h_.GetRun(waiting);
    ASSERT_TRUE(run.ok());
    EXPECT_EQ(run->state, RunState::kFailed);
    EXPECT_EQ(run->error->code, "EVENT_NOT_FOUND");
    const auto job = h_.Get("job");
    ASSERT_EQ(job->status.conditions.size(), 1U);
    EXPECT_EQ(job->status.conditions[0].type, "EVENT_MISSING");
    h_.Restart();
  }
  h_.Advance(base::kDay);
  const auto next = h_.GetRun({waiting.uid, 2});
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->state, RunState::kFailed);
  EXPECT_EQ(next->error->code, "EVENT_NOT_FOUND");
}

TEST_F(EventCommandsTest, AttemptsInFlightFinish) {
  Job("event");
  const core::ClaimedRun run = h_.ClaimOne();
  ASSERT_TRUE(h_.DeleteEvent("event", true).ok());
  EXPECT_EQ(h_.Complete(run), "");
  EXPECT_EQ(h_.GetRun(run.key)->state, RunState::kCompleted);
}

TEST_F(EventCommandsTest, AWaitingRetryFailsWhenItComesDue) {
  core::JobSpec spec = Every(base::kDay);
  spec.retry.emplace().max_retries = 3;
  ASSERT_TRUE(h_.Create(spec).ok());
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Fail(run, "TIMEOUT");
  ASSERT_TRUE(h_.DeleteEvent("event", true).ok());
  EXPECT_EQ(h_.GetRun(run.key)->state, RunState::kRetryScheduled);
  h_.Advance(base::kMinute);
  EXPECT_EQ(h_.GetRun(run.key)->state, RunState::kFailed);
  EXPECT_EQ(h_.GetRun(run.key)->error->code, "EVENT_NOT_FOUND");
}

TEST_F(EventCommandsTest, AnEventThatComesBackIsUsedAgain) {
  Job("event");
  const core::ClaimedRun run = h_.ClaimOne();
  ASSERT_TRUE(h_.DeleteEvent("event", true).ok());
  const auto again = h_.CreateEvent(HttpEvent("event"));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->job_count, 1);
  h_.Complete(run);
  EXPECT_TRUE(h_.Get("job")->status.conditions.empty());
  h_.Advance(base::kDay);
  EXPECT_EQ(h_.ClaimOne().event->uid, again->event.uid);
}

TEST_F(EventCommandsTest, AUidIsNeverUsedAgain) {
  const core::Uid first = h_.CreateEvent(HttpEvent("a"))->event.uid;
  ASSERT_TRUE(h_.DeleteEvent("a", false).ok());
  h_.Restart();
  EXPECT_GT(h_.CreateEvent(HttpEvent("a"))->event.uid, first);
}

TEST_F(EventCommandsTest, WaitingRunsFollowAChangedTarget) {
  ASSERT_TRUE(h_.CreateEvent(WorkerEvent("task", "one")).ok());
  const core::RunKey key = Job("task");
  h_.Settle();
  ASSERT_TRUE(Update("task", [](core::Event* e) { e->target = core::WorkerTarget{"two"}; }).ok());
  EXPECT_TRUE(h_.Claim(Lane("one")).empty());
  const core::ClaimedRun run = h_.ClaimOne(Lane("two"));
  EXPECT_EQ(run.key, key);
  EXPECT_EQ(run.event->generation, 2);
  EXPECT_TRUE(h_.Claim(Lane("one")).empty());
  EXPECT_TRUE(h_.Claim(Lane("two")).empty());
}

TEST_F(EventCommandsTest, ADefaultQueueIsNamedAfterTheEvent) {
  ASSERT_TRUE(h_.CreateEvent(WorkerEvent("task")).ok());
  Job("task");
  EXPECT_EQ(h_.Claim(Lane("ACTION/task")).size(), 1U);
}

TEST_F(EventCommandsTest, AFixReachesRetries) {
  core::JobSpec spec = Every(base::kDay);
  spec.retry.emplace().max_retries = 3;
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Fail(h_.ClaimOne(), "TIMEOUT");
  ASSERT_TRUE(Update("event", [](core::Event* e) {
                std::get<core::HttpTarget>(e->target).url = "http://localhost/fixed";
              }).ok());
  h_.Advance(base::kMinute);
  const core::ClaimedRun run = h_.ClaimOne();
  EXPECT_EQ(std::get<core::HttpTarget>(run.event->target).url, "http://localhost/fixed");
  h_.Complete(run);
  EXPECT_EQ(h_.GetRun(run.key)->attempts[0].event_generation, 1);
  EXPECT_EQ(h_.GetRun(run.key)->attempts[1].event_generation, 2);
}

TEST_F(EventCommandsTest, ListsInPages) {
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(h_.CreateEvent(HttpEvent("e" + std::to_string(i))).ok());
  core::Event foreign = HttpEvent("foreign");
  foreign.product = "other";
  ASSERT_TRUE(h_.CreateEvent(foreign).ok());
  std::vector<std::string> tags;
  ListEvents query{kProduct, 3, 0};
  int pages = 0;
  do {
    const auto page = h_.Await<EventPage>(
        [&](Reply<EventPage> reply) { h_.service().List(query, std::move(reply)); });
    ASSERT_TRUE(page.ok());
    for (const EventView& view : page->events) tags.push_back(view.event.key.tag);
    query.after = page->next_after;
    ++pages;
  } while (query.after != 0);
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(tags, testing::ElementsAre("event", "e0", "e1", "e2", "e3", "e4", "e5", "e6"));
}

TEST_F(EventCommandsTest, RequestIds) {
  const auto create = [&](const std::string& tag, uint64_t body) {
    return h_.Await<EventView>([&](Reply<EventView> reply) {
      h_.service().Create(engine::CreateEvent{HttpEvent(tag), {"id", body}, false},
                          std::move(reply));
    });
  };
  const auto first = create("a", 1);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(create("a", 1)->event.uid, first->event.uid);
  EXPECT_EQ(ReasonOf(create("b", 2).status()), "REQUEST_ID_REUSED");
}

}  // namespace
}  // namespace scheduler::engine
