#include <map>
#include <memory>
#include <set>
#include <string>

#include "ductape/jobs/v1/job.pb.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpc/channelz/v1/channelz.grpc.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "scheduler/base/errors.h"
#include "server/system/channelz_handler.h"
#include "server/system/health_handler.h"
#include "server/system/reflection_handler.h"
#include "tests/support/manual_clock.h"

namespace server {
namespace {

namespace health = grpc::health::v1;
namespace reflection = grpc::reflection::v1;
using health::HealthCheckResponse;

constexpr char kJobService[] = "ductape.jobs.v1.JobService";

class SystemServicesTest : public testing::Test {
 protected:
  SystemServicesTest()
      : health_(&gate_, {kJobService}),
        v1_(MakeReflectionV1(&gate_, {kJobService, "grpc.health.v1.Health"})),
        v1alpha_(MakeReflectionV1Alpha(&gate_, {kJobService})),
        channelz_(MakeChannelz(&gate_, &pool_)) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&health_);
    builder.RegisterService(v1_.get());
    builder.RegisterService(v1alpha_.get());
    builder.RegisterService(channelz_.get());
    server_ = builder.BuildAndStart();
    channel_ = server_->InProcessChannel({});
  }
  ~SystemServicesTest() override {
    gate_.StopStreams(scheduler::base::errors::Draining());
    server_->Shutdown();
  }

  grpc::Status Check(const std::string& service, HealthCheckResponse* response) {
    health::HealthCheckRequest request;
    request.set_service(service);
    grpc::ClientContext context;
    return health::Health::NewStub(channel_)->Check(&context, request, response);
  }
  // The answer to one question.
  reflection::ServerReflectionResponse Ask(const reflection::ServerReflectionRequest& request) {
    grpc::ClientContext context;
    auto stream = reflection::ServerReflection::NewStub(channel_)->ServerReflectionInfo(&context);
    reflection::ServerReflectionResponse response;
    EXPECT_TRUE(stream->Write(request));
    EXPECT_TRUE(stream->Read(&response));
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
    return response;
  }

  scheduler::base::ManualClock clock_;
  CallGate gate_{&clock_, {}};
  WorkPool pool_{"pool", 1, 100};
  HealthHandler health_;
  std::unique_ptr<grpc::Service> v1_;
  std::unique_ptr<grpc::Service> v1alpha_;
  std::unique_ptr<grpc::Service> channelz_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(SystemServicesTest, HealthIsKnownByService) {
  HealthCheckResponse response;
  for (const bool serving : {false, true, false}) {
    health_.SetServing(serving);
    for (const char* service : {"", kJobService}) {
      ASSERT_TRUE(Check(service, &response).ok());
      EXPECT_EQ(response.status(),
                serving ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
    }
  }
  EXPECT_EQ(Check("nobody", &response).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(SystemServicesTest, WatchersAreToldOfChanges) {
  const auto stub = health::Health::NewStub(channel_);
  grpc::ClientContext context;
  auto stream = stub->Watch(&context, {});
  HealthCheckResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  health_.SetServing(true);
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  health_.SetServing(true);  // no change
  health_.SetServing(false);
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  gate_.StopStreams(scheduler::base::errors::Draining());
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(SystemServicesTest, WatchersThatGoLeaveNothing) {
  const auto stub = health::Health::NewStub(channel_);
  {
    grpc::ClientContext context;
    health::HealthCheckRequest request;
    request.set_service("nobody");
    auto stream = stub->Watch(&context, request);
    HealthCheckResponse response;
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.status(), HealthCheckResponse::SERVICE_UNKNOWN);
    context.TryCancel();
    stream->Finish();
  }
  while (gate_.streams() > 0) std::this_thread::yield();
}

TEST_F(SystemServicesTest, ReflectionListsServices) {
  reflection::ServerReflectionRequest request;
  request.set_list_services("*");
  std::set<std::string> names;
  const auto response = Ask(request);
  for (const auto& service : response.list_services_response().service()) {
    names.insert(service.name());
  }
  EXPECT_EQ(names, (std::set<std::string>{kJobService, "grpc.health.v1.Health"}));
}

TEST_F(SystemServicesTest, ReflectionGivesFilesWithTheirImports) {
  ductape::jobs::v1::Job job;  // links the descriptor
  for (const char* symbol : {kJobService, "ductape.jobs.v1.JobService.CreateJob",
                             "ductape.jobs.v1.Job", "grpc.health.v1.Health"}) {
    reflection::ServerReflectionRequest request;
    request.set_file_containing_symbol(symbol);
    const auto response = Ask(request);
    ASSERT_GT(response.file_descriptor_response().file_descriptor_proto_size(), 0) << symbol;
    std::set<std::string> files;
    std::set<std::string> imports;
    for (const auto& bytes : response.file_descriptor_response().file_descriptor_proto()) {
      google::protobuf::FileDescriptorProto file;
      ASSERT_TRUE(file.ParseFromString(bytes));
      files.insert(file.name());
      imports.insert(file.dependency().begin(), file.dependency().end());
    }
    for (const std::string& import : imports) EXPECT_EQ(files.count(import), 1u) << import;
  }
  reflection::ServerReflectionRequest by_name;
  by_name.set_file_by_filename("ductape/jobs/v1/job.proto");
  EXPECT_GT(Ask(by_name).file_descriptor_response().file_descriptor_proto_size(), 0);
}

TEST_F(SystemServicesTest, ReflectionTellsWhatItDoesNotKnow) {
  reflection::ServerReflectionRequest request;
  request.set_file_containing_symbol("no.Such");
  EXPECT_EQ(Ask(request).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  request.set_file_by_filename("../etc/passwd");
  EXPECT_EQ(Ask(request).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  request.mutable_file_containing_extension()->set_containing_type("no.Such");
  EXPECT_EQ(Ask(request).error_response().error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Ask({}).error_response().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(SystemServicesTest, ReflectionKnowsExtensions) {
  reflection::ServerReflectionRequest request;
  request.set_all_extension_numbers_of_type("google.protobuf.FieldOptions");
  const auto response = Ask(request);
  EXPECT_GT(response.all_extension_numbers_response().extension_number_size(), 0);
  request.mutable_file_containing_extension()->set_containing_type("google.protobuf.FieldOptions");
  request.mutable_file_containing_extension()->set_extension_number(
      response.all_extension_numbers_response().extension_number(0));
  EXPECT_GT(Ask(request).file_descriptor_response().file_descriptor_proto_size(), 0);
}

TEST_F(SystemServicesTest, MethodsSayWhetherTheyStream) {
  std::map<std::string, CallShape> shapes;
  for (const auto& method : gate_.methods()) shapes[method->name] = method->shape;
  EXPECT_EQ(shapes.at("Check"), CallShape::kUnary);
  EXPECT_EQ(shapes.at("Watch"), CallShape::kServerStream);
  EXPECT_EQ(shapes.at("ServerReflectionInfo"), CallShape::kBidiStream);
}

TEST_F(SystemServicesTest, ReflectionSpeaksV1AlphaToo) {
  namespace v1alpha = grpc::reflection::v1alpha;
  grpc::ClientContext context;
  auto stream = v1alpha::ServerReflection::NewStub(channel_)->ServerReflectionInfo(&context);
  v1alpha::ServerReflectionRequest request;
  request.set_list_services("*");
  v1alpha::ServerReflectionResponse response;
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.list_services_response().service(0).name(), kJobService);
}

TEST_F(SystemServicesTest, ChannelzShowsThisServer) {
  namespace channelz = grpc::channelz::v1;
  const auto stub = channelz::Channelz::NewStub(channel_);
  grpc::ClientContext c1;
  channelz::GetServersResponse servers;
  ASSERT_TRUE(stub->GetServers(&c1, {}, &servers).ok());
  EXPECT_GE(servers.server_size(), 1);
  grpc::ClientContext c2;
  channelz::GetSocketRequest request;
  request.set_socket_id(999'999);
  channelz::GetSocketResponse socket;
  EXPECT_EQ(stub->GetSocket(&c2, request, &socket).error_code(), grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace server
