// Tests of gRPC connections (ClaimedRun::probe).

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "tests/integration/dispatch/grpc_connection_fixture.h"
#include "tests/support/child_process.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using support::CodeOf;
using support::GrpcTargetServer;
using support::PlainSecret;

class GrpcProbeTest : public GrpcConnectionFixture {};

TEST_F(GrpcProbeTest, TellsTheServices) {
  GrpcTargetServer::Options options;
  options.guard = [](const GrpcTargetServer::Metadata& metadata) {
    const bool known = metadata.count("authorization") == 1;
    return known ? grpc::Status::OK : grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "who?");
  };
  const GrpcTargetServer server(options);
  settings_.address = server.address();
  EXPECT_EQ(TextOf(Probe()), "UNAUTHENTICATED: gRPC status 16: who?");
  settings_.auth = core::BearerAuth{PlainSecret("hunter2")};
  const AttemptResult result = Probe();
  ASSERT_EQ(TextOf(result), "COMPLETED");
  EXPECT_EQ(result.output->output,
            "2 services: grpc.reflection.v1.ServerReflection, support.v1.Target");
  EXPECT_EQ(server.call_count(), 0u);
}

TEST_F(GrpcProbeTest, TellsNoMoreThanAReaderTakesIn) {
  GrpcTargetServer::Options options;
  options.reflection = [](const GrpcTargetServer::ReflectionRequest& /*request*/,
                          GrpcTargetServer::ReflectionResponse* response) {
    for (int i = 0; i < 1000; ++i) {
      response->mutable_list_services_response()->add_service()->set_name("a.B" +
                                                                          std::to_string(i));
    }
    return true;
  };
  const GrpcTargetServer server(options);
  settings_.address = server.address();
  const AttemptResult result = Probe();
  ASSERT_EQ(TextOf(result), "COMPLETED");
  EXPECT_THAT(result.output->output, testing::StartsWith("1000 services: a.B0, a.B1, "));
  EXPECT_THAT(result.output->output, testing::EndsWith(", a.B19, …"));
}

TEST_F(GrpcProbeTest, AsksTheOlderReflectionWhereThereIsNoNewer) {
  GrpcTargetServer::Options options;
  options.v1 = false;
  options.v1alpha = true;
  const GrpcTargetServer server(options);
  settings_.address = server.address();
  EXPECT_EQ(TextOf(Probe()), "COMPLETED");
}

TEST_F(GrpcProbeTest, NeedsReflection) {
  GrpcTargetServer::Options options;
  options.v1 = false;
  const GrpcTargetServer server(options);
  settings_.address = server.address();
  EXPECT_EQ(TextOf(Probe()),
            "VALIDATION: the target does not serve reflection (v1 or v1alpha), which tells its "
            "methods and types");
}

// A channel that runs have kept says nothing of whether one can be had.
TEST_F(GrpcProbeTest, ConnectsAnew) {
  auto server = std::make_unique<GrpcTargetServer>();
  settings_.address = server->address();
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
  const int asked = server->reflection_requests();
  EXPECT_EQ(TextOf(Probe()), "COMPLETED");
  EXPECT_EQ(TextOf(Run()), "COMPLETED");
  EXPECT_EQ(server->reflection_requests(), asked + 1);  // the test's; runs kept their types
  server.reset();
  EXPECT_EQ(CodeOf(Probe()), failure::kConnection);
}

TEST_F(GrpcProbeTest, FailsAsItsClassSays) {
  GrpcTargetServer::Options options;
  options.guard = [](const GrpcTargetServer::Metadata& /*metadata*/) {
    return grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "not you");
  };
  const GrpcTargetServer server(options);
  settings_.address = server.address();
  EXPECT_EQ(TextOf(Probe()), "FORBIDDEN: gRPC status 7: not you");
  settings_.address = "127.0.0.1:" + std::to_string(support::UnusedPort());
  EXPECT_EQ(CodeOf(Probe()), failure::kConnection);
  settings_.auth = core::BearerAuth{PlainSecret("gone")};
  EXPECT_EQ(CodeOf(Probe()), failure::kSecretUnavailable);
}

}  // namespace
}  // namespace scheduler::dispatch
