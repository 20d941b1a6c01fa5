#include "scheduler/query/scheduler_service.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::query {
namespace {

using base::errors::ReasonOf;
using engine::JobView;
using engine::Reply;
using tests::Every;
using tests::kProduct;

class SchedulerServiceTest : public testing::Test {
 protected:
  engine::CreateJob MakeCreate(const std::string& tag, std::string id = "", uint64_t body = 1) {
    engine::CreateJob command;
    command.spec = Every(base::kHour, tag);
    command.request = {std::move(id), body};
    return command;
  }
  absl::StatusOr<JobView> Create(engine::CreateJob command) {
    return h_.Await<JobView>(
        [&](Reply<JobView> reply) { h_.service().Create(std::move(command), std::move(reply)); });
  }
  using Results = std::vector<absl::StatusOr<JobView>>;
  Results CreateBatch(std::vector<engine::CreateJob> commands) {
    auto results = h_.Await<Results>([&](Reply<Results> reply) {
      h_.service().CreateBatch(std::move(commands), std::move(reply));
    });
    EXPECT_TRUE(results.ok());
    return *std::move(results);
  }

  tests::EngineHarness h_;
};

// ---- request ids --------------------------------------------------------------------------------

TEST_F(SchedulerServiceTest, AReplayAnswersTheResourcesCurrentState) {
  ASSERT_TRUE(Create(MakeCreate("job", "id")).ok());
  ASSERT_TRUE(h_.Update("job", [](core::JobSpec* s) { s->name = "changed"; }).ok());
  EXPECT_EQ(Create(MakeCreate("job", "id"))->job.spec.name, "changed");
  EXPECT_EQ(ReasonOf(Create(MakeCreate("job", "id", 2)).status()), "REQUEST_ID_REUSED");
}

TEST_F(SchedulerServiceTest, AReplayIsNotAnsweredWithAnotherJobOfTheTag) {
  ASSERT_TRUE(Create(MakeCreate("job", "id")).ok());
  ASSERT_TRUE(h_.Delete("job").ok());
  ASSERT_TRUE(Create(MakeCreate("job")).ok());
  EXPECT_TRUE(absl::IsNotFound(Create(MakeCreate("job", "id")).status()));
}

TEST_F(SchedulerServiceTest, AFailureIsNotRemembered) {
  engine::CreateJob command = MakeCreate("job", "id");
  command.spec.event.tag = "missing";
  EXPECT_EQ(ReasonOf(Create(command).status()), "EVENT_NOT_FOUND");
  EXPECT_TRUE(Create(MakeCreate("job", "id")).ok());
}

TEST_F(SchedulerServiceTest, TwoOfTheSameAtOnceMakeOneJob) {
  int ok = 0, in_progress = 0;
  for (int i = 0; i < 3; ++i) {
    h_.service().Create(MakeCreate("job", "id"), [&](const absl::StatusOr<JobView>& view) {
      if (view.ok()) ++ok;
      if (ReasonOf(view.status()) == "REQUEST_IN_PROGRESS") ++in_progress;
    });
  }
  h_.Settle();
  EXPECT_EQ(ok, 1);
  EXPECT_EQ(in_progress, 2);
  EXPECT_TRUE(Create(MakeCreate("job", "id")).ok());
}

TEST_F(SchedulerServiceTest, ACommitThatIsLostIsNotRemembered) {
  h_.service().Create(MakeCreate("job", "id"), [](const absl::StatusOr<JobView>&) {});
  for (int i = 0; i < h_.engine().loops(); ++i) h_.engine().StepLoop(i);
  h_.Restart();
  const auto again = Create(MakeCreate("job", "id"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->job.generation, 1);
}

TEST_F(SchedulerServiceTest, EveryMutationTakesARequestId) {
  ASSERT_TRUE(Create(MakeCreate("job")).ok());
  const auto twice = [&](auto call) {
    EXPECT_TRUE(call("id", 1).ok());
    EXPECT_TRUE(call("id", 1).ok());
    EXPECT_EQ(ReasonOf(call("id", 2).status()), "REQUEST_ID_REUSED");
  };
  twice([&](std::string id, uint64_t body) {
    return h_.Await<JobView>([&](Reply<JobView> reply) {
      h_.service().Pause({kProduct, "job", "", false, "", {"pause" + id, body}}, std::move(reply));
    });
  });
  twice([&](std::string id, uint64_t body) {
    return h_.Await<JobView>([&](Reply<JobView> reply) {
      h_.service().Resume({kProduct, "job", false, "", {"resume" + id, body}}, std::move(reply));
    });
  });
  h_.Complete(h_.ClaimOne());
  std::vector<int64_t> numbers;
  twice([&](std::string id, uint64_t body) {
    auto run = h_.Await<core::Run>([&](Reply<core::Run> reply) {
      h_.service().Run({kProduct, "job", {}, {}, "", {"run" + id, body}}, std::move(reply));
    });
    if (run.ok()) numbers.push_back(run->key.number);
    return run;
  });
  EXPECT_THAT(numbers, testing::ElementsAre(2, 2));
  twice([&](std::string id, uint64_t body) {
    return h_.Await<JobView>([&](Reply<JobView> reply) {
      engine::UpdateJob command;
      command.product = kProduct;
      command.tag = "job";
      command.request = {"update" + id, body};
      command.patch = [](core::JobSpec* spec) {
        spec->executions += 5;
        return absl::OkStatus();
      };
      h_.service().Update(std::move(command), std::move(reply));
    });
  });
  EXPECT_EQ(h_.Get("job")->job.spec.executions, 5);  // once
  twice([&](std::string id, uint64_t body) {
    return h_.Await<engine::Done>([&](Reply<engine::Done> reply) {
      h_.service().Delete({kProduct, "job", "", false, {"delete" + id, body}}, std::move(reply));
    });
  });
}

// ---- many at once -------------------------------------------------------------------------------

TEST_F(SchedulerServiceTest, ABatchAnswersItemByItem) {
  ASSERT_TRUE(Create(MakeCreate("taken")).ok());
  std::vector<engine::CreateJob> commands;
  for (int i = 0; i < 30; ++i) commands.push_back(MakeCreate("job" + std::to_string(i)));
  commands[3].spec.tag = "taken";
  commands[5].spec.event.tag = "missing";
  commands[7].spec.end_time = 1;
  commands[9] = commands[8];
  const Results results = CreateBatch(commands);
  ASSERT_EQ(results.size(), 30U);
  for (int i = 0; i < 30; ++i) {
    const bool fails = i == 3 || i == 5 || i == 7 || i == 9;
    EXPECT_EQ(results[i].ok(), !fails) << i << " " << results[i].status();
    if (fails) continue;
    EXPECT_EQ(results[i]->job.spec.tag, "job" + std::to_string(i));
  }
  EXPECT_EQ(ReasonOf(results[3].status()), "JOB_ALREADY_EXISTS");
  EXPECT_EQ(ReasonOf(results[5].status()), "EVENT_NOT_FOUND");
  EXPECT_EQ(ReasonOf(results[7].status()), "SCHEDULE_NEVER_FIRES");
  EXPECT_EQ(ReasonOf(results[9].status()), "JOB_ALREADY_EXISTS");
  EXPECT_EQ(h_.engine().registry().jobs.load(), 27);
}

TEST_F(SchedulerServiceTest, ABatchOfNothing) { EXPECT_TRUE(CreateBatch({}).empty()); }

TEST_F(SchedulerServiceTest, ABatchWithRequestIdsIsIdempotent) {
  std::vector<engine::CreateJob> commands;
  for (int i = 0; i < 5; ++i) {
    commands.push_back(MakeCreate("job" + std::to_string(i), "id" + std::to_string(i)));
  }
  const Results first = CreateBatch(commands);
  commands.push_back(MakeCreate("new", "id new"));
  commands.push_back(MakeCreate("other", "id0", 2));
  const Results second = CreateBatch(commands);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(second[i].ok()) << second[i].status();
    EXPECT_EQ(second[i]->job.uid, first[i]->job.uid);
  }
  EXPECT_TRUE(second[5].ok());
  EXPECT_EQ(ReasonOf(second[6].status()), "REQUEST_ID_REUSED");
}

// ---- admission ----------------------------------------------------------------------------------

TEST_F(SchedulerServiceTest, AFullDiskRefusesChangesAndReadsGoOn) {
  tests::HarnessOptions options;
  options.disk_reserve_bytes = 1000;
  tests::EngineHarness h(options);
  ASSERT_TRUE(h.Create(Every(base::kSecond)).ok());
  h.Complete(h.ClaimOne());
  h.disk()->SetFreeBytes(999);
  h.engine().StepHousekeeping();
  const auto refused = h.Create(Every(base::kSecond, "more"));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused.status()), "DISK_FULL");
  h.clock().Advance(10 * base::kSecond);  // the planner rests, its cursors kept
  for (int i = 0; i < h.engine().loops(); ++i) h.engine().StepLoop(i);
  EXPECT_EQ(h.Get("job")->status.last_number, 1);
  h.disk()->SetFreeBytes(1001);
  h.engine().StepHousekeeping();
  h.Settle();
  EXPECT_TRUE(h.Create(Every(base::kSecond, "more")).ok());
  EXPECT_THAT(h.Lines("job"), testing::Contains("2 MISSED CATCHUP 1000..9000 x9"));
}

TEST_F(SchedulerServiceTest, DrainingRefusesChangesAndFiresNothing) {
  ASSERT_TRUE(h_.Create(Every(base::kSecond)).ok());
  const core::ClaimedRun run = h_.ClaimOne();
  h_.engine().Drain();
  EXPECT_EQ(ReasonOf(h_.Create(Every(base::kSecond, "more")).status()), "DRAINING");
  EXPECT_EQ(h_.Complete(run), "");  // results are taken
  h_.clock().Advance(10 * base::kSecond);
  for (int i = 0; i < h_.engine().loops(); ++i) h_.engine().StepLoop(i);
  EXPECT_EQ(h_.Get("job")->status.last_number, 1);
}

TEST_F(SchedulerServiceTest, Facts) {
  ASSERT_TRUE(h_.Create(Every(base::kSecond)).ok());
  const engine::ServerFacts facts = h_.service().Facts();
  EXPECT_EQ(facts.server_id, "test");
  EXPECT_EQ(facts.store, "memory");
  EXPECT_EQ(facts.epoch, h_.engine().epoch());
  EXPECT_EQ(facts.job_count, 1);
  EXPECT_EQ(facts.start_time, tests::kStart);
}

}  // namespace
}  // namespace scheduler::query
