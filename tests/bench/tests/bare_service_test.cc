// The load programs against servers that do nothing: what they count is what was done.
#include "tests/bench/limits/bare_service.h"

#include "gtest/gtest.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/creator.h"
#include "tests/bench/load/worker_stream.h"

namespace bench {
namespace {

void OpenForAnHour(Tally* tally) { tally->Open(WallNanos(), WallNanos() + 3600 * kNanosPerSecond); }

// Waits, for at most ten seconds, until `tally` has counted so many completed runs.
bool AwaitCompleted(const Tally& tally, int64_t runs) {
  for (int i = 0; i < 1000; ++i) {
    if (tally.sums().completed >= runs) return true;
    SleepFor(10 * kNanosPerMilli);
  }
  return false;
}

TEST(BareServiceTest, StreamsRunsAndAcknowledgesTheirResults) {
  BareStreamOptions options;
  options.batch = 100;
  options.per_second = 50'000;
  BareWorkerService service(options);
  const BareServer server(&service);
  Tally tally;
  OpenForAnHour(&tally);
  {
    const Workers workers(server.address(), 2, 1000, &tally);
    EXPECT_TRUE(AwaitCompleted(tally, 1000));
  }
  const Tally::Sums sums = tally.sums();
  EXPECT_GE(sums.arrived, sums.completed);
  EXPECT_EQ(sums.arrived % options.batch, 0);
  EXPECT_EQ(sums.arrived, sums.lateness.count());
  EXPECT_EQ(sums.refused + sums.redelivered, 0);
}

TEST(BareServiceTest, KeepsToItsWindow) {
  BareStreamOptions options;
  options.batch = 10;
  options.in_flight = 10;
  BareWorkerService service(options);
  const BareServer server(&service);
  Tally tally;
  OpenForAnHour(&tally);
  const Workers workers(server.address(), 1, 1000, &tally);
  EXPECT_TRUE(AwaitCompleted(tally, 500));
  const Tally::Sums sums = tally.sums();
  EXPECT_LE(sums.arrived - sums.completed, 2 * options.in_flight);
}

TEST(BareServiceTest, CreatesEachJobOfThePlan) {
  BareJobService service;
  const BareServer server(&service);
  JobPlan plan;
  plan.count = 2'345;
  for (const int batch : {1, 100, 1000}) {
    CreateOptions options;
    options.batch = batch;
    const CreateResult result = CreateJobs(server.address(), plan, options);
    EXPECT_EQ(result.created, plan.count);
    EXPECT_EQ(result.failed + result.refused, 0);
    EXPECT_EQ(result.latency.count(), (plan.count + batch - 1) / batch);
  }
}

TEST(BareServiceTest, CountsCreatesThatFail) {
  BareWorkerService service(BareStreamOptions{});  // no JobService: UNIMPLEMENTED
  const BareServer server(&service);
  JobPlan plan;
  plan.count = 10;
  CreateOptions options;
  options.batch = 1;
  const CreateResult result = CreateJobs(server.address(), plan, options);
  EXPECT_EQ(result.created, 0);
  EXPECT_EQ(result.failed, 10);
}

TEST(BareServiceTest, GivesJobsTagsOfSixteenCharactersAndSpreadsTheirPhases) {
  JobPlan plan;
  plan.interval_millis = 1000;
  plan.start_millis = 5000;
  std::vector<int> jobs_of_phase(1000);
  for (int64_t i = 0; i < 3000; ++i) {
    ductape::jobs::v1::CreateJobRequest request;
    FillCreate(plan, i, &request);
    EXPECT_EQ(request.job().tag().size(), 16U);
    EXPECT_EQ(request.job().intervals(), 1000);
    const int64_t millis = request.job().start_time().seconds() * 1000 +
                           request.job().start_time().nanos() / 1'000'000;
    ++jobs_of_phase[static_cast<size_t>(millis - 5000)];
  }
  for (const int jobs : jobs_of_phase) EXPECT_EQ(jobs, 3);
}

}  // namespace
}  // namespace bench
