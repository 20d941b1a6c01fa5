// WorkerService.LeaseRuns and CompleteRuns through gRPC.
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/limits.h"
#include "tests/unit/server/handlers/worker_fixture.h"
#include "tests/unit/server/outcome.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

class WorkerCallsTest : public WorkerFixture {
 protected:
  static v1::LeaseRunsRequest Request(int max_runs = 10, int wait_seconds = 0) {
    v1::LeaseRunsRequest request;
    request.set_product("shop");
    request.add_queues("q0");
    request.set_max_runs(max_runs);
    if (wait_seconds > 0) request.mutable_wait()->set_seconds(wait_seconds);
    return request;
  }
  grpc::Status Lease(const v1::LeaseRunsRequest& request, v1::LeaseRunsResponse* response) {
    grpc::ClientContext context;
    return stub_->LeaseRuns(&context, request, response);
  }
  grpc::Status Complete(const v1::CompleteRunsRequest& request,
                        v1::CompleteRunsResponse* response) {
    grpc::ClientContext context;
    return stub_->CompleteRuns(&context, request, response);
  }
};

TEST_F(WorkerCallsTest, CarriesRunsThereAndBack) {
  engine_.SetInput(R"({"pallet":7})");
  const std::vector<core::RunKey> keys = engine_.Add(16, 2);
  v1::LeaseRunsResponse lease;
  ASSERT_EQ(Outcome(Lease(Request(), &lease)), "OK");
  EXPECT_EQ(lease.session_id(), "session-1");
  ASSERT_EQ(lease.deliveries_size(), 2);
  EXPECT_EQ(lease.deliveries(0).run().run_id(), core::FormatRunId(keys[0]));
  EXPECT_EQ(lease.deliveries(0).input(), R"({"pallet":7})");

  v1::CompleteRunsRequest complete;
  complete.set_product("shop");
  complete.set_session_id(lease.session_id());
  auto* result = complete.add_results();
  *result->mutable_run() = lease.deliveries(0).run();
  result->set_output("done");
  *complete.add_extend() = lease.deliveries(1).run();
  complete.add_extend()->set_run_id("0000000000208-17");
  engine_.Cancel(keys[1], &hub_);
  v1::CompleteRunsResponse answer;
  ASSERT_EQ(Outcome(Complete(complete, &answer)), "OK");
  EXPECT_TRUE(engine_.Get(keys[0]).ended);
  ASSERT_EQ(answer.refused_size(), 1);
  EXPECT_EQ(answer.refused(0).reason(), "STALE_TOKEN");
  ASSERT_EQ(answer.cancelled_size(), 1);
  EXPECT_EQ(answer.cancelled(0).run_id(), core::FormatRunId(keys[1]));
}

TEST_F(WorkerCallsTest, WaitsForRuns) {
  auto waiting = std::async(std::launch::async, [this] {
    v1::LeaseRunsResponse response;
    EXPECT_EQ(Outcome(Lease(Request(10, 60), &response)), "OK");
    return response;
  });
  while (hub_.stats().sessions == 0) std::this_thread::yield();
  engine_.Add(16, 1);
  EXPECT_EQ(waiting.get().deliveries_size(), 1);
}

TEST_F(WorkerCallsTest, AnswersBeforeTheCallsDeadline) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(600));
  v1::LeaseRunsResponse response;
  EXPECT_EQ(Outcome(stub_->LeaseRuns(&context, Request(10, 60), &response)), "OK");
  EXPECT_EQ(response.deliveries_size(), 0);
}

TEST_F(WorkerCallsTest, ACallThatWasCancelledTakesNoRuns) {
  grpc::ClientContext context;
  auto waiting = std::async(std::launch::async, [this, &context] {
    v1::LeaseRunsResponse response;
    return stub_->LeaseRuns(&context, Request(10, 60), &response);
  });
  while (gate_.calls() == 0) std::this_thread::yield();
  context.TryCancel();
  EXPECT_EQ(Outcome(waiting.get()), "CANCELLED");
  while (gate_.calls() > 0) std::this_thread::yield();
  engine_.Add(16, 1);
  v1::LeaseRunsResponse response;
  ASSERT_EQ(Outcome(Lease(Request(), &response)), "OK");
  EXPECT_EQ(response.deliveries_size(), 1);
}

TEST_F(WorkerCallsTest, AnAnswerIsBoundedInBytes) {
  engine_.SetInput(std::string(60'000, 'x'));
  engine_.Add(16, 30);
  int deliveries = 0;
  while (deliveries < 30) {
    v1::LeaseRunsResponse response;
    ASSERT_EQ(Outcome(Lease(Request(1000), &response)), "OK");
    ASSERT_GT(response.deliveries_size(), 0);
    EXPECT_LE(response.ByteSizeLong(), scheduler::base::limits::kMaxStreamMessageBytes + 100);
    deliveries += response.deliveries_size();
  }
  EXPECT_EQ(deliveries, 30);
}

TEST_F(WorkerCallsTest, SaysWhatIsWrong) {
  v1::LeaseRunsResponse lease;
  EXPECT_EQ(Outcome(Lease(v1::LeaseRunsRequest(), &lease)),
            "INVALID_ARGUMENT FIELD_REQUIRED queues");
  v1::CompleteRunsRequest complete;
  v1::CompleteRunsResponse answer;
  EXPECT_EQ(Outcome(Complete(complete, &answer)), "INVALID_ARGUMENT FIELD_REQUIRED session_id");
  complete.set_session_id("nobody");
  EXPECT_EQ(Outcome(Complete(complete, &answer)), "FAILED_PRECONDITION SESSION_UNKNOWN");
}

TEST_F(WorkerCallsTest, ResultsAreTakenWhileTheServerDrains) {
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  v1::LeaseRunsResponse lease;
  ASSERT_EQ(Outcome(Lease(Request(), &lease)), "OK");
  gate_.SetPhase(CallGate::Phase::kDraining);
  hub_.Drain("restart");
  v1::LeaseRunsResponse ignored;
  EXPECT_EQ(Outcome(Lease(Request(), &ignored)), "UNAVAILABLE DRAINING");
  v1::CompleteRunsRequest complete;
  complete.set_product("shop");
  complete.set_session_id(lease.session_id());
  auto* result = complete.add_results();
  *result->mutable_run() = lease.deliveries(0).run();
  result->set_output("done");
  v1::CompleteRunsResponse answer;
  EXPECT_EQ(Outcome(Complete(complete, &answer)), "OK");
  EXPECT_TRUE(engine_.Get(keys[0]).ended);
  EXPECT_TRUE(hub_.Idle());
}

}  // namespace
}  // namespace server
