// WorkerService.Work through gRPC.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "tests/support/worker_double.h"
#include "tests/unit/server/handlers/worker_fixture.h"
#include "tests/unit/server/outcome.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace v1 = ductape::jobs::v1;
using v1::WorkRequest;
using v1::WorkResponse;

class WorkerStreamTest : public WorkerFixture {
 protected:
  // A stream that has been welcomed.
  std::unique_ptr<TestStream> ConnectTo(const std::vector<std::string>& queues, int window) {
    auto stream = Connect();
    EXPECT_TRUE(stream->SayHello(queues, window));
    EXPECT_TRUE(stream->Read().has_welcome());
    return stream;
  }
};

TEST_F(WorkerStreamTest, CarriesARunThereAndBack) {
  engine_.SetInput(R"({"pallet":7})");
  const auto stream = Connect();
  ASSERT_TRUE(stream->SayHello({"q0"}, 10));
  const WorkResponse welcome = stream->Read();
  EXPECT_EQ(welcome.welcome().session_id(), "session-1");
  EXPECT_EQ(welcome.welcome().lease().seconds(), 30);

  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  const WorkResponse message = stream->Read();
  ASSERT_EQ(message.deliveries().deliveries_size(), 1);
  const v1::Delivery& delivery = message.deliveries().deliveries(0);
  EXPECT_EQ(delivery.run().run_id(), core::FormatRunId(keys[0]));
  EXPECT_EQ(delivery.run().token(), engine_.Get(keys[0]).token);
  EXPECT_EQ(delivery.number(), 1);
  EXPECT_EQ(delivery.attempt(), 1);
  EXPECT_EQ(delivery.job_tag(), "nightly_pack");
  EXPECT_EQ(delivery.job_name(), "Nightly packing");
  EXPECT_EQ(delivery.event_type(), v1::Event::FUNCTION);
  EXPECT_EQ(delivery.event_tag(), "pack");
  EXPECT_EQ(delivery.scheduled_time().seconds(), 1'699'999'999);
  EXPECT_EQ(delivery.scheduled_time().nanos(), 995'000'000);
  EXPECT_EQ(delivery.deadline().seconds(), 1'700'000'015);
  EXPECT_EQ(delivery.input(), R"({"pallet":7})");
  EXPECT_EQ(delivery.env(), "prd");
  EXPECT_EQ(delivery.traceparent(), core::TraceparentOf(keys[0]));
  EXPECT_EQ(delivery.trigger(), v1::Run::SCHEDULE);

  ASSERT_TRUE(stream->Complete(message.deliveries()));
  const WorkResponse ack = stream->Read();
  EXPECT_EQ(ack.acks().acked_through(), 1);
  EXPECT_EQ(ack.acks().refused_size(), 0);
  EXPECT_EQ(engine_.Get(keys[0]).outcome.output->output, "done");
}

TEST_F(WorkerStreamTest, NamesRefusedResults) {
  const auto stream = ConnectTo({"q0"}, 10);
  v1::Deliveries bogus;
  v1::RunRef* run = bogus.add_deliveries()->mutable_run();
  run->set_run_id("0000000000208-17");
  run->set_token(9);
  stream->Complete(bogus);
  const WorkResponse ack = stream->Read();
  EXPECT_EQ(ack.acks().acked_through(), 1);
  ASSERT_EQ(ack.acks().refused_size(), 1);
  EXPECT_EQ(ack.acks().refused(0).run().run_id(), "0000000000208-17");
  EXPECT_EQ(ack.acks().refused(0).reason(), "UNKNOWN_RUN");
}

TEST_F(WorkerStreamTest, CancelsReachTheWorker) {
  const auto stream = ConnectTo({"q0"}, 10);
  const std::vector<core::RunKey> keys = engine_.Add(16, 1);
  ASSERT_TRUE(stream->Read().has_deliveries());
  engine_.Cancel(keys[0], &hub_, "DELETED");
  const WorkResponse cancels = stream->Read();
  ASSERT_EQ(cancels.cancels().runs_size(), 1);
  EXPECT_EQ(cancels.cancels().runs(0).run_id(), core::FormatRunId(keys[0]));
  EXPECT_EQ(cancels.cancels().reason(), "DELETED");
}

TEST_F(WorkerStreamTest, AWorkerLeavesInGoodOrder) {
  const auto stream = ConnectTo({"q0"}, 10);
  engine_.Add(16, 3);
  const WorkResponse message = stream->ReadUntil(WorkResponse::kDeliveries);
  stream->Drain();
  stream->Complete(message.deliveries());
  EXPECT_EQ(stream->ReadUntil(WorkResponse::kAcks).acks().acked_through(), 1);
  stream->CloseSide();
  EXPECT_EQ(Outcome(stream->Finish()), "OK");
}

TEST_F(WorkerStreamTest, AServerTakesItsLeave) {
  const auto busy = ConnectTo({"q0"}, 10);
  const auto idle = ConnectTo({"q1"}, 10);
  engine_.Add(16, 1);
  const WorkResponse message = busy->ReadUntil(WorkResponse::kDeliveries);
  hub_.Drain("restart");
  EXPECT_EQ(idle->Read().drain().reason(), "restart");
  EXPECT_EQ(Outcome(idle->Finish()), "OK");
  EXPECT_EQ(busy->Read().drain().reason(), "restart");
  busy->Complete(message.deliveries());
  EXPECT_EQ(busy->Read().acks().acked_through(), 1);
  EXPECT_EQ(Outcome(busy->Finish()), "OK");
}

TEST_F(WorkerStreamTest, ASessionIsTakenUpByAnotherStream) {
  const auto first = ConnectTo({"q0"}, 10);
  engine_.Add(16, 1);
  const WorkResponse message = first->ReadUntil(WorkResponse::kDeliveries);
  const auto second = Connect();
  second->SayHello({"q0"}, 10, "session-1", {message.deliveries().deliveries(0).run()});
  const WorkResponse welcome = second->Read();
  EXPECT_EQ(welcome.welcome().session_id(), "session-1");
  ASSERT_EQ(welcome.welcome().kept_size(), 1);
  EXPECT_EQ(Outcome(first->Finish()), "ABORTED SESSION_REPLACED");
  second->Complete(message.deliveries());
  const WorkResponse ack = second->Read();
  EXPECT_EQ(ack.acks().acked_through(), 1);
  EXPECT_EQ(ack.acks().refused_size(), 0);
}

// Another stream takes the session up while runs are being claimed for the first one.
TEST_F(WorkerStreamTest, RunsThatWereGivenBackAreNotSent) {
  const auto stream = ConnectTo({"q0"}, 10);
  std::shared_ptr<dispatch::WorkerDouble> second;
  std::atomic<bool> taken_up{false};
  engine_.SetOnClaim([this, &second, &taken_up] {
    if (taken_up.exchange(true)) return;
    dispatch::WorkerHello hello;
    hello.product = "shop";
    hello.session_id = "session-1";
    hello.queues = {"q1"};
    second = dispatch::WorkerDouble::Connect(&hub_, std::move(hello));
  });
  const std::vector<core::RunKey> keys = engine_.Add(16, 3);
  EXPECT_EQ(stream->Read().message_case(), WorkResponse::MESSAGE_NOT_SET);
  EXPECT_EQ(Outcome(stream->Finish()), "ABORTED SESSION_REPLACED");
  for (const core::RunKey& key : keys) {
    while (engine_.Get(key).released == 0) std::this_thread::yield();
  }
  engine_.SetOnClaim(nullptr);
  second->LetGo();
}

TEST_F(WorkerStreamTest, LargeBatchesAreCut) {
  engine_.SetInput(std::string(60'000, 'x'));
  engine_.Add(16, 100);
  const auto stream = ConnectTo({"q0"}, 100);
  int deliveries = 0;
  while (deliveries < 100) {
    const WorkResponse message = stream->Read();
    ASSERT_TRUE(message.has_deliveries());
    EXPECT_LE(message.ByteSizeLong(), scheduler::base::limits::kMaxStreamMessageBytes);
    deliveries += message.deliveries().deliveries_size();
  }
  EXPECT_EQ(deliveries, 100);
}

struct StreamFault {
  std::string outcome;
  std::vector<WorkRequest> requests;
};

TEST_F(WorkerStreamTest, SaysWhatIsWrongAndEnds) {
  WorkRequest hello;
  hello.mutable_hello()->add_queues("q0");
  hello.mutable_hello()->set_max_in_flight(1);
  WorkRequest no_queues;
  no_queues.mutable_hello()->set_max_in_flight(1);
  WorkRequest window;
  window.mutable_window()->set_max_in_flight(-1);
  WorkRequest results;
  results.mutable_results();
  WorkRequest nameless;
  nameless.mutable_results()->set_sequence(1);
  nameless.mutable_results()->add_results()->mutable_cancelled();
  WorkRequest heartbeat;
  heartbeat.mutable_heartbeat();
  const std::vector<StreamFault> faults = {
      {"INVALID_ARGUMENT FIELD_REQUIRED hello", {heartbeat}},
      {"INVALID_ARGUMENT FIELD_REQUIRED hello", {WorkRequest()}},
      {"INVALID_ARGUMENT FIELD_REQUIRED hello", {}},
      {"INVALID_ARGUMENT FIELD_REQUIRED hello.queues", {no_queues}},
      {"INVALID_ARGUMENT FIELD_INVALID hello", {hello, hello}},
      {"INVALID_ARGUMENT FIELD_INVALID message", {hello, WorkRequest()}},
      {"INVALID_ARGUMENT FIELD_OUT_OF_RANGE window.max_in_flight", {hello, window}},
      {"INVALID_ARGUMENT FIELD_INVALID results.sequence", {hello, results}},
      {"INVALID_ARGUMENT FIELD_REQUIRED results.results[0].run.run_id", {hello, nameless}},
  };
  for (const StreamFault& fault : faults) {
    const auto stream = Connect();
    for (const WorkRequest& request : fault.requests) stream->Send(request);
    stream->CloseSide();
    EXPECT_EQ(Outcome(stream->Finish()), fault.outcome);
  }
}

TEST_F(WorkerStreamTest, TheGateRefusesStreamsInOtherPhases) {
  gate_.SetPhase(CallGate::Phase::kDraining);
  EXPECT_EQ(Outcome(Connect()->Finish()), "UNAVAILABLE DRAINING");
  gate_.SetPhase(CallGate::Phase::kStarting);
  EXPECT_EQ(Outcome(Connect()->Finish()), "UNAVAILABLE RECOVERING");
}

TEST_F(WorkerStreamTest, StoppingEndsStreamsWithAndWithoutAHello) {
  const auto welcomed = ConnectTo({"q0"}, 1);
  const auto silent = Connect();
  while (gate_.streams() < 2) std::this_thread::yield();
  gate_.StopStreams(scheduler::base::errors::Draining());
  EXPECT_EQ(Outcome(welcomed->Finish()), "UNAVAILABLE DRAINING");
  EXPECT_FALSE(silent->Finish().ok());
  while (gate_.streams() > 0) std::this_thread::yield();
}

TEST_F(WorkerStreamTest, AClientThatVanishesIsDetached) {
  {
    const auto stream = ConnectTo({"q0"}, 1);
    EXPECT_EQ(hub_.stats().streams, 1);
  }
  while (hub_.stats().streams > 0 || gate_.streams() > 0) std::this_thread::yield();
}

// Several streams at once, each with a reader of its own.
TEST_F(WorkerStreamTest, ManyRunsThroughManyStreams) {
  constexpr int kStreams = 4;
  constexpr int kRuns = 20'000;
  std::vector<std::thread> threads;
  threads.reserve(kStreams);
  for (int i = 0; i < kStreams; ++i) {
    threads.emplace_back([this] {
      TestStream stream(stub_.get());
      stream.SayHello({"q0", "q1"}, 500);
      for (;;) {
        const WorkResponse message = stream.Read();
        if (message.has_deliveries()) stream.Complete(message.deliveries());
        if (message.message_case() == WorkResponse::MESSAGE_NOT_SET) break;
      }
    });
  }
  for (int i = 0; i < 20; ++i) engine_.Add(16 + i % 2, kRuns / 20);
  while (engine_.ended() < kRuns) std::this_thread::yield();
  hub_.Shutdown();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(engine_.accepted().size(), kRuns);
}

}  // namespace
}  // namespace server
