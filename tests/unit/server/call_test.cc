#include "server/call.h"

#include <future>
#include <string>
#include <thread>

#include "grpcpp/generic/generic_stub.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/log.h"
#include "tests/unit/server/grpc_fixture.h"

namespace server {
namespace {

namespace engine = scheduler::engine;
namespace v1 = ductape::jobs::v1;

v1::CreateJobRequest Request(const std::string& tag = "t") {
  v1::CreateJobRequest request;
  v1::Job* job = request.mutable_job();
  job->set_tag(tag);
  job->set_name("n");
  job->set_event_type(v1::Event::ACTION);
  job->set_event_tag("a");
  job->set_executions(0);
  job->set_intervals(1);
  return request;
}

class CallTest : public GrpcFixture {
 protected:
  using GrpcFixture::GrpcFixture;

  std::string Create(const std::string& tag = "t") {
    grpc::ClientContext context;
    v1::Job job;
    return Outcome(jobs_->CreateJob(&context, Request(tag), &job));
  }
  std::string Get() {
    grpc::ClientContext context;
    v1::GetJobRequest request;
    request.set_tag("t");
    v1::Job job;
    return Outcome(jobs_->GetJob(&context, request, &job));
  }
  std::string List() {
    grpc::ClientContext context;
    v1::ListJobsResponse response;
    return Outcome(jobs_->ListJobs(&context, {}, &response));
  }
  // A call that the engine does not answer yet.
  std::future<std::string> StartHeld(const std::string& tag) {
    engine_.Hold();
    const size_t held = engine_.held();
    auto result = std::async(std::launch::async, [this, tag] { return Create(tag); });
    while (engine_.held() == held) std::this_thread::yield();
    return result;
  }
  const CallStats& StatsOf(const std::string& name) {
    for (const auto& method : gate_.methods()) {
      if (method->name == name) return method->stats;
    }
    ADD_FAILURE() << name;
    return gate_.methods()[0]->stats;
  }
  // Sends bytes that no stub would.
  std::string CallRaw(const std::string& method, const std::string& bytes) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, method, {}, &request, &response,
                   [&done](grpc::Status status) { done.set_value(std::move(status)); });
    return Outcome(done.get_future().get());
  }
};

TEST_F(CallTest, PhasesDecideWhatIsServed) {
  ASSERT_EQ(Create(), "OK");
  gate_.SetPhase(CallGate::Phase::kStarting);
  EXPECT_EQ(Create(), "UNAVAILABLE RECOVERING");
  EXPECT_EQ(Get(), "UNAVAILABLE RECOVERING");
  gate_.SetPhase(CallGate::Phase::kDraining);
  EXPECT_EQ(Create(), "UNAVAILABLE DRAINING");
  EXPECT_EQ(Get(), "OK");
  EXPECT_EQ(List(), "OK");
  gate_.SetPhase(CallGate::Phase::kStopped);
  EXPECT_EQ(Get(), "UNAVAILABLE DRAINING");
}

TEST_F(CallTest, CountsWhatHappened) {
  Create();
  Create();
  EXPECT_EQ(StatsOf("CreateJob").started(), 2);
  EXPECT_EQ(StatsOf("CreateJob").of(grpc::StatusCode::OK).count, 1);
  EXPECT_EQ(StatsOf("CreateJob").of(grpc::StatusCode::ALREADY_EXISTS).count, 1);
}

TEST_F(CallTest, ACallWhoseTimeIsOverIsEndedAndItsAnswerDropped) {
  auto result = StartHeld("t");
  clock_.Advance(59'000);
  gate_.Expire();
  EXPECT_EQ(gate_.calls(), 1);
  clock_.Advance(2'000);
  gate_.Expire();
  EXPECT_EQ(result.get(), "DEADLINE_EXCEEDED DEADLINE_EXCEEDED");
  engine_.Release();  // too late
  EXPECT_EQ(StatsOf("CreateJob").of(grpc::StatusCode::DEADLINE_EXCEEDED).count, 1);
  EXPECT_EQ(StatsOf("CreateJob").of(grpc::StatusCode::OK).count, 0);
}

TEST_F(CallTest, TheEndOfTheServerEndsAllCalls) {
  auto a = StartHeld("a");
  auto b = StartHeld("b");
  gate_.FailAll(scheduler::base::errors::Draining());
  EXPECT_EQ(a.get(), "UNAVAILABLE DRAINING");
  EXPECT_EQ(b.get(), "UNAVAILABLE DRAINING");
  server_->Shutdown();  // returns
}

TEST_F(CallTest, ARunThatIsAskedForSaysByWhom) {
  ASSERT_EQ(Create(), "OK");
  const auto requested_by = [this](const std::string& forwarded) {
    grpc::ClientContext context;
    if (!forwarded.empty()) context.AddMetadata("x-forwarded-client-cert", forwarded);
    v1::RunJobRequest request;
    request.set_tag("t");
    v1::Run run;
    EXPECT_EQ(Outcome(jobs_->RunJob(&context, request, &run)), "OK");
    return run.requested_by();
  };
  EXPECT_EQ(requested_by(""), "");
  // The proxy shows no certificate here: its address stands for it, which in one process is none.
  EXPECT_THAT(requested_by("By=spiffe://td/jobs;URI=spiffe://td/billing"),
              testing::StartsWith("spiffe://td/billing by "));
}

TEST_F(CallTest, AReplyThatIsLostFailsTheCall) {
  engine::Reply<engine::JobView> kept;
  class Loser : public engine::FakeService {
   public:
    void GetJob(const std::string&, const std::string&, engine::Reply<engine::JobView>) override {}
  } loser;
  env_.service = &loser;
  EXPECT_EQ(Get(), "INTERNAL INTERNAL");
}

TEST_F(CallTest, ErrorsOfTheEngineArePassedOn) {
  engine_.SetError(scheduler::base::errors::DiskFull(1, 2));
  EXPECT_EQ(Create(), "RESOURCE_EXHAUSTED DISK_FULL");
  EXPECT_EQ(List(), "RESOURCE_EXHAUSTED DISK_FULL");
}

// The lines that calls write, at level debug.
class CallLogTest : public CallTest {
 protected:
  CallLogTest() { scheduler::base::SetLogLevel(scheduler::base::LogLevel::kDebug); }
  ~CallLogTest() override { scheduler::base::SetLogLevel(scheduler::base::LogLevel::kInfo); }

  // The line of one CreateJob with this request_id.
  nlohmann::json LineOf(const std::string& request_id, const std::string& forwarded = "") {
    grpc::ClientContext context;
    if (!forwarded.empty()) context.AddMetadata("x-forwarded-client-cert", forwarded);
    context.AddMetadata("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    v1::CreateJobRequest request = Request();
    request.set_request_id(request_id);
    v1::Job job;
    testing::internal::CaptureStderr();
    outcome_ = Outcome(jobs_->CreateJob(&context, request, &job));
    scheduler::base::FlushLog();
    return nlohmann::json::parse(testing::internal::GetCapturedStderr(), nullptr, false);
  }

  std::string outcome_;
};

TEST_F(CallLogTest, ALineSaysWhoAskedWhatAndHowItEnded) {
  const nlohmann::json line = LineOf("create-1");
  ASSERT_TRUE(line.is_object());
  EXPECT_EQ(line.value("level", ""), "debug");
  EXPECT_EQ(line.value("msg", ""), "call");
  EXPECT_EQ(line.value("grpc.method", ""), "ductape.jobs.v1.JobService/CreateJob");
  EXPECT_EQ(line.value("code", ""), "OK");
  EXPECT_EQ(line.value("duration", ""), "0.000000s");  // the clock stands
  EXPECT_EQ(line.value("request_id", ""), "create-1");
  EXPECT_EQ(line.value("trace_id", ""), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_NE(line.value("peer", ""), "");
  EXPECT_EQ(line.value("principal", "none"), "");
  EXPECT_EQ(line.value("forwarded", "none"), "");
}

TEST_F(CallLogTest, ALineSaysForWhomAProxyCalls) {
  const auto forwarded = [this](const std::string& header) {
    return LineOf("", header).value("forwarded", "none");
  };
  EXPECT_EQ(forwarded("By=spiffe://td/jobs;Hash=00;URI=spiffe://td/billing"),
            "spiffe://td/billing");
  EXPECT_EQ(forwarded("URI=spiffe://td/first,By=spiffe://td/jobs;URI=spiffe://td/last;Hash=00"),
            "spiffe://td/last");
  EXPECT_EQ(forwarded("Hash=00"), "");
  // What a caller sends itself is a hop before, or stands in quotes.
  EXPECT_EQ(forwarded("URI=spiffe://td/admin,By=spiffe://td/jobs;Hash=00"), "");
  EXPECT_EQ(forwarded(R"(Hash=00;Subject="CN=a\",;URI=spiffe://td/admin";URI=spiffe://td/billing)"),
            "spiffe://td/billing");
  EXPECT_EQ(forwarded("URI=" + std::string(4000, 'x')), std::string(2048, 'x'));
}

TEST_F(CallLogTest, ALineSaysHowLongItTook) {
  testing::internal::CaptureStderr();
  auto result = StartHeld("t");
  clock_.Advance(1'203);
  engine_.Release();
  EXPECT_EQ(result.get(), "OK");
  scheduler::base::FlushLog();
  const auto line = nlohmann::json::parse(testing::internal::GetCapturedStderr(), nullptr, false);
  EXPECT_EQ(line.value("duration", ""), "1.203000s");
}

TEST_F(CallLogTest, ARefusedRequestIdIsToldInPart) {
  const nlohmann::json line = LineOf(std::string(100'000, 'x'));
  EXPECT_EQ(outcome_, "INVALID_ARGUMENT FIELD_TOO_LARGE request_id");
  EXPECT_EQ(line.value("request_id", ""), std::string(128, 'x'));
  EXPECT_EQ(line.value("reason", ""), "FIELD_TOO_LARGE");
}

TEST_F(CallLogTest, ACallWithoutOneHasNone) {
  testing::internal::CaptureStderr();
  List();
  scheduler::base::FlushLog();
  const auto line = nlohmann::json::parse(testing::internal::GetCapturedStderr(), nullptr, false);
  EXPECT_EQ(line.value("request_id", "none"), "");
}

class SmallGateTest : public CallTest {
 protected:
  SmallGateTest() : CallTest(CallLimits{.max_calls = 1, .max_bytes = 1000}) {}
};

TEST_F(SmallGateTest, CallsInHandAreBounded) {
  auto result = StartHeld("a");
  EXPECT_EQ(Create("b"), "RESOURCE_EXHAUSTED OVERLOADED");
  engine_.Release();
  EXPECT_EQ(result.get(), "OK");
  while (gate_.calls() > 0) std::this_thread::yield();
  EXPECT_EQ(gate_.bytes(), 0);
  EXPECT_EQ(Create("c"), "OK");
}

TEST_F(SmallGateTest, BytesInHandAreBounded) {
  EXPECT_EQ(Create(std::string(2000, 'x')), "RESOURCE_EXHAUSTED OVERLOADED");
}

TEST_F(CallTest, BytesThatAreNoMessageAreInvalidArguments) {
  const std::string method = "/ductape.jobs.v1.JobService/CreateJob";
  EXPECT_EQ(CallRaw(method, "\xFF\xFF\xFF"), "INVALID_ARGUMENT FIELD_INVALID request");
  EXPECT_EQ(CallRaw(method, ""), "INVALID_ARGUMENT FIELD_REQUIRED job");
  // job { name: "\xFF" }
  EXPECT_EQ(CallRaw(method, "\x0A\x03\x1A\x01\xFF"), "INVALID_ARGUMENT FIELD_INVALID job.name");
  EXPECT_EQ(CallRaw("/ductape.jobs.v1.JobService/Nothing", ""), "UNIMPLEMENTED");
}

TEST_F(CallTest, DeepNestingIsToldByTheFieldOrRefused) {
  for (const int depth : {33, 100, 10'000}) {
    v1::CreateJobRequest request = Request();
    auto* object = request.mutable_job()->mutable_input();
    for (int i = 0; i < depth; ++i) {
      object = (*object->mutable_fields())["a"].mutable_struct_value();
    }
    grpc::ClientContext context;
    v1::Job job;
    EXPECT_EQ(Outcome(jobs_->CreateJob(&context, request, &job)),
              depth < 1000 ? "INVALID_ARGUMENT FIELD_INVALID job.input"
                           : "INVALID_ARGUMENT FIELD_INVALID request")
        << depth;
  }
}

TEST(RequestParserTest, FindsTheFirstTextThatIsNoUtf8) {
  const auto* type = v1::CreateJobRequest::descriptor();
  v1::CreateJobRequest request = Request();
  EXPECT_EQ(FindInvalidText(type, request.SerializeAsString()), "");
  // request_id, after a whole job.
  EXPECT_EQ(FindInvalidText(type, request.SerializeAsString() + "\x12\x02\xC3\x28"), "request_id");
  // job { labels { key: "k" value: "\xFF" } }
  EXPECT_EQ(FindInvalidText(type, std::string("\x0A\x09\xA2\x01\x06\x0A\x01k\x12\x01\xFF", 11)),
            "job.labels");
  EXPECT_EQ(FindInvalidText(type, "\x0A\x7F"), "");
  EXPECT_EQ(FindInvalidText(type, "\x0B"), "");
}

}  // namespace
}  // namespace server
