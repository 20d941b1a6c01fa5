// LeaseRuns and CompleteRuns: workers without streams.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/dispatch/worker_hub.h"
#include "tests/unit/scheduler/dispatch/hub_fixture.h"

namespace scheduler::dispatch {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = core::Outcome::Kind;

// One LeaseRuns call.
struct Call {
  ListSink sink;
  std::optional<absl::StatusOr<std::string>> answer;
  std::shared_ptr<WorkerPoll> poll;

  bool answered() const { return answer.has_value(); }
  std::string session() const { return answer->value_or(""); }
};

class WorkerHubCallsTest : public HubFixture {
 protected:
  WorkerHub::LeaseRequest Request(Millis wait = 0, size_t max_runs = 10) {
    WorkerHub::LeaseRequest request;
    request.product = "shop";
    request.queues = {"16"};
    request.wait = wait;
    request.max_runs = max_runs;
    return request;
  }
  std::unique_ptr<Call> Lease(WorkerHub::LeaseRequest request) {
    auto call = std::make_unique<Call>();
    call->poll = hub_.Lease(std::move(request), &call->sink,
                            [call = call.get()](absl::StatusOr<std::string> answer) {
                              ASSERT_FALSE(call->answer.has_value());
                              call->answer = std::move(answer);
                            });
    return call;
  }
  absl::StatusOr<WorkerHub::CompleteAnswer> Complete(const std::string& session,
                                                     const std::vector<GotDelivery>& done,
                                                     std::vector<core::RunRef> extend = {}) {
    WorkerHub::CompleteRequest request;
    request.product = "shop";
    request.session_id = session;
    request.extend = std::move(extend);
    for (const GotDelivery& delivery : done) {
      core::Outcome outcome;
      outcome.key = delivery.run.key;
      outcome.token = delivery.run.token;
      request.outcomes.push_back(std::move(outcome));
    }
    absl::StatusOr<WorkerHub::CompleteAnswer> answer = absl::UnknownError("not answered");
    hub_.Complete(std::move(request), [&answer](absl::StatusOr<WorkerHub::CompleteAnswer> a) {
      answer = std::move(a);
    });
    return answer;
  }
};

TEST_F(WorkerHubCallsTest, TakesWhatIsThere) {
  engine_.Add(16, 15);
  const auto call = Lease(Request());
  ASSERT_TRUE(call->answered());
  EXPECT_EQ(call->session(), "session-1");
  EXPECT_THAT(call->sink.deliveries, SizeIs(10));
  WorkerHub::LeaseRequest next = Request();
  next.session_id = call->session();
  EXPECT_THAT(Lease(next)->sink.deliveries, SizeIs(5));
}

TEST_F(WorkerHubCallsTest, WithoutWaitingAnswersEmpty) {
  const auto call = Lease(Request());
  ASSERT_TRUE(call->answered());
  EXPECT_EQ(call->poll, nullptr);
  EXPECT_THAT(call->sink.deliveries, IsEmpty());
}

TEST_F(WorkerHubCallsTest, WaitsForTheFirstRuns) {
  const auto call = Lease(Request(5'000));
  Pass(4'000);
  EXPECT_FALSE(call->answered());
  engine_.Add(16, 2);
  Settle();
  ASSERT_TRUE(call->answered());
  EXPECT_THAT(call->sink.deliveries, SizeIs(2));
  engine_.Add(16, 2);
  Settle();
  EXPECT_THAT(call->sink.deliveries, SizeIs(2)) << "once";
}

TEST_F(WorkerHubCallsTest, AnswersEmptyWhenTheWaitIsOver) {
  const auto call = Lease(Request(5'000));
  Pass(5'100);
  ASSERT_TRUE(call->answered());
  EXPECT_TRUE(call->answer->ok());
  EXPECT_THAT(call->sink.deliveries, IsEmpty());
}

TEST_F(WorkerHubCallsTest, WaitingCallsShareWhatComes) {
  const auto first = Lease(Request(5'000, 1));
  const auto second = Lease(Request(5'000, 1));
  engine_.Add(16, 3);
  Settle();
  EXPECT_TRUE(first->answered());
  EXPECT_TRUE(second->answered());
  EXPECT_EQ(engine_.Size(16), 1);
  EXPECT_THAT(Lease(Request())->sink.deliveries, SizeIs(1));
}

TEST_F(WorkerHubCallsTest, ACallThatIsGivenUpTakesNothing) {
  const auto call = Lease(Request(5'000));
  call->poll->End(absl::CancelledError("gone"));
  ASSERT_TRUE(call->answered());
  EXPECT_EQ(call->answer->status().code(), absl::StatusCode::kCancelled);
  engine_.Add(16, 1);
  Settle();
  EXPECT_EQ(engine_.Size(16), 1);
}

TEST_F(WorkerHubCallsTest, ACallThatNobodyWaitsForTakesNothing) {
  bool abandoned = false;
  WorkerHub::LeaseRequest request = Request(5'000);
  request.abandoned = [&abandoned] { return abandoned; };
  const auto call = Lease(request);
  abandoned = true;
  engine_.Add(16, 1);
  Settle();
  EXPECT_EQ(engine_.Size(16), 1);
  Pass(100);
  EXPECT_TRUE(call->answered());
}

TEST_F(WorkerHubCallsTest, RunsAreHeldForTheLease) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  WorkerHub::LeaseRequest request = Request();
  request.lease = 2'000;
  const auto call = Lease(request);
  Pass(1'500);
  const auto answer = Complete(call->session(), {}, {call->sink.deliveries[1].run});
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->refused, IsEmpty());
  Pass(600);
  EXPECT_EQ(engine_.Get(keys[0]).lost, 1);
  EXPECT_EQ(engine_.Get(keys[1]).lost, 0) << "its lease was extended";
  Pass(1'500);
  EXPECT_EQ(engine_.Get(keys[1]).lost, 1);
  const auto late = Complete(call->session(), {}, {call->sink.deliveries[1].run});
  ASSERT_TRUE(late.ok());
  ASSERT_THAT(late->refused, SizeIs(1));
  EXPECT_EQ(late->refused[0].reason, "STALE_TOKEN");
}

TEST_F(WorkerHubCallsTest, CompletesRunsAfterTheCommit) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  const auto call = Lease(Request());
  engine_.EndSilently(keys[1]);
  const auto answer = Complete(call->session(), call->sink.deliveries);
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(engine_.Get(keys[0]).ended);
  ASSERT_THAT(answer->refused, SizeIs(1));
  EXPECT_EQ(answer->refused[0].reason, "UNKNOWN_RUN");
  EXPECT_EQ(hub_.stats().in_flight, 0);
}

TEST_F(WorkerHubCallsTest, NamesTheRunsToStop) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  const auto call = Lease(Request());
  engine_.Cancel(keys[0], &hub_);
  const auto answer = Complete(call->session(), {}, {call->sink.deliveries[0].run});
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->refused, IsEmpty());
  ASSERT_THAT(answer->cancelled, SizeIs(1));
  EXPECT_EQ(answer->cancelled[0].key, keys[0]);
}

TEST_F(WorkerHubCallsTest, TimesOutAttempts) {
  engine_.SetAttemptTimeout(1'000);
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  const auto call = Lease(Request());
  Pass(1'100);
  EXPECT_EQ(engine_.Get(keys[0]).outcome.error->code, "TIMEOUT");
  const auto answer = Complete(call->session(), {});
  ASSERT_TRUE(answer.ok());
  EXPECT_THAT(answer->cancelled, SizeIs(1));
}

TEST_F(WorkerHubCallsTest, AnUnknownSessionIsAnError) {
  EXPECT_EQ(base::errors::ReasonOf(Complete("nobody", {}).status()), "SESSION_UNKNOWN");
}

TEST_F(WorkerHubCallsTest, AnUnusedSessionIsForgotten) {
  const auto call = Lease(Request());
  Pass(39'000);
  EXPECT_TRUE(Complete(call->session(), {}).ok());
  Pass(39'000);
  EXPECT_EQ(hub_.stats().sessions, 1);
  Pass(1'100);
  EXPECT_EQ(hub_.stats().sessions, 0);
}

TEST_F(WorkerHubCallsTest, StreamsAndCallsShareALane) {
  const auto worker = Connect(Hello(10));
  const auto call = Lease(Request(5'000, 5));
  engine_.Add(16, 10);
  Settle();
  EXPECT_TRUE(call->answered());
  EXPECT_THAT(call->sink.deliveries, SizeIs(5));
  EXPECT_THAT(worker->deliveries(), SizeIs(5));
}

TEST_F(WorkerHubCallsTest, AStreamsSessionIsNotACalls) {
  const auto worker = Connect(Hello(10));
  WorkerHub::LeaseRequest request = Request();
  request.session_id = worker->welcome()->session_id;
  EXPECT_EQ(base::errors::ReasonOf(Lease(request)->answer->status()), "FIELD_INVALID");
}

TEST_F(WorkerHubCallsTest, DrainingAnswersWaitingCallsAndTakesNoNewOnes) {
  const auto call = Lease(Request(5'000));
  hub_.Drain("restart");
  ASSERT_TRUE(call->answered());
  EXPECT_TRUE(call->answer->ok());
  EXPECT_EQ(base::errors::ReasonOf(Lease(Request())->answer->status()), "DRAINING");
}

}  // namespace
}  // namespace scheduler::dispatch
