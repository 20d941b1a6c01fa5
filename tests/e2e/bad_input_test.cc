// What an expert will try, against a whole server: each call is refused with its code, reason and
// field, nothing is lost, and the process lives on. With DUCTAPE_JOBS_TEST_ADDRESS the server that
// listens there is taken, else one is started.

#include <cstdlib>
#include <future>
#include <memory>
#include <string>

#include "ductape/jobs/v1/admin.grpc.pb.h"
#include "ductape/jobs/v1/calendar.grpc.pb.h"
#include "ductape/jobs/v1/connection.grpc.pb.h"
#include "ductape/jobs/v1/event.grpc.pb.h"
#include "ductape/jobs/v1/job.grpc.pb.h"
#include "ductape/jobs/v1/run.grpc.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/e2e/bad_input_cases.h"
#include "tests/support/server_process.h"

namespace tests::e2e {
namespace {

namespace v1 = ductape::jobs::v1;

const char* CodeName(grpc::StatusCode code) {
  static constexpr const char* kNames[] = {"OK",
                                           "CANCELLED",
                                           "UNKNOWN",
                                           "INVALID_ARGUMENT",
                                           "DEADLINE_EXCEEDED",
                                           "NOT_FOUND",
                                           "ALREADY_EXISTS",
                                           "PERMISSION_DENIED",
                                           "RESOURCE_EXHAUSTED",
                                           "FAILED_PRECONDITION",
                                           "ABORTED",
                                           "OUT_OF_RANGE",
                                           "UNIMPLEMENTED",
                                           "INTERNAL",
                                           "UNAVAILABLE",
                                           "DATA_LOSS",
                                           "UNAUTHENTICATED"};
  return kNames[code];
}

// "CODE REASON field"; parts that the error does not have are left out.
std::string Outcome(const grpc::Status& status) {
  std::string text = CodeName(status.error_code());
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
  for (const auto& any : details.details()) {
    if (!any.UnpackTo(&info)) continue;
    text += " " + info.reason();
    EXPECT_EQ(info.domain(), "jobs.ductape");
  }
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&bad)) text += " " + bad.field_violations(0).field();
  }
  return text;
}

class BadInputTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const char* const address = std::getenv("DUCTAPE_JOBS_TEST_ADDRESS");
    std::string target = address == nullptr ? "" : address;
    if (address == nullptr) {
      server_ = new ServerProcess({"--secret-env-prefix", "A"});
      ASSERT_TRUE(server_->Start());
      target = server_->grpc_address();
    }
    target_ = new std::string(target);
    channel_ = new std::shared_ptr<grpc::Channel>(NewChannel());
    CreatePresent();
  }
  // With a connection of its own.
  static std::shared_ptr<grpc::Channel> NewChannel() {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(*target_, grpc::InsecureChannelCredentials(), arguments);
  }
  static void TearDownTestSuite() {
    if (server_ != nullptr) {
      EXPECT_TRUE(server_->alive());
      EXPECT_EQ(server_->Stop(SIGTERM), 0);
    }
    delete channel_;
    delete target_;
    delete server_;
  }

  // Text format takes any bytes for a string, and any number for an enum.
  static std::string Serialize(const std::string& method, const std::string& text) {
    const size_t slash = method.find('/');
    const auto* pool = google::protobuf::DescriptorPool::generated_pool();
    const auto* service = pool->FindServiceByName("ductape.jobs.v1." + method.substr(0, slash));
    const auto* rpc = service->FindMethodByName(method.substr(slash + 1));
    if (rpc == nullptr) return "";
    google::protobuf::DynamicMessageFactory factory;
    const std::unique_ptr<google::protobuf::Message> request(
        factory.GetPrototype(rpc->input_type())->New());
    // Merging lets what follows an abbreviation replace what stands in it.
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(Expand(text), request.get()))
        << text.substr(0, 200);
    return request->SerializeAsString();
  }

  static grpc::Status CallRaw(const std::string& method, const std::string& bytes,
                              grpc::ByteBuffer* response = nullptr) {
    grpc::GenericStub stub(*channel_);
    grpc::ClientContext context;
    grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer ignored;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, "/ductape.jobs.v1." + method, {}, &request,
                   response != nullptr ? response : &ignored,
                   [&done](grpc::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }
  static std::string Try(const std::string& method, const std::string& text) {
    return Outcome(CallRaw(method, Serialize(method, text)));
  }

  static void CreatePresent() {
    ASSERT_EQ(Try("ConnectionService/CreateConnection",
                  R"(connection { @CONNECTION@ tag: "present" @TOKEN(env_var: "A")@ })"),
              "OK");
    ASSERT_EQ(
        Try("EventService/CreateEvent",
            R"(event { @EVENT@ tag: "present" http { connection: "present" url: "http://127.0.0.1:9/" } })"),
        "OK");
    ASSERT_EQ(Try("CalendarService/CreateCalendar",
                  R"(calendar { product: "bad_input" tag: "present" yearly_dates: "12-25" })"),
              "OK");
    ASSERT_EQ(
        Try("JobService/CreateJob", R"(job { @JOB@ tag: "present" exclude_calendars: "present" })"),
        "OK");
    present_ = new v1::Job(Present());
  }
  static v1::Job Present() {
    v1::GetJobRequest request;
    request.set_product("bad_input");
    request.set_tag("present");
    grpc::ClientContext context;
    context.set_wait_for_ready(true);  // the last case may have cost the connection
    v1::Job job;
    const grpc::Status status = v1::JobService::NewStub(*channel_)->GetJob(&context, request, &job);
    EXPECT_TRUE(status.ok()) << status.error_code() << " " << status.error_message();
    return job;
  }
  // Nothing was lost and nothing slipped in.
  static void ExpectUnchanged() {
    EXPECT_EQ(Present().SerializeAsString(), present_->SerializeAsString());
    v1::ListJobsRequest request;
    request.set_product("bad_input");
    grpc::ClientContext context;
    v1::ListJobsResponse page;
    EXPECT_TRUE(v1::JobService::NewStub(*channel_)->ListJobs(&context, request, &page).ok());
    EXPECT_EQ(page.jobs_size(), 1);
    ExpectOneCalendar();
    ExpectOneConnection();
  }
  static void ExpectOneCalendar() {
    v1::ListCalendarsRequest request;
    request.set_product("bad_input");
    grpc::ClientContext context;
    v1::ListCalendarsResponse page;
    const auto stub = v1::CalendarService::NewStub(*channel_);
    EXPECT_TRUE(stub->ListCalendars(&context, request, &page).ok());
    ASSERT_EQ(page.calendars_size(), 1);
    EXPECT_EQ(page.calendars(0).generation(), 1);
    EXPECT_EQ(page.calendars(0).job_count(), 1);
  }

  static void ExpectOneConnection() {
    v1::ListConnectionsRequest request;
    request.set_product("bad_input");
    grpc::ClientContext context;
    v1::ListConnectionsResponse page;
    const auto stub = v1::ConnectionService::NewStub(*channel_);
    EXPECT_TRUE(stub->ListConnections(&context, request, &page).ok());
    ASSERT_EQ(page.connections_size(), 1);
    EXPECT_EQ(page.connections(0).generation(), 1);
    EXPECT_EQ(page.connections(0).event_count(), 1);
  }

  static ServerProcess* server_;
  static std::string* target_;
  static std::shared_ptr<grpc::Channel>* channel_;
  static v1::Job* present_;
};

ServerProcess* BadInputTest::server_ = nullptr;
std::string* BadInputTest::target_ = nullptr;
std::shared_ptr<grpc::Channel>* BadInputTest::channel_ = nullptr;
v1::Job* BadInputTest::present_ = nullptr;

TEST_F(BadInputTest, EveryCaseIsAnsweredAsTold) {
  for (const BadInputCase& bad : BadInputCases()) {
    EXPECT_EQ(Try(bad.method, bad.request), bad.expected) << bad.name;
    if (server_ != nullptr) {
      ASSERT_TRUE(server_->alive()) << bad.name;
    }
  }
  ExpectUnchanged();
}

TEST_F(BadInputTest, BytesThatAreNoMessage) {
  for (const std::string bytes : {"\xFF\xFF\xFF\xFF", "\x0A\x7F", "\x0B\x0B\x0B", "\x0A\x80\x80",
                                  "\x07", "\x0A\xFF\xFF\xFF\xFF\x0F"}) {
    EXPECT_EQ(Outcome(CallRaw("JobService/CreateJob", bytes)),
              "INVALID_ARGUMENT FIELD_INVALID request");
  }
  // Groups within groups, deeper than any stack.
  EXPECT_EQ(Outcome(CallRaw("JobService/CreateJob", std::string(900'000, '\x0B'))),
            "INVALID_ARGUMENT FIELD_INVALID request");
  // Fields that nobody knows are left out.
  EXPECT_EQ(Outcome(CallRaw("AdminService/GetServerInfo",
                            "\xFA\x7F\x03"
                            "abc")),
            "OK");
  ExpectUnchanged();
}

TEST_F(BadInputTest, MetadataBeyondItsBoundIsRefused) {
  grpc::ClientContext context;
  context.AddMetadata("x-large", std::string(20'000, 'a'));
  v1::GetServerInfoResponse info;
  // gRPC answers it by closing the connection, so it gets one of its own.
  const grpc::Status status =
      v1::AdminService::NewStub(NewChannel())->GetServerInfo(&context, {}, &info);
  EXPECT_FALSE(status.ok());
  ExpectUnchanged();
}

TEST_F(BadInputTest, ADeadlineThatIsOverEndsTheCall) {
  grpc::ClientContext context;
  context.set_deadline(gpr_time_0(GPR_CLOCK_REALTIME));
  v1::GetServerInfoResponse info;
  EXPECT_EQ(v1::AdminService::NewStub(*channel_)->GetServerInfo(&context, {}, &info).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  ExpectUnchanged();
}

TEST_F(BadInputTest, RequestIdsCannotBeReused) {
  const std::string create =
      R"(job { @JOB@ product: "reuse" tag: "a" event_tag: "e" } request_id: "id-1")";
  ASSERT_EQ(Try("EventService/CreateEvent",
                R"(event { product: "reuse" event_type: ACTION tag: "e" worker { } })"),
            "OK");
  ASSERT_EQ(Try("JobService/CreateJob", create), "OK");
  EXPECT_EQ(Try("JobService/CreateJob", create), "OK");  // a replay
  EXPECT_EQ(Try("JobService/CreateJob",
                R"(job { @JOB@ product: "reuse" tag: "b" event_tag: "e" } request_id: "id-1")"),
            "FAILED_PRECONDITION REQUEST_ID_REUSED");
  EXPECT_EQ(Try("JobService/PauseJob", R"(product: "reuse" tag: "a" request_id: "id-1")"),
            "FAILED_PRECONDITION REQUEST_ID_REUSED");
  EXPECT_EQ(Try("JobService/DeleteJob", R"(product: "reuse" tag: "a")"), "OK");
  EXPECT_EQ(Try("EventService/DeleteEvent", R"(product: "reuse" event_type: ACTION tag: "e")"),
            "OK");
}

// Products and tags are put together into keys: no text may reach into another product's.
TEST_F(BadInputTest, NamesThatLookLikeOnePath) {
  for (const char* names : {R"(product: "p" tag: "q:r")", R"(product: "p:q" tag: "r")",
                            R"(product: "p" tag: "q")", R"(product: "p:" tag: "q:r")"}) {
    const std::string event = std::string("event { event_type: ACTION ") + names + " worker { } }";
    EXPECT_EQ(Try("EventService/CreateEvent", event), "OK") << names;
  }
  for (const char* names : {R"(product: "p" tag: "q:r")", R"(product: "p:q" tag: "r")",
                            R"(product: "p" tag: "q")", R"(product: "p:" tag: "q:r")"}) {
    EXPECT_EQ(Try("EventService/DeleteEvent", std::string("event_type: ACTION ") + names), "OK");
    EXPECT_EQ(Try("EventService/DeleteEvent", std::string("event_type: ACTION ") + names),
              "NOT_FOUND EVENT_NOT_FOUND");
  }
}

TEST_F(BadInputTest, ATagThatIsMadeAgainInheritsNothing) {
  const std::string job = R"(job { @JOB@ tag: "again" })";
  grpc::ByteBuffer first;
  grpc::ByteBuffer second;
  const std::string bytes = Serialize("JobService/CreateJob", job);
  ASSERT_EQ(Outcome(CallRaw("JobService/CreateJob", bytes, &first)), "OK");
  ASSERT_EQ(Try("JobService/RunJob", R"(product: "bad_input" tag: "again")"), "OK");
  ASSERT_EQ(Try("JobService/DeleteJob", R"(product: "bad_input" tag: "again")"), "OK");
  EXPECT_EQ(Try("JobService/GetJob", R"(product: "bad_input" tag: "again")"),
            "NOT_FOUND JOB_NOT_FOUND");
  ASSERT_EQ(Outcome(CallRaw("JobService/CreateJob", bytes, &second)), "OK");
  v1::Job a;
  v1::Job b;
  grpc::SerializationTraits<v1::Job>::Deserialize(&first, &a);
  grpc::SerializationTraits<v1::Job>::Deserialize(&second, &b);
  EXPECT_NE(a.uid(), b.uid());
  EXPECT_EQ(b.execution_count(), 0);
  EXPECT_FALSE(b.has_last_run());
  ASSERT_EQ(Try("JobService/DeleteJob", R"(product: "bad_input" tag: "again")"), "OK");
  ExpectUnchanged();
}

}  // namespace
}  // namespace tests::e2e
