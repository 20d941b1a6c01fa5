#include "server/converters/worker_converter.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/server/expect_error.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;
namespace v1 = ductape::jobs::v1;
using ::testing::ElementsAre;
using Kind = core::Outcome::Kind;

const core::RunKey kKey{core::MakeUid(7, 3), 42};

v1::Hello ValidHello() {
  v1::Hello hello;
  hello.add_queues("FUNCTION/pack");
  hello.set_max_in_flight(10);
  return hello;
}

v1::Result ValidResult() {
  v1::Result result;
  result.mutable_run()->set_run_id(core::FormatRunId(kKey));
  result.mutable_run()->set_token(77);
  result.set_output("done");
  return result;
}

TEST(WorkerConverterTest, ConvertsAHello) {
  v1::Hello hello = ValidHello();
  hello.set_product("shop");
  hello.set_worker("packer-1");
  hello.set_session_id("s-1");
  hello.add_queues("b");
  hello.mutable_lease()->set_seconds(5);
  RunRefToProto({kKey, 77}, hello.add_in_flight());
  const auto converted = ToWorkerHello("hello", hello, "default");
  ASSERT_TRUE(converted.ok()) << converted.status();
  EXPECT_EQ(converted->product, "shop");
  EXPECT_EQ(converted->worker, "packer-1");
  EXPECT_EQ(converted->session_id, "s-1");
  EXPECT_THAT(converted->queues, ElementsAre("FUNCTION/pack", "b"));
  EXPECT_EQ(converted->max_in_flight, 10);
  EXPECT_EQ(converted->lease, 5000);
  ASSERT_EQ(converted->in_flight.size(), 1);
  EXPECT_EQ(converted->in_flight[0].key, kKey);
  EXPECT_EQ(converted->in_flight[0].token, 77);
}

TEST(WorkerConverterTest, AHelloHasDefaults) {
  const auto converted = ToWorkerHello("hello", ValidHello(), "default");
  ASSERT_TRUE(converted.ok());
  EXPECT_EQ(converted->product, "default");
  EXPECT_EQ(converted->lease, 30'000);
}

struct HelloFault {
  std::string fault;
  std::function<void(v1::Hello*)> spoil;
};

TEST(WorkerConverterTest, NamesWhatIsWrongWithAHello) {
  const std::vector<HelloFault> faults = {
      {"FIELD_INVALID hello.product", [](v1::Hello* h) { h->set_product("a b"); }},
      {"FIELD_INVALID hello.worker", [](v1::Hello* h) { h->set_worker("a\nb"); }},
      {"FIELD_TOO_LARGE hello.worker", [](v1::Hello* h) { h->set_worker(std::string(257, 'x')); }},
      {"FIELD_TOO_LARGE hello.session_id",
       [](v1::Hello* h) { h->set_session_id(std::string(129, 'x')); }},
      {"FIELD_REQUIRED hello.queues", [](v1::Hello* h) { h->clear_queues(); }},
      {"FIELD_INVALID hello.queues[1]", [](v1::Hello* h) { h->add_queues(""); }},
      {"FIELD_INVALID hello.queues[1]", [](v1::Hello* h) { h->add_queues("/a"); }},
      {"FIELD_TOO_LARGE hello.queues",
       [](v1::Hello* h) {
         for (int i = 0; i < 100; ++i) h->add_queues("q");
       }},
      {"FIELD_REQUIRED hello.max_in_flight", [](v1::Hello* h) { h->clear_max_in_flight(); }},
      {"FIELD_OUT_OF_RANGE hello.max_in_flight", [](v1::Hello* h) { h->set_max_in_flight(-1); }},
      {"FIELD_OUT_OF_RANGE hello.max_in_flight",
       [](v1::Hello* h) { h->set_max_in_flight(100'001); }},
      {"FIELD_OUT_OF_RANGE hello.lease", [](v1::Hello* h) { h->mutable_lease(); }},
      {"FIELD_OUT_OF_RANGE hello.lease",
       [](v1::Hello* h) { h->mutable_lease()->set_seconds(3601); }},
      {"FIELD_REQUIRED hello.in_flight[0].run_id", [](v1::Hello* h) { h->add_in_flight(); }},
      {"RUN_ID_INVALID hello.in_flight[0].run_id",
       [](v1::Hello* h) { h->add_in_flight()->set_run_id("x"); }},
  };
  for (const HelloFault& fault : faults) {
    v1::Hello hello = ValidHello();
    fault.spoil(&hello);
    EXPECT_EQ(Fault(ToWorkerHello("hello", hello, "default")), fault.fault);
  }
}

TEST(WorkerConverterTest, AWindowMayBeClosedButNoHelloBeginsSo) {
  EXPECT_EQ(ToWindow("w", 0, 0).value(), 0);
  EXPECT_EQ(ToWindow("w", 100'000, 1).value(), 100'000);
  EXPECT_EQ(Fault(ToWindow("w", -1, 0)), "FIELD_OUT_OF_RANGE w");
  v1::Hello hello = ValidHello();
  hello.set_max_in_flight(-2);
  const absl::Status status = ToWorkerHello("hello", hello, "default").status();
  EXPECT_NE(status.message().find("1 to 100000"), absl::string_view::npos) << status;
}

TEST(WorkerConverterTest, ConvertsEachOutcome) {
  v1::Result result = ValidResult();
  result.mutable_start_time()->set_seconds(1);
  result.mutable_end_time()->set_nanos(1);
  auto outcome = ToOutcome("r", result);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->key, kKey);
  EXPECT_EQ(outcome->token, 77);
  EXPECT_EQ(outcome->kind, Kind::kCompleted);
  EXPECT_EQ(outcome->output->output, "done");
  EXPECT_FALSE(outcome->output->truncated);
  EXPECT_EQ(outcome->start_time, 1000);
  EXPECT_EQ(outcome->end_time, 1);

  result.set_output("");
  EXPECT_EQ(ToOutcome("r", result)->output, nullptr);
  result.mutable_cancelled();
  EXPECT_EQ(ToOutcome("r", result)->kind, Kind::kCancelled);
  result.mutable_released();
  EXPECT_EQ(ToOutcome("r", result)->kind, Kind::kReleased);

  result.mutable_failure()->set_code("OUT_OF_STOCK");
  result.mutable_failure()->set_message("no more");
  result.mutable_failure()->set_retryable(true);
  result.mutable_failure()->set_status(7);
  result.mutable_retry_after()->set_seconds(3);
  outcome = ToOutcome("r", result);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->kind, Kind::kFailed);
  EXPECT_EQ(outcome->error->code, "OUT_OF_STOCK");
  EXPECT_EQ(outcome->error->message, "no more");
  EXPECT_EQ(outcome->error->retryable, true);
  EXPECT_EQ(outcome->error->status, 7);
  EXPECT_EQ(outcome->retry_after, 3000);
}

struct ResultFault {
  std::string fault;
  std::function<void(v1::Result*)> spoil;
};

TEST(WorkerConverterTest, NamesWhatIsWrongWithAResult) {
  const std::vector<ResultFault> faults = {
      {"FIELD_REQUIRED results[1].run.run_id", [](v1::Result* r) { r->clear_run(); }},
      {"RUN_ID_INVALID results[1].run.run_id",
       [](v1::Result* r) { r->mutable_run()->set_run_id("0-1"); }},
      {"FIELD_REQUIRED results[1].outcome", [](v1::Result* r) { r->clear_outcome(); }},
      {"FIELD_REQUIRED results[1].failure.code", [](v1::Result* r) { r->mutable_failure(); }},
      {"FIELD_INVALID results[1].failure.code",
       [](v1::Result* r) { r->mutable_failure()->set_code("oops"); }},
      {"FIELD_INVALID results[1].failure.code",
       [](v1::Result* r) { r->mutable_failure()->set_code(std::string(65, 'A')); }},
      {"FIELD_OUT_OF_RANGE results[1].start_time",
       [](v1::Result* r) { r->mutable_start_time()->set_nanos(-1); }},
      {"FIELD_OUT_OF_RANGE results[1].end_time",
       [](v1::Result* r) { r->mutable_end_time()->set_seconds(-1); }},
      {"FIELD_OUT_OF_RANGE results[1].retry_after",
       [](v1::Result* r) { r->mutable_retry_after()->set_seconds(-1); }},
  };
  for (const ResultFault& fault : faults) {
    v1::Results results;
    *results.add_results() = ValidResult();
    *results.add_results() = ValidResult();
    fault.spoil(results.mutable_results(1));
    EXPECT_EQ(Fault(ToOutcomes("results", results.results())), fault.fault);
  }
  v1::Results many;
  for (int i = 0; i <= kMaxResults; ++i) many.add_results();
  EXPECT_EQ(Fault(ToOutcomes("results", many.results())), "FIELD_TOO_LARGE results");
}

TEST(WorkerConverterTest, KeepsTheBeginningOfLongTexts) {
  EXPECT_EQ(ToRunOutput(""), nullptr);
  EXPECT_FALSE(ToRunOutput(std::string(4096, 'x'))->truncated);
  const auto cut = ToRunOutput(std::string(4097, 'x'));
  EXPECT_TRUE(cut->truncated);
  EXPECT_EQ(cut->output.size(), 4096);
  // Not in the middle of a character.
  EXPECT_EQ(ToRunOutput(std::string(4095, 'x') + "\u00e9")->output.size(), 4095);
  EXPECT_EQ(ToRunOutput(std::string(4094, 'x') + "\u20ac")->output.size(), 4094);
  // Bytes that are no text are cut where they are.
  EXPECT_EQ(ToRunOutput(std::string(5000, '\x80'))->output.size(), 4096);

  v1::Run::Error error;
  error.set_code("X");
  error.set_message(std::string(2000, 'm'));
  EXPECT_EQ(ToWorkerError("e", error)->message.size(), 1024);
}

TEST(WorkerConverterTest, ConvertsALeaseRequest) {
  v1::LeaseRunsRequest request;
  request.add_queues("q");
  auto lease = ToLeaseRequest(request, "default");
  ASSERT_TRUE(lease.ok());
  EXPECT_EQ(lease->product, "default");
  EXPECT_EQ(lease->max_runs, 1);
  EXPECT_EQ(lease->wait, 0);
  EXPECT_EQ(lease->lease, 30'000);
  request.set_max_runs(5000);
  request.mutable_wait()->set_seconds(60);
  request.set_session_id("s");
  request.set_worker("w");
  lease = ToLeaseRequest(request, "default");
  ASSERT_TRUE(lease.ok());
  EXPECT_EQ(lease->max_runs, 1000);
  EXPECT_EQ(lease->wait, 60'000);
  EXPECT_EQ(lease->session_id, "s");
  EXPECT_EQ(lease->worker, "w");
  request.mutable_wait()->set_seconds(61);
  EXPECT_EQ(Fault(ToLeaseRequest(request, "default")), "FIELD_OUT_OF_RANGE wait");
  request.clear_wait();
  request.set_max_runs(-1);
  EXPECT_EQ(Fault(ToLeaseRequest(request, "default")), "FIELD_OUT_OF_RANGE max_runs");
  request.clear_queues();
  EXPECT_EQ(Fault(ToLeaseRequest(request, "default")), "FIELD_REQUIRED queues");
}

TEST(WorkerConverterTest, ConvertsACompleteRequest) {
  v1::CompleteRunsRequest request;
  EXPECT_EQ(Fault(ToCompleteRequest(request, "default")), "FIELD_REQUIRED session_id");
  request.set_session_id("s");
  *request.add_results() = ValidResult();
  RunRefToProto({kKey, 8}, request.add_extend());
  const auto complete = ToCompleteRequest(request, "default");
  ASSERT_TRUE(complete.ok());
  EXPECT_EQ(complete->session_id, "s");
  ASSERT_EQ(complete->outcomes.size(), 1);
  ASSERT_EQ(complete->extend.size(), 1);
  EXPECT_EQ(complete->extend[0].token, 8);
}

TEST(WorkerConverterTest, WritesWhatTheHubSays) {
  v1::WorkResponse response;
  dispatch::WorkerWelcome welcome;
  welcome.session_id = "s";
  welcome.lease = 1500;
  welcome.kept = {{kKey, 7}};
  ASSERT_TRUE(WorkerWriteToProto(welcome, &response));
  EXPECT_EQ(response.welcome().session_id(), "s");
  EXPECT_EQ(response.welcome().lease().nanos(), 500'000'000);
  EXPECT_EQ(response.welcome().kept(0).run_id(), core::FormatRunId(kKey));

  dispatch::WorkerAck ack;
  ack.acked_through = 9;
  ack.refused = {{{kKey, 7}, "STALE_TOKEN"}};
  ASSERT_TRUE(WorkerWriteToProto(ack, &response));
  EXPECT_EQ(response.acks().acked_through(), 9);
  EXPECT_EQ(response.acks().refused(0).reason(), "STALE_TOKEN");
  EXPECT_EQ(response.acks().refused(0).run().token(), 7);

  ASSERT_TRUE(WorkerWriteToProto(dispatch::WorkerCancels{{{kKey, 7}}, "TIMEOUT"}, &response));
  EXPECT_EQ(response.cancels().reason(), "TIMEOUT");
  EXPECT_EQ(response.cancels().runs(0).token(), 7);

  ASSERT_TRUE(WorkerWriteToProto(dispatch::WorkerDrain{"bye"}, &response));
  EXPECT_EQ(response.drain().reason(), "bye");

  EXPECT_FALSE(WorkerWriteToProto(dispatch::WorkerDeliveries{}, &response));
  EXPECT_FALSE(WorkerWriteToProto(dispatch::WorkerEnd{}, &response));
  EXPECT_FALSE(WorkerWriteToProto(std::monostate(), &response));
}

}  // namespace
}  // namespace server
