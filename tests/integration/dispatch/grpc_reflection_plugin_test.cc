// Against the reflection that gRPC's own library serves (v1alpha in 1.51), in a process of its own,
// since the library then serves it from every server.
#include <string>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/grpc_executor.h"
#include "tests/support/attempts.h"
#include "tests/support/grpc_target_server.h"
#include <google/protobuf/descriptor.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>

namespace scheduler::dispatch {
namespace {

TEST(GrpcReflectionPluginTest, TheLibrarysReflectionIsUnderstood) {
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  support::GrpcTargetServer::Options options;
  options.v1 = false;
  const support::GrpcTargetServer server(options);
  base::SystemClock clock;
  const EgressPolicy egress = EgressPolicy::Create({}).value();
  GrpcExecutor executor(GrpcOptions(), &egress, &clock);
  core::GrpcTarget target;
  target.address = server.address();
  target.method = "support.v1.Target/Ping";
  target.message_json = R"({"order":5,"behaviour":{"replyBytes":3}})";
  const AttemptResult result = support::Attempt(&executor, support::ClaimedRunOf(target)).Wait();
  ASSERT_EQ(support::CodeOf(result), "COMPLETED") << result.error->message;
  EXPECT_EQ(result.output->output, R"({"pong":true,"text":"xxx"})");

  target.method = "support.v1.Target/Nope";
  EXPECT_EQ(support::CodeOf(support::Attempt(&executor, support::ClaimedRunOf(target, 2)).Wait()),
            "VALIDATION");
  target.method = "no.such.Service/Ping";
  EXPECT_EQ(support::CodeOf(support::Attempt(&executor, support::ClaimedRunOf(target, 3)).Wait()),
            "VALIDATION");
}

}  // namespace
}  // namespace scheduler::dispatch
