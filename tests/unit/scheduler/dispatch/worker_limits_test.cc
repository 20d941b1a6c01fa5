// Workers and a queue that knows limits: in whatever way a delivery ends, its place is free again,
// and no sooner.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/engine/run_queue.h"
#include "tests/unit/scheduler/dispatch/hub_fixture.h"

namespace scheduler::dispatch {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = core::Outcome::Kind;

constexpr core::LimitGroup kGroup = 5;
constexpr core::LaneId kLane = core::kFirstWorkerLane;

class WorkerLimitsTest : public ::testing::Test {
 protected:
  WorkerLimitsTest() {
    queue_.SetListener(&hub_);
    engine_.SetQueue(&queue_, kGroup);
  }
  ~WorkerLimitsTest() override {
    hub_.Shutdown();
    Settle();
    for (const auto& worker : workers_) worker->LetGo();
    // Nothing is in flight any more, so a group without limits is of no interest.
    queue_.SetLimits(kGroup, {});
  }

  static WorkerHub::Options MakeOptions(int* made_ids) {
    WorkerHub::Options options;
    options.hold_lane = [](const std::string&, const std::string&) {
      return std::make_shared<const core::LaneId>(kLane);
    };
    options.new_session_id = [made_ids] { return "session-" + std::to_string(++*made_ids); };
    return options;
  }
  void Limit(int32_t max_in_flight, double max_per_second = 0) {
    core::EventLimits limits;
    limits.max_in_flight = max_in_flight;
    limits.max_per_second = max_per_second;
    queue_.SetLimits(kGroup, limits);
  }
  std::shared_ptr<WorkerDouble> Connect(WorkerHello hello) {
    workers_.push_back(WorkerDouble::Connect(&hub_, std::move(hello)));
    return workers_.back();
  }
  static WorkerHello Hello(std::string session = "") {
    WorkerHello hello;
    hello.product = "shop";
    hello.session_id = std::move(session);
    hello.queues = {"16"};
    hello.max_in_flight = 100;
    return hello;
  }
  void Settle() {
    int steps = 0;
    while (hub_.Step()) ASSERT_LT(++steps, 1000);
  }
  void Pass(Millis millis) {
    clock_.Advance(millis);
    Settle();
  }
  std::vector<GotDelivery> Last(const std::shared_ptr<WorkerDouble>& worker) {
    return {worker->deliveries().back()};
  }

  int made_ids_ = 0;
  base::ManualClock clock_{0, 1'000'000'000};
  engine::FifoRunQueue queue_{&clock_};
  core::TinyEngine engine_;
  WorkerHub hub_{&queue_, &engine_, &clock_, MakeOptions(&made_ids_)};
  std::vector<std::shared_ptr<WorkerDouble>> workers_;
};

TEST_F(WorkerLimitsTest, EveryAnswerMakesRoomForOne) {
  Limit(1);
  engine_.Add(kLane, 4);
  const auto worker = Connect(Hello());
  Settle();
  ASSERT_THAT(worker->deliveries(), SizeIs(1));
  size_t count = 1;
  for (const Kind kind : {Kind::kCompleted, Kind::kFailed, Kind::kCancelled, Kind::kReleased}) {
    worker->Answer(Last(worker), kind);
    Settle();
    ASSERT_THAT(worker->deliveries(), SizeIs(++count));
  }
}

TEST_F(WorkerLimitsTest, WorkersShareTheLimit) {
  Limit(3);
  engine_.Add(kLane, 10);
  const auto first = Connect(Hello());
  const auto second = Connect(Hello());
  Settle();
  EXPECT_EQ(first->deliveries().size() + second->deliveries().size(), 3U);
  first->Answer(first->deliveries());
  Settle();
  EXPECT_EQ(first->deliveries().size() + second->deliveries().size(), 6U);
}

TEST_F(WorkerLimitsTest, ACancelledDeliveryCountsUntilTheWorkerAnswers) {
  Limit(1);
  const core::RunKey key = engine_.Add(kLane, 1)[0];
  engine_.Add(kLane, 1);
  const auto worker = Connect(Hello());
  Settle();
  engine_.Cancel(key, &hub_);
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(1));
  worker->Answer(Last(worker), Kind::kCancelled);
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(2));
}

TEST_F(WorkerLimitsTest, SoDoesOneThatTookTooLong) {
  Limit(1);
  engine_.SetAttemptTimeout(1000);
  engine_.Add(kLane, 2);
  const auto worker = Connect(Hello());
  Settle();
  Pass(2000);
  EXPECT_EQ(hub_.stats().timed_out, 1);
  EXPECT_THAT(worker->deliveries(), SizeIs(1));
  worker->Answer(Last(worker), Kind::kCancelled);
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(2));
}

TEST_F(WorkerLimitsTest, ALostWorkersDeliveriesDoNotCount) {
  Limit(2);
  engine_.Add(kLane, 5);
  const auto lost = Connect(Hello());
  Settle();
  ASSERT_THAT(lost->deliveries(), SizeIs(2));
  lost->Break();
  const auto other = Connect(Hello());
  Settle();
  EXPECT_THAT(other->deliveries(), IsEmpty());
  Pass(base::limits::kSessionGrace + 100);
  EXPECT_EQ(hub_.stats().lost, 2);
  EXPECT_THAT(other->deliveries(), SizeIs(2));
  other->Answer(other->deliveries());
  Settle();
  EXPECT_THAT(other->deliveries(), SizeIs(4));
}

TEST_F(WorkerLimitsTest, NorDoThoseThatAResumedWorkerDoesNotName) {
  Limit(2);
  engine_.Add(kLane, 3);
  const auto before = Connect(Hello("s"));
  Settle();
  ASSERT_THAT(before->deliveries(), SizeIs(2));
  before->Break();
  WorkerHello hello = Hello("s");
  hello.in_flight = {before->deliveries()[1].run};
  const auto after = Connect(std::move(hello));
  Settle();
  EXPECT_THAT(after->deliveries(), SizeIs(1));
  // The one that was kept counts on.
  after->Answer({before->deliveries()[1]});
  Settle();
  EXPECT_THAT(after->deliveries(), SizeIs(2));
}

TEST_F(WorkerLimitsTest, NorThoseThatCouldNotBeSent) {
  Limit(1);
  const auto broken = Connect(Hello());
  broken->HoldWrites();
  engine_.Add(kLane, 1);
  Settle();
  broken->FinishWrite(false);
  Settle();
  const auto worker = Connect(Hello());
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(1));
}

TEST_F(WorkerLimitsTest, RunsThatAreGoneUseNothing) {
  Limit(1, 0.5);
  const std::vector<core::RunKey> keys = engine_.Add(kLane, 200);
  for (size_t i = 0; i + 1 < keys.size(); ++i) engine_.EndSilently(keys[i]);
  const auto worker = Connect(Hello());
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(1));
}

// A batch breaks off after some of them, and the next one goes on.
TEST_F(WorkerLimitsTest, ALongLineOfRunsThatAreGoneEnds) {
  Limit(64);
  for (const core::RunKey& key : engine_.Add(kLane, 10'000)) engine_.EndSilently(key);
  engine_.Add(kLane, 3);
  const auto worker = Connect(Hello());
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(3));
}

TEST_F(WorkerLimitsTest, AWaitingCallComesToItsEndToo) {
  Limit(64);
  for (const core::RunKey& key : engine_.Add(kLane, 10'000)) engine_.EndSilently(key);
  engine_.Add(kLane, 3);
  ListSink sink;
  WorkerHub::LeaseRequest request;
  request.product = "shop";
  request.queues = {"16"};
  request.max_runs = 2;
  request.wait = 20'000;
  const auto poll = hub_.Lease(request, &sink, [](const auto&) {});
  Settle();
  EXPECT_THAT(sink.deliveries, SizeIs(2));
  EXPECT_TRUE(poll == nullptr || poll->done());
}

TEST_F(WorkerLimitsTest, TheHubWakesTheLaneWhenARunsTimeHasCome) {
  Limit(0, 2);
  engine_.Add(kLane, 3);
  const auto worker = Connect(Hello());
  Settle();
  EXPECT_THAT(worker->deliveries(), SizeIs(1));
  Pass(400);
  EXPECT_THAT(worker->deliveries(), SizeIs(1));
  Pass(106);
  EXPECT_THAT(worker->deliveries(), SizeIs(2));
  Pass(506);
  EXPECT_THAT(worker->deliveries(), SizeIs(3));
}

TEST_F(WorkerLimitsTest, AWaitingCallIsAnsweredWhenARunsTimeHasCome) {
  Limit(1, 1);
  engine_.Add(kLane, 2);
  ListSink first_sink;
  std::string session;
  WorkerHub::LeaseRequest request;
  request.product = "shop";
  request.queues = {"16"};
  request.max_runs = 10;
  request.wait = 20'000;
  request.lease = 30'000;
  hub_.Lease(request, &first_sink, [&](const auto& answer) { session = answer.value_or(""); });
  Settle();
  ASSERT_THAT(first_sink.deliveries, SizeIs(1));
  ListSink second_sink;
  const auto poll = hub_.Lease(request, &second_sink, [](const auto&) {});
  Pass(2000);
  EXPECT_THAT(second_sink.deliveries, IsEmpty()) << "one is in flight";
  WorkerHub::CompleteRequest complete;
  complete.product = "shop";
  complete.session_id = session;
  core::Outcome outcome;
  outcome.key = first_sink.deliveries[0].run.key;
  outcome.token = first_sink.deliveries[0].run.token;
  complete.outcomes = {outcome};
  hub_.Complete(std::move(complete), [](const auto&) {});
  Settle();
  EXPECT_THAT(second_sink.deliveries, SizeIs(1));
  EXPECT_TRUE(poll == nullptr || poll->done());
}

}  // namespace
}  // namespace scheduler::dispatch
