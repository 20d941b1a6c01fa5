#include "scheduler/query/job_reader.h"

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/engine/etag.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::query {
namespace {

using base::errors::ReasonOf;
using engine::JobPage;
using engine::JobView;
using engine::Reply;
using tests::Every;
using tests::kProduct;
using tests::kStart;

class JobReaderTest : public testing::Test {
 protected:
  // Steps the loops alone: what they decide is not durable.
  void StepLoops() {
    for (int i = 0; i < h_.engine().loops(); ++i) h_.engine().StepLoop(i);
  }
  void PostUpdate(const std::string& name) {
    engine::UpdateJob command;
    command.product = kProduct;
    command.tag = "job";
    command.patch = [name](core::JobSpec* spec) {
      spec->name = name;
      return absl::OkStatus();
    };
    h_.service().Update(std::move(command), [](const absl::StatusOr<JobView>&) {});
  }
  absl::StatusOr<JobPage> List(engine::ListJobs query) {
    return h_.Await<JobPage>(
        [&](Reply<JobPage> reply) { h_.service().List(query, std::move(reply)); });
  }
  std::vector<std::string> Tags(int page_size) {
    std::vector<std::string> tags;
    engine::ListJobs query{kProduct, page_size, 0, true};
    do {
      const auto page = List(query);
      EXPECT_TRUE(page.ok());
      EXPECT_LE(page->jobs.size(), static_cast<size_t>(page_size));
      for (const JobView& view : page->jobs) tags.push_back(view.job.spec.tag);
      query.after = page->next_after;
    } while (query.after != 0);
    return tags;
  }

  tests::EngineHarness h_;
};

TEST_F(JobReaderTest, ReadsAfterOwnWrites) {
  ASSERT_TRUE(h_.Create(Every(1000)).ok());
  for (int i = 0; i < 10; ++i) {
    const std::string name = "name" + std::to_string(i);
    ASSERT_TRUE(h_.Update("job", [&](core::JobSpec* spec) { spec->name = name; }).ok());
    EXPECT_EQ(h_.Get("job")->job.spec.name, name);
  }
}

TEST_F(JobReaderTest, AnAnswerWaitsUntilWhatItShowsIsDurable) {
  ASSERT_TRUE(h_.Create(Every(base::kHour)).ok());
  PostUpdate("new");
  StepLoops();
  int answers = 0;
  h_.service().GetJob(kProduct, "job", [&answers](const absl::StatusOr<JobView>& job) {
    ++answers;
    EXPECT_EQ(job->job.spec.name, "new");
    EXPECT_EQ(job->job.generation, 2);
  });
  StepLoops();
  EXPECT_EQ(answers, 0);
  h_.Settle();
  EXPECT_EQ(answers, 1);
}

TEST_F(JobReaderTest, AJobThatIsNotDurableIsNotThere) {
  engine::CreateJob command;
  command.spec = Every(1000);
  h_.service().Create(std::move(command), [](const absl::StatusOr<JobView>&) {});
  StepLoops();
  bool answered = false;
  h_.service().GetJob(kProduct, "job",
                      [&answered](const absl::StatusOr<JobView>& job) { answered = job.ok(); });
  EXPECT_FALSE(answered);
  h_.Settle();
  EXPECT_TRUE(answered);
}

// An update that is under way when a job is listed: its definition is not on disk, its state is seen.
// What is shown is one or the other, and not before it is durable.
TEST_F(JobReaderTest, AListingIsNotTornByAnUpdateUnderWay) {
  ASSERT_TRUE(h_.Create(Every(base::kHour)).ok());
  const engine::ListJobs query{kProduct, 10, 0, true};
  absl::StatusOr<JobPage> listed = absl::UnknownError("not answered");
  const auto list = [&] {
    h_.service().List(query, [&](absl::StatusOr<JobPage> page) { listed = std::move(page); });
  };
  list();
  EXPECT_TRUE(listed.ok());  // nothing was under way
  PostUpdate("new");
  StepLoops();
  JobReader reader(&h_.engine());
  auto torn = reader.List(query);
  ASSERT_TRUE(torn.ok());
  EXPECT_THAT(torn->torn, testing::ElementsAre(0));
  EXPECT_EQ(torn->page.jobs[0].job.spec.name, "job");
  listed = absl::UnknownError("not answered");
  list();
  EXPECT_FALSE(listed.ok()) << "not durable";
  h_.Settle();
  ASSERT_TRUE(listed.ok()) << listed.status();
  const absl::StatusOr<JobView> standing = h_.Get("job");
  EXPECT_EQ(listed->jobs[0].job.spec.name, "new");
  EXPECT_EQ(engine::EtagOf(listed->jobs[0].status), engine::EtagOf(standing->status));
  // What was torn is read again; a job that was deleted meanwhile is none of the page any more.
  ASSERT_TRUE(reader.Mend(query, &*torn).ok());
  EXPECT_THAT(torn->torn, testing::IsEmpty());
  EXPECT_EQ(torn->page.jobs[0].job.spec.name, "new");
  torn->torn = {0};
  ASSERT_TRUE(h_.Delete("job").ok());
  ASSERT_TRUE(reader.Mend(query, &*torn).ok());
  EXPECT_THAT(torn->page.jobs, testing::IsEmpty());
}

TEST_F(JobReaderTest, ListsInOrderOfUidInPages) {
  std::vector<std::string> expected;
  for (int i = 0; i < 25; ++i) {
    expected.push_back("job" + std::to_string(i));
    ASSERT_TRUE(h_.Create(Every(base::kHour, expected.back())).ok());
  }
  core::Event event = tests::HttpEvent("event");
  event.product = "another";
  ASSERT_TRUE(h_.CreateEvent(event).ok());
  core::JobSpec foreign = Every(base::kHour, "foreign");
  foreign.product = "another";
  ASSERT_TRUE(h_.Create(foreign).ok());
  for (const int page_size : {1, 7, 25, 100}) EXPECT_EQ(Tags(page_size), expected) << page_size;
  ASSERT_TRUE(h_.Delete("job7").ok());
  expected.erase(expected.begin() + 7);
  EXPECT_EQ(Tags(5), expected);
}

TEST_F(JobReaderTest, AFullLastPageHasNoToken) {
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(h_.Create(Every(base::kHour, "job" + std::to_string(i))).ok());
  }
  EXPECT_EQ(List({kProduct, 4, 0, true})->next_after, 0U);
  EXPECT_NE(List({kProduct, 3, 0, true})->next_after, 0U);
}

TEST_F(JobReaderTest, PagesAreBoundedInBytes) {
  for (int i = 0; i < 60; ++i) {
    core::JobSpec spec = Every(base::kHour, "job" + std::to_string(i));
    spec.input_json = "\"" + std::string(64 * 1024 - 2, 'x') + "\"";
    ASSERT_TRUE(h_.Create(spec).ok());
  }
  const auto page = List({kProduct, 1000, 0, true});
  ASSERT_TRUE(page.ok());
  EXPECT_LT(page->jobs.size(), 60U);
  EXPECT_GT(page->jobs.size(), 40U);
  EXPECT_NE(page->next_after, 0U);
  EXPECT_EQ(Tags(1000).size(), 60U);
}

TEST_F(JobReaderTest, InputsAreLeftOutWhereAsked) {
  core::JobSpec spec = Every(base::kHour);
  spec.input_json = "{}";
  ASSERT_TRUE(h_.Create(spec).ok());
  EXPECT_EQ(List({kProduct, 10, 0, false})->jobs[0].job.spec.input_json, "");
  EXPECT_EQ(List({kProduct, 10, 0, true})->jobs[0].job.spec.input_json, "{}");
}

// What stands throughout a listing appears exactly once, whatever happens between its pages.
TEST_F(JobReaderTest, AListingAmongChanges) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(h_.Create(Every(base::kHour, "job" + std::to_string(i))).ok());
  }
  std::multiset<std::string> seen;
  engine::ListJobs query{kProduct, 3, 0, true};
  int round = 0;
  do {
    const auto page = List(query);
    ASSERT_TRUE(page.ok());
    for (const JobView& view : page->jobs) seen.insert(view.job.spec.tag);
    query.after = page->next_after;
    const std::string tag = "job" + std::to_string(2 * round);
    ASSERT_TRUE(h_.Delete(tag).ok());
    ASSERT_TRUE(h_.Create(Every(base::kHour, tag)).ok());  // a new uid: later in the order
    ++round;
  } while (query.after != 0 && round < 10);
  for (int i = 1; i < 20; i += 2) {
    EXPECT_EQ(seen.count("job" + std::to_string(i)), 1U) << i;
  }
}

TEST_F(JobReaderTest, TheStatusOfAJob) {
  core::JobSpec spec = Every(1000);
  spec.overlap.mode = core::OverlapMode::kAllow;
  ASSERT_TRUE(h_.Create(spec).ok());
  h_.Advance(2000);
  const std::vector<core::ClaimedRun> runs = h_.Claim();
  h_.Complete(runs[1]);
  h_.Fail(runs[0], "VALIDATION");
  const core::JobStatus status = h_.Get("job")->status;
  EXPECT_THAT(status.active_numbers, testing::ElementsAre(3));
  EXPECT_EQ(status.stats.completed, 1);
  EXPECT_EQ(status.stats.failed, 1);
  EXPECT_EQ(status.stats.consecutive_failures, 1);
  EXPECT_EQ(status.execution_count, 3);
  EXPECT_EQ(status.next_run_time, kStart + 3000);
  h_.Complete(runs[2]);
  EXPECT_EQ(h_.Get("job")->status.stats.consecutive_failures, 0);
}

TEST_F(JobReaderTest, AJobThatIsNotDecidedInTimeIsOverdue) {
  ASSERT_TRUE(h_.Create(Every(base::kMinute)).ok());
  h_.Complete(h_.ClaimOne());
  h_.clock().Advance(base::kMinute + 3000);
  // Another loop's step brings engine time forward; this job's loop is late.
  const int loop = h_.engine().registry().LoopOf(core::ShardForTag(kProduct, "job"));
  h_.engine().StepLoop(1 - loop);
  JobReader reader(&h_.engine());
  const JobSight sight = reader.Look(kProduct, "job");
  EXPECT_EQ(sight.status.overdue_since, kStart + base::kMinute);
  ASSERT_EQ(sight.status.conditions.size(), 1U);
  EXPECT_EQ(sight.status.conditions[0].type, "OVERDUE");
  h_.Settle();
  EXPECT_EQ(reader.Look(kProduct, "job").status.overdue_since, 0);
}

// The pause was carried out, and the job deleted and created again in the same commit: the answer is
// about the job that was paused, not about the new one.
TEST_F(JobReaderTest, AnAnswerIsNeverAboutAnotherJobOfTheTag) {
  ASSERT_TRUE(h_.Create(Every(base::kHour)).ok());
  absl::StatusOr<JobView> paused = absl::UnknownError("");
  h_.service().Pause(engine::PauseJob{kProduct, "job", "", false, "", {}},
                     [&](absl::StatusOr<JobView> view) { paused = std::move(view); });
  h_.service().Delete(engine::DeleteJob{kProduct, "job", "", false, {}}, [](const auto&) {});
  engine::CreateJob create;
  create.spec = Every(base::kHour);
  h_.service().Create(std::move(create), [](const absl::StatusOr<JobView>&) {});
  h_.Settle();
  ASSERT_TRUE(paused.ok()) << paused.status();
  EXPECT_EQ(paused->status.state, core::JobState::kPaused);
  const absl::StatusOr<JobView> standing = h_.Get("job");
  EXPECT_EQ(standing->status.state, core::JobState::kActive);
  EXPECT_NE(paused->job.uid, standing->job.uid);
}

}  // namespace
}  // namespace scheduler::query
