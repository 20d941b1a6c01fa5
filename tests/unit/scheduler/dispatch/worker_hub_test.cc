// Streams: deliveries, results, sessions and their end, as a worker sees them.
#include "scheduler/dispatch/worker_hub.h"

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "tests/unit/scheduler/dispatch/hub_fixture.h"

namespace scheduler::dispatch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = core::Outcome::Kind;

class WorkerHubTest : public HubFixture {};

// --- deliveries ----------------------------------------------------------------------------------

TEST_F(WorkerHubTest, WelcomesAndDelivers) {
  const auto worker = Connect(Hello(10));
  ASSERT_TRUE(worker->welcome().has_value());
  EXPECT_EQ(worker->welcome()->session_id, "session-1");
  EXPECT_EQ(worker->welcome()->lease, 30'000);
  EXPECT_THAT(worker->welcome()->kept, IsEmpty());
  const std::vector<core::RunKey> keys = engine_.Add(16, 3);
  Settle();
  ASSERT_THAT(worker->deliveries(), SizeIs(3));
  EXPECT_EQ(worker->deliveries()[0].run.key, keys[0]);
  EXPECT_EQ(worker->deliveries()[0].deadline, engine_.Now() + 15'000);
  EXPECT_EQ(*engine_.Get(keys[0]).worker, "packer");
}

TEST_F(WorkerHubTest, WhatWaitedIsDeliveredOnConnection) {
  engine_.Add(16, 3);
  Settle();
  EXPECT_THAT(Connect(Hello(10))->deliveries(), SizeIs(3));
}

TEST_F(WorkerHubTest, NoMoreThanTheWindow) {
  const auto worker = Connect(Hello(2));
  engine_.Add(16, 5);
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(2));
  worker->Answer({worker->deliveries()[0]});
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(3));
  worker->link()->OnWindow(4);
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(5));
  EXPECT_EQ(hub_.stats().in_flight, 4);
}

TEST_F(WorkerHubTest, AWindowOfNothingStopsDeliveries) {
  const auto worker = Connect(Hello(2));
  worker->link()->OnWindow(0);
  engine_.Add(16, 5);
  Settle();
  EXPECT_THAT(worker->deliveries(), IsEmpty());
  worker->link()->OnWindow(1);
  EXPECT_THAT(worker->deliveries(), SizeIs(1));
}

TEST_F(WorkerHubTest, WhatComesDuringAWriteGoesOutAsOneBatch) {
  const auto worker = Connect(Hello(1000));
  worker->HoldWrites();
  engine_.Add(16, 1);
  Settle();
  for (int i = 0; i < 50; ++i) engine_.Add(16, 1);
  Settle();
  const int writes = worker->writes();
  worker->FinishWrite();
  EXPECT_THAT(worker->deliveries(), SizeIs(51));
  EXPECT_EQ(worker->writes(), writes + 1);
}

TEST_F(WorkerHubTest, ABatchIsBoundedInRunsAndBytes) {
  engine_.Add(16, 2000);
  const auto worker = Connect(Hello(10'000));
  EXPECT_THAT(worker->deliveries(), SizeIs(2000));
  EXPECT_EQ(worker->writes(), 1 + 4) << "the welcome, and 512 runs each";

  engine_.SetInput(std::string(60'000, 'x'));
  const int writes = worker->writes();
  engine_.Add(16, 100);
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(2100));
  EXPECT_EQ(worker->writes(), writes + 1 + 6) << "64 runs, and then six or seven each";
}

TEST_F(WorkerHubTest, RunsThatCannotBeClaimedArePassedOver) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 3);
  engine_.EndSilently(keys[1]);
  const auto worker = Connect(Hello(10));
  EXPECT_THAT(worker->deliveries(), SizeIs(2));
  EXPECT_EQ(hub_.stats().in_flight, 2);
}

// --- fairness ------------------------------------------------------------------------------------

TEST_F(WorkerHubTest, StreamsShareALane) {
  std::vector<std::shared_ptr<WorkerDouble>> workers;
  for (int i = 0; i < 4; ++i) workers.push_back(Connect(Hello(1000)));
  engine_.Add(16, 400);
  Settle();
  for (const auto& worker : workers) {
    EXPECT_THAT(worker->deliveries(), SizeIs(100));
  }
}

TEST_F(WorkerHubTest, WhereSharesWouldBeSmallForTheWindowsStreamsTakeTurns) {
  const auto first = Connect(Hello(64'000));
  const auto second = Connect(Hello(64'000));
  engine_.Add(16, 500);
  Settle();
  EXPECT_EQ(first->deliveries().size() + second->deliveries().size(), 500);
  EXPECT_TRUE(first->deliveries().empty() || second->deliveries().empty());
  engine_.Add(16, 500);
  Settle();
  EXPECT_THAT(first->deliveries(), SizeIs(500));
  EXPECT_THAT(second->deliveries(), SizeIs(500));
}

TEST_F(WorkerHubTest, SingleRunsGoToTheEmptiestStream) {
  const auto busy = Connect(Hello(10));
  engine_.Add(16, 6);
  Settle();
  ASSERT_THAT(busy->deliveries(), SizeIs(6));
  const auto idle = Connect(Hello(10));
  for (int i = 0; i < 6; ++i) {
    engine_.Add(16, 1);
    Settle();
  }
  EXPECT_THAT(idle->deliveries(), SizeIs(6));
}

TEST_F(WorkerHubTest, AStreamThatCannotWriteLeavesRunsToOthers) {
  const auto slow = Connect(Hello(1000));
  slow->HoldWrites();
  engine_.Add(16, 1);
  Settle();
  ASSERT_THAT(slow->deliveries(), SizeIs(1));
  const auto quick = Connect(Hello(1000));
  engine_.Add(16, 100);
  Settle();
  EXPECT_THAT(quick->deliveries(), SizeIs(100));
}

TEST_F(WorkerHubTest, SeveralLanesOfAStreamTakeTurns) {
  engine_.Add(16, 5000);
  engine_.Add(17, 40);
  engine_.Add(18, 40);
  const auto worker = Connect(Hello(500, {"16", "17", "18"}));
  std::set<core::Uid> jobs;
  for (const GotDelivery& delivery : worker->deliveries()) jobs.insert(delivery.run.key.uid);
  EXPECT_THAT(worker->deliveries(), SizeIs(500));
  EXPECT_THAT(jobs, SizeIs(3)) << "a full lane does not starve the others";
}

TEST_F(WorkerHubTest, AQueueNamedTwiceIsServedOnce) {
  const auto worker = Connect(Hello(500, {"16", "16"}));
  engine_.Add(16, 5);
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(5));
}

TEST_F(WorkerHubTest, WhatABreakingStreamLeavesIsOfferedToOthers) {
  const auto first = Connect(Hello(2));
  const auto second = Connect(Hello(2));
  engine_.Add(16, 5);
  Settle();
  ASSERT_EQ(engine_.Size(16), 1);
  second->Answer({second->deliveries()[0]});
  Settle();
  EXPECT_EQ(engine_.Size(16), 0);
  engine_.Add(16, 1);
  Settle();
  first->Break();
  Settle();
  second->Answer({second->deliveries()[1]});
  Settle();
  EXPECT_EQ(engine_.Size(16), 0);
}

// --- results -------------------------------------------------------------------------------------

TEST_F(WorkerHubTest, AcknowledgesAfterTheCommit) {
  const auto worker = Connect(Hello(10));
  const std::vector<core::RunKey> keys = engine_.Add(16, 3);
  Settle();
  engine_.HoldCommits();
  worker->Answer(worker->NewDeliveries());
  Settle();
  EXPECT_TRUE(engine_.Get(keys[0]).ended);
  EXPECT_EQ(worker->acked_through(), 0);
  engine_.ReleaseCommits();
  Settle();
  EXPECT_EQ(worker->acked_through(), 1);
  EXPECT_THAT(worker->refused(), IsEmpty());
  EXPECT_EQ(hub_.stats().in_flight, 0);
}

TEST_F(WorkerHubTest, OneReportForABatch) {
  const auto worker = Connect(Hello(1000));
  engine_.Add(16, 300);
  Settle();
  worker->Answer(worker->NewDeliveries());
  EXPECT_EQ(engine_.reports(), 1);
  EXPECT_EQ(engine_.ended(), 300);
}

TEST_F(WorkerHubTest, AcksFollowTheOrderOfTheBatches) {
  const auto worker = Connect(Hello(10));
  engine_.Add(16, 3);
  Settle();
  const std::vector<GotDelivery> deliveries = worker->NewDeliveries();
  engine_.HoldCommits();
  for (const GotDelivery& delivery : deliveries) worker->Answer({delivery});
  engine_.CommitBackwards();
  Settle();
  EXPECT_EQ(worker->acked_through(), 3);
}

TEST_F(WorkerHubTest, ListsWhatTheEngineRefused) {
  const auto worker = Connect(Hello(10));
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  Settle();
  engine_.EndSilently(keys[0]);
  worker->Answer(worker->NewDeliveries());
  Settle();
  EXPECT_EQ(worker->acked_through(), 1);
  ASSERT_THAT(worker->refused(), SizeIs(1));
  EXPECT_EQ(worker->refused()[0].run.key, keys[0]);
  EXPECT_EQ(worker->refused()[0].reason, "UNKNOWN_RUN");
}

TEST_F(WorkerHubTest, AnOldTokenAndAnotherProductAreRefused) {
  const auto worker = Connect(Hello(10));
  WorkerHello other = Hello(10, {"17"});
  other.product = "bank";
  const auto stranger = Connect(other);
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  Settle();
  GotDelivery delivery = worker->NewDeliveries()[0];
  stranger->Answer({delivery});
  Settle();
  ASSERT_THAT(stranger->refused(), SizeIs(1));
  EXPECT_EQ(stranger->refused()[0].reason, "OTHER_PRODUCT");
  delivery.run.token -= 1;
  worker->Answer({delivery});
  Settle();
  ASSERT_THAT(worker->refused(), SizeIs(1));
  EXPECT_EQ(worker->refused()[0].reason, "STALE_TOKEN");
  EXPECT_FALSE(engine_.Get(keys[0]).ended);
}

TEST_F(WorkerHubTest, ASequenceThatDoesNotRiseIsAnError) {
  const auto worker = Connect(Hello(10));
  bool rest = false;
  EXPECT_TRUE(worker->link()->OnResults(7, {}, &rest).ok());
  const absl::Status status = worker->link()->OnResults(7, {}, &rest);
  EXPECT_EQ(base::errors::ReasonOf(status), "FIELD_INVALID");
  EXPECT_EQ(base::errors::DetailOf(status).field, "results.sequence");
  Settle();
  EXPECT_EQ(worker->acked_through(), 7) << "an empty batch is acknowledged too";
}

TEST_F(WorkerHubTest, ReleasedRunsAreDeliveredAgain) {
  const auto worker = Connect(Hello(10));
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  Settle();
  worker->Answer(worker->NewDeliveries(), Kind::kReleased);
  Settle();
  const std::vector<GotDelivery> again = worker->NewDeliveries();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].run.key, keys[0]);
  EXPECT_EQ(again[0].attempt, 2);
  EXPECT_EQ(engine_.Get(keys[0]).released, 1);
}

TEST_F(WorkerHubTest, TheStreamRestsWhileTooMuchWaitsForItsCommit) {
  const auto worker = Connect(Hello(10));
  engine_.HoldCommits();
  const std::vector<GotDelivery> bogus(60'000, GotDelivery{{{256, 1}, 1}, 1, 0});
  worker->Answer(bogus);
  EXPECT_FALSE(worker->resting());
  worker->Answer(bogus);
  EXPECT_TRUE(worker->resting());
  Pass(60'000);
  EXPECT_FALSE(worker->end().has_value()) << "its silence is not its fault";
  engine_.ReleaseCommits();
  Settle();
  EXPECT_FALSE(worker->resting());
  EXPECT_EQ(worker->acked_through(), 2);
  EXPECT_THAT(worker->refused(), SizeIs(120'000));
}

// --- cancels and time-outs -----------------------------------------------------------------------

TEST_F(WorkerHubTest, TellsTheWorkerToStop) {
  const auto worker = Connect(Hello(1));
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  Settle();
  engine_.Cancel(keys[0], &hub_, "DELETED");
  Settle();
  ASSERT_THAT(worker->cancels(), SizeIs(1));
  EXPECT_EQ(worker->cancels()[0].reason, "DELETED");
  EXPECT_EQ(worker->cancels()[0].runs[0].key, keys[0]);
  EXPECT_THAT(worker->deliveries(), SizeIs(1)) << "it is still at it";
  worker->Answer(worker->NewDeliveries(), Kind::kCancelled);
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(2));
  EXPECT_EQ(engine_.reports(), 0) << "there was nothing to report";
  EXPECT_EQ(worker->acked_through(), 1);
}

TEST_F(WorkerHubTest, EndsAttemptsThatTakeTooLong) {
  engine_.SetAttemptTimeout(1000);
  const auto worker = Connect(Hello(10));
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  Settle();
  worker->Answer({worker->deliveries()[1]});
  Pass(990);
  EXPECT_FALSE(engine_.Get(keys[0]).ended);
  Pass(100);
  const core::TinyEngine::Record record = engine_.Get(keys[0]);
  ASSERT_TRUE(record.ended);
  EXPECT_EQ(record.outcome.kind, Kind::kFailed);
  EXPECT_EQ(record.outcome.error->code, "TIMEOUT");
  ASSERT_THAT(worker->cancels(), SizeIs(1));
  EXPECT_EQ(worker->cancels()[0].reason, "TIMEOUT");
  EXPECT_EQ(hub_.stats().timed_out, 1);
  EXPECT_EQ(hub_.stats().in_flight, 1);
  worker->Answer({worker->deliveries()[0]});
  Settle();
  EXPECT_THAT(worker->refused(), SizeIs(1)) << "it came too late";
  EXPECT_EQ(hub_.stats().in_flight, 0);
}

// --- sessions ------------------------------------------------------------------------------------

TEST_F(WorkerHubTest, ALostWorkersRunsAreDeliveredAgain) {
  const auto lost = Connect(Hello(10));
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  Settle();
  const auto other = Connect(Hello(10));
  lost->Break();
  EXPECT_TRUE(lost->end().has_value());
  Pass(9'900);
  EXPECT_THAT(other->deliveries(), IsEmpty()) << "the grace";
  Pass(200);
  ASSERT_THAT(other->deliveries(), SizeIs(1));
  EXPECT_EQ(engine_.Get(keys[0]).lost, 1);
  EXPECT_EQ(hub_.stats().sessions, 1);
  EXPECT_EQ(hub_.stats().lost, 1);
}

TEST_F(WorkerHubTest, WithinTheGraceASessionKeepsItsRuns) {
  const auto first = Connect(Hello(10));
  const std::vector<core::RunKey> keys = engine_.Add(16, 3);
  Settle();
  const std::vector<GotDelivery> deliveries = first->NewDeliveries();
  first->Break();
  Pass(5'000);
  engine_.EndSilently(keys[1]);
  WorkerHello hello = Hello(10);
  hello.session_id = first->welcome()->session_id;
  hello.in_flight = {deliveries[0].run, deliveries[1].run};
  const auto second = Connect(hello);
  ASSERT_TRUE(second->welcome().has_value());
  EXPECT_EQ(second->welcome()->session_id, hello.session_id);
  ASSERT_THAT(second->welcome()->kept, SizeIs(1));
  EXPECT_EQ(second->welcome()->kept[0].key, keys[0]);
  EXPECT_EQ(engine_.Get(keys[2]).lost, 1) << "not named";
  Settle();
  ASSERT_THAT(second->deliveries(), SizeIs(1));
  EXPECT_EQ(second->deliveries()[0].run.key, keys[2]);
  Pass(20'000);
  EXPECT_EQ(engine_.Get(keys[0]).lost, 0);
  second->Answer({deliveries[0]});
  EXPECT_TRUE(engine_.Get(keys[0]).ended);
}

TEST_F(WorkerHubTest, ASessionIsServedByItsLastStream) {
  const auto first = Connect(Hello(10));
  engine_.Add(16, 1);
  Settle();
  WorkerHello hello = Hello(10);
  hello.session_id = first->welcome()->session_id;
  hello.in_flight = {first->deliveries()[0].run};
  const auto second = Connect(hello);
  ASSERT_TRUE(first->end().has_value());
  EXPECT_EQ(base::errors::ReasonOf(*first->end()), "SESSION_REPLACED");
  EXPECT_THAT(second->welcome()->kept, SizeIs(1));
  engine_.Add(16, 1);
  Settle();
  EXPECT_THAT(first->deliveries(), SizeIs(1));
  EXPECT_THAT(second->deliveries(), SizeIs(1));
}

TEST_F(WorkerHubTest, AnUnknownSessionBeginsUnderItsId) {
  WorkerHello hello = Hello(10);
  hello.session_id = "mine";
  hello.in_flight = {{{256, 1}, 77}};
  const auto worker = Connect(hello);
  EXPECT_EQ(worker->welcome()->session_id, "mine");
  EXPECT_THAT(worker->welcome()->kept, IsEmpty());
  EXPECT_EQ(made_ids_, 0);
}

TEST_F(WorkerHubTest, TheLeaseIsRenewedByAnyMessage) {
  WorkerHello hello = Hello(10);
  hello.lease = 2'000;
  const auto worker = Connect(hello);
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  Settle();
  for (int i = 0; i < 4; ++i) {
    Pass(1'500);
    worker->link()->OnMessage();
  }
  EXPECT_FALSE(worker->end().has_value());
  Pass(2'100);
  ASSERT_TRUE(worker->end().has_value());
  EXPECT_EQ(base::errors::ReasonOf(*worker->end()), "LEASE_EXPIRED");
  EXPECT_EQ(engine_.Get(keys[0]).lost, 1) << "without grace";
  EXPECT_EQ(hub_.stats().sessions, 0);
}

TEST_F(WorkerHubTest, DeliveriesThatDidNotGoOutAreGivenBack) {
  const auto worker = Connect(Hello(10));
  worker->HoldWrites();
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  Settle();
  worker->FinishWrite(/*ok=*/false);
  EXPECT_EQ(engine_.Get(keys[0]).released, 1);
  EXPECT_EQ(engine_.Get(keys[1]).released, 1);
  EXPECT_EQ(engine_.Size(16), 2);
  EXPECT_TRUE(worker->end().has_value());
  Pass(100);
  EXPECT_EQ(hub_.stats().sessions, 0) << "it has nothing to keep";
}

TEST_F(WorkerHubTest, AStreamWhoseEndDoesNotGoOutIsBrokenOff) {
  WorkerHello hello = Hello(10);
  hello.lease = 2'000;
  const auto worker = Connect(hello);
  worker->HoldWrites();
  engine_.Add(16, 1);
  Settle();
  Pass(2'100);
  EXPECT_FALSE(worker->aborted());
  EXPECT_FALSE(worker->end().has_value()) << "the write is under way";
  Pass(2'100);
  EXPECT_TRUE(worker->aborted());
  EXPECT_TRUE(worker->end().has_value());
}

// The same with the hub's own thread: the stream keeps it awake though its session is over.
TEST_F(WorkerHubTest, TheLastStreamIsBrokenOffToo) {
  WorkerHello hello = Hello(10);
  hello.lease = 2'000;
  const auto worker = Connect(hello);
  worker->HoldWrites();
  const core::RunKey key = engine_.Add(16, 1)[0];
  Settle();
  hub_.Start();
  clock_.Advance(2'100);
  while (engine_.Get(key).lost == 0) std::this_thread::yield();
  EXPECT_EQ(hub_.stats().sessions, 0);
  clock_.Advance(2'100);
  while (!worker->aborted()) std::this_thread::yield();
  hub_.Stop();
}

// --- drains --------------------------------------------------------------------------------------

TEST_F(WorkerHubTest, AWorkerThatDrainsGetsNoMoreAndIsAcknowledged) {
  const auto worker = Connect(Hello(1));
  engine_.Add(16, 3);
  Settle();
  worker->link()->OnDrain();
  worker->Answer(worker->NewDeliveries());
  Settle();
  EXPECT_THAT(worker->NewDeliveries(), IsEmpty());
  EXPECT_EQ(worker->acked_through(), 1);
  EXPECT_FALSE(worker->end().has_value()) << "it has not closed its side";
  worker->link()->OnReadsDone();
  ASSERT_TRUE(worker->end().has_value());
  EXPECT_TRUE(worker->end()->ok());
}

TEST_F(WorkerHubTest, AStreamIsNotEndedBeforeItsAcks) {
  const auto worker = Connect(Hello(1));
  engine_.Add(16, 1);
  Settle();
  engine_.HoldCommits();
  worker->Answer(worker->NewDeliveries());
  worker->link()->OnReadsDone();
  EXPECT_FALSE(worker->end().has_value());
  engine_.ReleaseCommits();
  Settle();
  EXPECT_EQ(worker->acked_through(), 1);
  ASSERT_TRUE(worker->end().has_value());
  EXPECT_TRUE(worker->end()->ok());
}

TEST_F(WorkerHubTest, AServerThatDrainsEndsIdleStreamsAtOnceAndBusyOnesWhenTheyAreDone) {
  const auto busy = Connect(Hello(1));
  const auto idle = Connect(Hello(1, {"17"}));
  engine_.Add(16, 2);
  Settle();
  hub_.Drain("restart");
  EXPECT_EQ(idle->drain(), "restart");
  ASSERT_TRUE(idle->end().has_value());
  EXPECT_TRUE(idle->end()->ok());
  EXPECT_EQ(busy->drain(), "restart");
  EXPECT_FALSE(busy->end().has_value());
  EXPECT_FALSE(hub_.Idle());
  busy->Answer(busy->NewDeliveries());
  Settle();
  ASSERT_TRUE(busy->end().has_value());
  EXPECT_TRUE(busy->end()->ok());
  EXPECT_EQ(busy->acked_through(), 1);
  EXPECT_THAT(busy->NewDeliveries(), IsEmpty());
  EXPECT_TRUE(hub_.Idle());
  const auto late = Connect(Hello(1));
  EXPECT_EQ(base::errors::ReasonOf(*late->end()), "DRAINING");
}

TEST_F(WorkerHubTest, ShutdownEndsStreamsAndReportsNothing) {
  const auto worker = Connect(Hello(1));
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  Settle();
  hub_.Shutdown();
  ASSERT_TRUE(worker->end().has_value());
  EXPECT_EQ(base::errors::ReasonOf(*worker->end()), "DRAINING");
  EXPECT_EQ(engine_.reports(), 0);
  EXPECT_FALSE(engine_.Get(keys[0]).ended);
}

TEST_F(WorkerHubTest, SessionsAreBounded) {
  for (int i = 0; i < 16; ++i) EXPECT_TRUE(Connect(Hello(1))->welcome().has_value());
  EXPECT_EQ(base::errors::ReasonOf(*Connect(Hello(1))->end()), "TOO_MANY_STREAMS");
}

}  // namespace
}  // namespace scheduler::dispatch
