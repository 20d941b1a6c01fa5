#include "scheduler/query/run_reader.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "tests/support/engine/engine_harness.h"

namespace scheduler::query {
namespace {

using base::errors::ReasonOf;
using engine::Reply;
using engine::RunPage;
using testing::ElementsAre;
using tests::Every;
using tests::kProduct;

class RunReaderTest : public testing::Test {
 protected:
  core::Uid Make(core::JobSpec spec) {
    auto job = h_.Create(std::move(spec));
    EXPECT_TRUE(job.ok()) << job.status();
    return job->job.uid;
  }
  // Completes the waiting run of each job and lets a second pass.
  void Fire(int count) {
    for (int i = 0; i < count; ++i) {
      for (const core::ClaimedRun& run : h_.Claim()) h_.Complete(run);
      h_.Advance(base::kSecond);
    }
  }
  void Seal() { ASSERT_TRUE(h_.engine().archivist().SealNow().ok()); }
  std::vector<int64_t> Numbers(core::Uid uid, int page_size) {
    std::vector<int64_t> numbers;
    for (const core::Run& run : h_.RunsOf(uid, page_size)) numbers.push_back(run.key.number);
    return numbers;
  }
  absl::StatusOr<RunPage> List(const engine::ListRuns& query) {
    return h_.Await<RunPage>(
        [&](Reply<RunPage> reply) { h_.service().List(query, std::move(reply)); });
  }

  tests::EngineHarness h_;
};

// Open, unsealed and sealed records of one job, in every mixture of places.
TEST_F(RunReaderTest, MergesTheThreePlaces) {
  const core::Uid uid = Make(Every(base::kSecond));
  Fire(4);
  Seal();
  Fire(3);
  const std::vector<int64_t> all = {8, 7, 6, 5, 4, 3, 2, 1};
  for (const int page_size : {1, 2, 3, 4, 7, 8, 100}) EXPECT_EQ(Numbers(uid, page_size), all);
  EXPECT_EQ(h_.Lines("job")[0], "8 QUEUED SCHEDULE 7000");
  Seal();
  EXPECT_EQ(Numbers(uid, 3), all);
  h_.Restart();
  EXPECT_EQ(Numbers(uid, 3), all);
}

TEST_F(RunReaderTest, ARunThatIsSealedMeanwhileIsGivenOnce) {
  const core::Uid uid = Make(Every(base::kSecond));
  Fire(6);
  engine::ListRuns query;
  query.product = kProduct;
  query.uid = uid;
  query.page_size = 2;
  std::vector<int64_t> numbers;
  do {
    const auto page = List(query);
    ASSERT_TRUE(page.ok());
    for (const core::Run& run : page->runs) numbers.push_back(run.key.number);
    query.after = page->next;
    Seal();
    Fire(1);  // newer ones come before the token
  } while (query.after.has_value());
  EXPECT_THAT(numbers, ElementsAre(7, 6, 5, 4, 3, 2, 1));
}

TEST_F(RunReaderTest, AFullLastPageHasNoToken) {
  const core::Uid uid = Make(Every(base::kSecond));
  Fire(3);
  engine::ListRuns query;
  query.product = kProduct;
  query.uid = uid;
  query.page_size = 4;
  EXPECT_FALSE(List(query)->next.has_value());
  query.page_size = 3;
  EXPECT_TRUE(List(query)->next.has_value());
}

TEST_F(RunReaderTest, HistoryLimit) {
  core::JobSpec spec = Every(base::kSecond);
  spec.history_limit = 3;
  const core::Uid uid = Make(spec);
  Fire(6);
  EXPECT_EQ(Numbers(uid, 2), (std::vector<int64_t>{7, 6, 5}));
  EXPECT_EQ(ReasonOf(h_.GetRun({uid, 4}).status()), "RUN_NOT_FOUND");
  Seal();
  EXPECT_EQ(Numbers(uid, 2), (std::vector<int64_t>{7, 6, 5}));
  // Raising it brings nothing back that was dropped, and keeps what comes.
  ASSERT_TRUE(h_.Update("job", [](core::JobSpec* s) { s->history_limit = 5; }).ok());
  Fire(2);
  EXPECT_EQ(Numbers(uid, 2)[0], 9);
  ASSERT_TRUE(h_.Update("job", [](core::JobSpec* s) { s->history_limit = 1; }).ok());
  EXPECT_EQ(Numbers(uid, 2), (std::vector<int64_t>{9}));
}

TEST_F(RunReaderTest, OpenRunsAreShownWhateverTheLimit) {
  core::JobSpec spec = Every(base::kSecond);
  spec.history_limit = 1;
  spec.overlap.mode = core::OverlapMode::kAllow;
  const core::Uid uid = Make(spec);
  h_.Advance(3000);
  EXPECT_EQ(Numbers(uid, 10), (std::vector<int64_t>{4, 3, 2, 1}));
}

TEST_F(RunReaderTest, HistoryAge) {
  const core::Uid uid = Make(Every(base::kDay));
  h_.Complete(h_.ClaimOne());
  Seal();
  h_.clock().Advance(30 * base::kDay);
  EXPECT_TRUE(h_.GetRun({uid, 1}).ok());
  h_.clock().Advance(1);
  h_.Settle();
  EXPECT_EQ(ReasonOf(h_.GetRun({uid, 1}).status()), "RUN_NOT_FOUND");
}

TEST_F(RunReaderTest, OneRun) {
  const core::Uid uid = Make(Every(base::kSecond));
  Fire(1);
  EXPECT_EQ(h_.GetRun({uid, 1})->state, core::RunState::kCompleted);
  EXPECT_EQ(h_.GetRun({uid, 2})->state, core::RunState::kQueued);
  EXPECT_EQ(ReasonOf(h_.GetRun({uid, 3}).status()), "RUN_NOT_FOUND");
  EXPECT_EQ(ReasonOf(h_.GetRun({uid + 256, 1}).status()), "RUN_NOT_FOUND");
  const auto foreign = h_.Await<core::Run>([&](Reply<core::Run> reply) {
    h_.service().GetRun("another", {uid, 1}, std::move(reply));
  });
  EXPECT_EQ(ReasonOf(foreign.status()), "RUN_NOT_FOUND");
}

TEST_F(RunReaderTest, UnknownJobs) {
  engine::ListRuns query;
  query.product = kProduct;
  query.tag = "none";
  EXPECT_EQ(ReasonOf(List(query).status()), "JOB_NOT_FOUND");
  query.uid = 77777;
  EXPECT_EQ(ReasonOf(List(query).status()), "JOB_NOT_FOUND");
}

TEST_F(RunReaderTest, AnotherProductsJobIsNotListed) {
  const core::Uid uid = Make(Every(base::kSecond));
  engine::ListRuns query;
  query.product = "another";
  query.uid = uid;
  EXPECT_EQ(ReasonOf(List(query).status()), "JOB_NOT_FOUND");
  ASSERT_TRUE(h_.Delete("job").ok());
  EXPECT_EQ(ReasonOf(List(query).status()), "JOB_NOT_FOUND");
}

TEST_F(RunReaderTest, TheLastRun) {
  Make(Every(base::kSecond));
  const auto last = [&] {
    const engine::JobView job = *h_.Get("job");
    return h_.Await<std::optional<core::Run>>([&](Reply<std::optional<core::Run>> reply) {
      h_.service().LastRun(job, std::move(reply));
    });
  };
  EXPECT_EQ((*last())->key.number, 1);
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(1500);
  EXPECT_EQ((*last())->state, core::RunState::kSkipped);  // the open stretch
  h_.Complete(run);
  EXPECT_EQ((*last())->reason, "OVERLAP");
  core::JobSpec later = Every(base::kSecond, "later");
  later.start_time = h_.now() + base::kHour;
  Make(later);
  const engine::JobView job = *h_.Get("later");
  const auto none = h_.Await<std::optional<core::Run>>(
      [&](Reply<std::optional<core::Run>> reply) { h_.service().LastRun(job, std::move(reply)); });
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none->has_value());
}

// ---- across jobs --------------------------------------------------------------------------------

class RunsAcross : public RunReaderTest {
 protected:
  std::vector<std::string> All(int page_size) {
    std::vector<std::string> lines;
    engine::ListRuns query;
    query.product = kProduct;
    query.page_size = page_size;
    do {
      const auto page = List(query);
      EXPECT_TRUE(page.ok()) << page.status();
      EXPECT_LE(page->runs.size(), static_cast<size_t>(page_size));
      for (const core::Run& run : page->runs) {
        lines.push_back(run.job_tag + " " + tests::ToLine(run));
      }
      query.after = page->next;
    } while (query.after.has_value());
    return lines;
  }
};

TEST_F(RunsAcross, ActiveOnesFirstThenUnsuccessfulOnesLatestFirst) {
  for (const char* tag : {"a", "b", "c", "d"}) Make(Every(base::kHour, tag));
  std::vector<core::ClaimedRun> runs = h_.Claim();  // a, b, c, d
  ASSERT_EQ(runs.size(), 4U);
  std::sort(runs.begin(), runs.end(),
            [](const auto& x, const auto& y) { return x.job_tag < y.job_tag; });
  h_.Fail(runs[0], "VALIDATION");
  h_.Advance(10);
  h_.Complete(runs[1]);  // successful: not listed
  h_.Advance(10);
  h_.Fail(runs[2], "VALIDATION");
  ASSERT_TRUE(h_.RunNow("b").ok());
  const std::vector<std::string> expected = {"b 2 QUEUED MANUAL 20", "d 1 RUNNING SCHEDULE 0",
                                             "c 1 FAILED SCHEDULE 0", "a 1 FAILED SCHEDULE 0"};
  for (const int page_size : {1, 2, 3, 4, 100}) EXPECT_EQ(All(page_size), expected) << page_size;
  Seal();
  for (const int page_size : {1, 2, 3, 4, 100}) EXPECT_EQ(All(page_size), expected) << page_size;
  h_.Advance(10);
  h_.Fail(runs[3], "VALIDATION");
  EXPECT_THAT(All(2), ElementsAre("b 2 QUEUED MANUAL 20", "d 1 FAILED SCHEDULE 0",
                                  "c 1 FAILED SCHEDULE 0", "a 1 FAILED SCHEDULE 0"));
}

// Runs that end together, as those of a job that is deleted do, stand in one order wherever they are.
TEST_F(RunsAcross, PagesOfRunsThatEndedAtOnceLoseNone) {
  for (const char* tag : {"a", "b"}) {
    core::JobSpec spec = Every(1, tag);
    spec.executions = 6;
    spec.overlap = {core::OverlapMode::kAllow, 100};
    Make(spec);
  }
  h_.Advance(10);
  std::vector<std::string> expected;
  for (const char* tag : {"a", "b"}) {
    ASSERT_TRUE(h_.Delete(tag).ok());
    for (int number = 6; number >= 1; --number) {
      expected.push_back(std::string(tag) + " " + std::to_string(number));
    }
  }
  const auto listed = [this](int page_size) {
    std::vector<std::string> names;
    for (const std::string& line : All(page_size)) names.push_back(line.substr(0, 3));
    return names;
  };
  for (int page_size = 1; page_size <= 13; ++page_size) EXPECT_EQ(listed(page_size), expected);
  Seal();
  for (int page_size = 1; page_size <= 13; ++page_size) EXPECT_EQ(listed(page_size), expected);
}

TEST_F(RunsAcross, SkippedMissedAndCancelledOnesAreUnsuccessful) {
  Make(Every(base::kSecond));
  const core::ClaimedRun run = h_.ClaimOne();
  h_.Advance(2500);
  ASSERT_TRUE(h_.Cancel(run.key).ok());
  EXPECT_THAT(All(10), testing::UnorderedElementsAre("job 1 CANCELLED SCHEDULE 0 REQUESTED",
                                                     "job 2 SKIPPED OVERLAP 1000..2000 x2"));
}

TEST_F(RunsAcross, WhatRetentionDropsIsNotListed) {
  core::JobSpec spec = Every(base::kSecond);
  spec.history_limit = 2;
  Make(spec);
  for (int i = 0; i < 5; ++i) {
    h_.Fail(h_.ClaimOne(), "VALIDATION");
    h_.Advance(base::kSecond);
    if (i == 2) Seal();
  }
  const std::vector<std::string> expected = {"job 6 QUEUED SCHEDULE 5000",
                                             "job 5 FAILED SCHEDULE 4000"};
  for (const int page_size : {1, 2, 10}) EXPECT_EQ(All(page_size), expected);
}

TEST_F(RunsAcross, WhatRetentionDropsHidesNothingBehindIt) {
  Make(Every(base::kHour, "older"));
  h_.Fail(h_.ClaimOne(), "VALIDATION");
  core::JobSpec spec = Every(base::kSecond);
  spec.history_limit = 2;
  Make(spec);
  for (int i = 0; i < 6; ++i) {
    h_.Fail(h_.ClaimOne(), "VALIDATION");
    h_.Advance(base::kSecond);
  }
  const std::vector<std::string> expected = {
      "job 7 QUEUED SCHEDULE 6000", "job 6 FAILED SCHEDULE 5000", "older 1 FAILED SCHEDULE 0"};
  for (const int page_size : {1, 2, 3, 10}) EXPECT_EQ(All(page_size), expected) << page_size;
  Seal();
  for (const int page_size : {1, 2, 3, 10}) EXPECT_EQ(All(page_size), expected) << page_size;
}

TEST_F(RunsAcross, RunsOfDeletedJobsStayListed) {
  Make(Every(base::kHour));
  h_.Fail(h_.ClaimOne(), "VALIDATION");
  ASSERT_TRUE(h_.Delete("job").ok());
  EXPECT_THAT(All(10), ElementsAre("job 1 FAILED SCHEDULE 0"));
}

}  // namespace
}  // namespace scheduler::query
