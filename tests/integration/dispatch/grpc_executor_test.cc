#include "scheduler/dispatch/grpc_executor.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/failure.h"
#include "tests/support/attempts.h"
#include "tests/support/certificates.h"
#include "tests/support/child_process.h"
#include "tests/support/grpc_target_server.h"
#include "tests/support/http_server.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;
using support::Attempt;
using support::ClaimedRunOf;
using support::CodeOf;
using support::GrpcTargetServer;

class GrpcExecutorTest : public testing::Test {
 protected:
  explicit GrpcExecutorTest(const EgressOptions& egress = {}, const GrpcOptions& options = {})
      : egress_(EgressPolicy::Create(egress).value()), executor_(options, &egress_, &clock_) {}

  static core::GrpcTarget Target(const std::string& address, const std::string& message = "") {
    core::GrpcTarget target;
    target.address = address;
    target.method = "support.v1.Target/Ping";
    target.message_json = message;
    return target;
  }
  AttemptResult Run(const core::GrpcTarget& target) {
    return Attempt(&executor_, ClaimedRunOf(target)).Wait();
  }

  base::SystemClock clock_;
  const EgressPolicy egress_;
  GrpcExecutor executor_;
};

TEST_F(GrpcExecutorTest, SpeaksTheJsonMapping) {
  GrpcTargetServer server;
  const AttemptResult result =
      Run(Target(server.address(),
                 R"({"order":3,"at":"2025-01-02T03:04:05.678Z","options":{"a":[1,"x",null]}})"));
  ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message;
  EXPECT_EQ(result.output->output, R"({"pong":true,"at":"2025-01-02T03:04:05.678Z"})");
  EXPECT_EQ(server.calls().at(0).request_json,
            R"({"order":3,"options":{"a":[1,"x",null]},"at":"2025-01-02T03:04:05.678Z"})");
}

TEST_F(GrpcExecutorTest, OwnMessageGoesBeforeTheInputAndNoneIsEmpty) {
  GrpcTargetServer server;
  core::ClaimedRun run = ClaimedRunOf(Target(server.address(), R"({"order":1})"));
  run.input_json = R"({"order":2})";
  EXPECT_EQ(CodeOf(Attempt(&executor_, run).Wait()), "COMPLETED");
  EXPECT_EQ(CodeOf(Run(Target(server.address()))), "COMPLETED");
  EXPECT_EQ(server.calls().at(0).request_json, R"({"order":1})");
  EXPECT_EQ(server.calls().at(1).request_json, "{}");
}

TEST_F(GrpcExecutorTest, FillsInTemplates) {
  GrpcTargetServer server;
  core::GrpcTarget target =
      Target(server.address(),
             R"({"order":"{{n}}","options":{"a":"{{#items}}{{.}};{{/items}}{{note}}"}})");
  target.metadata = {{"x-job", "{{job.tag}}/{{n}}"}};
  core::ClaimedRun run = ClaimedRunOf(target);
  run.input_json = R"({"n":3,"items":["x","y"],"note":"\"q\"\n"})";
  const AttemptResult result = Attempt(&executor_, run).Wait();
  ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message;
  auto call = server.calls().at(0);
  EXPECT_EQ(call.request_json, R"({"order":3,"options":{"a":"x;y;\"q\"\n"}})");
  EXPECT_EQ(call.metadata["x-job"], "example_job/3");

  run.input_json = R"({"n":3})";
  const AttemptResult failed = Attempt(&executor_, run).Wait();
  EXPECT_EQ(CodeOf(failed), failure::kValidation);
  EXPECT_NE(failed.error->message.find("the template of message: at character 60, \"note\""),
            std::string::npos)
      << failed.error->message;
  EXPECT_EQ(server.calls().size(), 1u);
}

TEST_F(GrpcExecutorTest, SendsMetadataAndTheNameAsAuthority) {
  GrpcTargetServer server;
  core::GrpcTarget target = Target(absl::StrCat("localhost:", server.port()));
  target.metadata = {{"authorization", "Bearer token"}, {"x-mine", "yes"}};
  const AttemptResult result = Run(target);
  ASSERT_EQ(CodeOf(result), "COMPLETED") << result.error->message;
  auto call = server.calls().at(0);
  EXPECT_EQ(call.metadata["authorization"], "Bearer token");
  EXPECT_EQ(call.metadata["x-mine"], "yes");
  EXPECT_EQ(call.metadata["user-agent"].rfind("ductape-jobs/", 0), 0u);
  EXPECT_EQ(call.authority, target.address);
}

TEST_F(GrpcExecutorTest, BadTargetsFailValidationWithoutACall) {
  GrpcTargetServer server;
  std::vector<core::GrpcTarget> bad(6, Target(server.address()));
  bad[0].metadata = {{"Upper", "x"}};
  bad[1].metadata = {{"x", "line\nbreak"}};
  bad[2].metadata = {{"ductape-job", "other"}};
  bad[3].method = "support.v1.Target";
  bad[4].address = "unix:/tmp/x";
  bad[5].message_json = R"({"noSuchField":1})";
  for (const core::GrpcTarget& target : bad) {
    EXPECT_EQ(CodeOf(Run(target)), failure::kValidation);
  }
  EXPECT_EQ(server.call_count(), 0u);
}

TEST_F(GrpcExecutorTest, UnknownAndStreamingMethodsFailValidation) {
  GrpcTargetServer server;
  const std::pair<const char*, const char*> expected[] = {
      {"support.v1.Target/Nope", "the target's service support.v1.Target has no method Nope"},
      {"support.v1.Nothing/Ping", "the target has no service support.v1.Nothing"},
      {"support.v1.Target/ServerStream",
       "the method ServerStream is streaming; only unary methods can be called"},
      {"support.v1.Target/ClientStream",
       "the method ClientStream is streaming; only unary methods can be called"},
      {"support.v1.Target/BothStream",
       "the method BothStream is streaming; only unary methods can be called"},
  };
  for (const auto& [method, message] : expected) {
    core::GrpcTarget target = Target(server.address());
    target.method = method;
    const AttemptResult result = Run(target);
    EXPECT_EQ(CodeOf(result), failure::kValidation);
    EXPECT_EQ(result.error->message, message);
  }
}

TEST_F(GrpcExecutorTest, AsksForTypesOnceAndForImportsOneByOne) {
  GrpcTargetServer server;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(CodeOf(Run(Target(server.address()))), "COMPLETED");
  // The file of the service and its one import that is not of google.protobuf.
  EXPECT_EQ(server.reflection_requests(), 2);
}

TEST_F(GrpcExecutorTest, AttemptsThatStartTogetherShareTheReflection) {
  GrpcTargetServer server;
  std::vector<std::unique_ptr<Attempt>> attempts;
  for (int i = 1; i <= 50; ++i) {
    attempts.push_back(
        std::make_unique<Attempt>(&executor_, ClaimedRunOf(Target(server.address()), i)));
  }
  for (const auto& attempt : attempts) EXPECT_EQ(CodeOf(attempt->Wait()), "COMPLETED");
  EXPECT_EQ(server.reflection_requests(), 2);
}

TEST_F(GrpcExecutorTest, OlderReflectionIsAskedWhereTheNewerIsMissing) {
  GrpcTargetServer::Options options;
  options.v1 = false;
  options.v1alpha = true;
  GrpcTargetServer server(options);
  EXPECT_EQ(CodeOf(Run(Target(server.address()))), "COMPLETED");
}

TEST_F(GrpcExecutorTest, WithoutReflectionItFailsValidation) {
  GrpcTargetServer::Options options;
  options.v1 = false;
  GrpcTargetServer server(options);
  const AttemptResult result = Run(Target(server.address()));
  EXPECT_EQ(CodeOf(result), failure::kValidation);
  EXPECT_EQ(result.error->message,
            "the target does not serve reflection (v1 or v1alpha), which tells its methods and "
            "types");
}

TEST_F(GrpcExecutorTest, PushbackIsPassedOnHoweverLong) {
  GrpcTargetServer server;
  const auto run = [&](const std::string& pushback) {
    return Run(Target(server.address(),
                      absl::StrCat(R"({"behaviour":{"code":14,"pushback":")", pushback, R"("}})")))
        .retry_after;
  };
  EXPECT_EQ(run("1500"), 1500);
  EXPECT_EQ(run("9999999999999999"), 36'500 * base::kDay);
  EXPECT_FALSE(run("-1").has_value());
  EXPECT_FALSE(run("soon").has_value());
  EXPECT_FALSE(run("").has_value());
}

TEST_F(GrpcExecutorTest, ReflectionThatHangsTimesOutAndHoldsNobodyElse) {
  GrpcTargetServer::Options options;
  options.reflection = [](const auto&, auto*) { return false; };
  GrpcTargetServer hanging(options);
  GrpcTargetServer good;
  core::ClaimedRun run = ClaimedRunOf(Target(hanging.address()));
  run.attempt_timeout = 300;
  Attempt late(&executor_, run);
  EXPECT_EQ(CodeOf(Run(Target(good.address()))), "COMPLETED");
  EXPECT_EQ(CodeOf(late.Wait()), failure::kTimeout);
}

TEST_F(GrpcExecutorTest, CancelWhilePreparingEndsAtOnce) {
  GrpcTargetServer::Options options;
  options.reflection = [](const auto&, auto*) { return false; };
  GrpcTargetServer hanging(options);
  Attempt attempt(&executor_, ClaimedRunOf(Target(hanging.address())));
  while (hanging.reflection_requests() == 0) std::this_thread::yield();
  executor_.Cancel(attempt.ref());
  EXPECT_EQ(CodeOf(attempt.Wait()), "CANCELLED");
}

TEST_F(GrpcExecutorTest, AChangedServiceIsLearnedAnew) {
  GrpcTargetServer server;
  // At first the target tells a Ping whose request has no `order`.
  server.SetReflection([](const GrpcTargetServer::ReflectionRequest& request,
                          GrpcTargetServer::ReflectionResponse* response) {
    GrpcTargetServer::HonestReflection(request, response);
    auto* files = response->mutable_file_descriptor_response()->mutable_file_descriptor_proto();
    google::protobuf::FileDescriptorProto file;
    EXPECT_TRUE(file.ParseFromString(files->at(0)));
    if (file.name() == "support/v1/target.proto") {
      file.mutable_message_type(0)->mutable_field()->DeleteSubrange(0, 1);
    }
    *files->Mutable(0) = file.SerializeAsString();
    return true;
  });
  EXPECT_EQ(CodeOf(Run(Target(server.address()))), "COMPLETED");
  const core::GrpcTarget target = Target(server.address(), R"({"order":1})");
  EXPECT_EQ(CodeOf(Run(target)), failure::kValidation);
  server.SetReflection(&GrpcTargetServer::HonestReflection);
  EXPECT_EQ(CodeOf(Run(target)), "COMPLETED");
}

TEST_F(GrpcExecutorTest, LyingReflectionIsBounded) {
  using Request = GrpcTargetServer::ReflectionRequest;
  using Response = GrpcTargetServer::ReflectionResponse;
  const GrpcTargetServer::Reflection lies[] = {
      // Nothing at all, nonsense, and an error without a code.
      [](const Request&, Response*) { return true; },
      [](const Request&, Response* response) {
        response->mutable_file_descriptor_response()->add_file_descriptor_proto("\xff\xff\xff");
        return true;
      },
      [](const Request&, Response* response) {
        response->mutable_error_response()->set_error_message("no");
        return true;
      },
      // Files that import ever new files.
      [](const Request& request, Response* response) {
        google::protobuf::FileDescriptorProto file;
        file.set_name(request.file_by_filename() + "x");
        file.add_dependency(file.name() + "x");
        response->mutable_file_descriptor_response()->add_file_descriptor_proto(
            file.SerializeAsString());
        return true;
      },
      // Always the same file, whatever is asked.
      [](const Request&, Response* response) {
        google::protobuf::FileDescriptorProto file;
        file.set_name("same.proto");
        file.add_dependency("other.proto");
        response->mutable_file_descriptor_response()->add_file_descriptor_proto(
            file.SerializeAsString());
        return true;
      },
      // Two megabytes.
      [](const Request&, Response* response) {
        google::protobuf::FileDescriptorProto file;
        file.set_name(std::string(2'000'000, 'x'));
        response->mutable_file_descriptor_response()->add_file_descriptor_proto(
            file.SerializeAsString());
        return true;
      },
      // Another service than was asked for.
      [](const Request&, Response* response) {
        google::protobuf::FileDescriptorProto file;
        file.set_name("empty.proto");
        response->mutable_file_descriptor_response()->add_file_descriptor_proto(
            file.SerializeAsString());
        return true;
      },
  };
  for (const auto& lie : lies) {
    GrpcTargetServer::Options options;
    options.reflection = lie;
    GrpcTargetServer server(options);
    const AttemptResult result = Run(Target(server.address()));
    ASSERT_NE(result.error, nullptr);
    EXPECT_FALSE(result.error->message.empty());
    EXPECT_EQ(server.call_count(), 0u);
  }
}

TEST_F(GrpcExecutorTest, ATargetThatComesBackIsFoundAgain) {
  auto server = std::make_unique<GrpcTargetServer>();
  GrpcTargetServer::Options options;
  options.port = server->port();
  const core::GrpcTarget target = Target(server->address());
  EXPECT_EQ(CodeOf(Run(target)), "COMPLETED");
  server.reset();
  EXPECT_EQ(CodeOf(Run(target)), failure::kConnection);
  server = std::make_unique<GrpcTargetServer>(options);
  AttemptResult result = Run(target);
  while (CodeOf(result) == failure::kConnection) result = Run(target);
  EXPECT_EQ(CodeOf(result), "COMPLETED");
}

TEST_F(GrpcExecutorTest, AnHttpServerIsNoGrpcTarget) {
  support::HttpServer server([](const support::HttpServerRequest&) {
    support::HttpServerAnswer answer;
    answer.kind = support::HttpServerAnswer::Kind::kRaw;
    answer.body = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    return answer;
  });
  const AttemptResult result = Run(Target(absl::StrCat("127.0.0.1:", server.port())));
  ASSERT_NE(result.error, nullptr);
  EXPECT_TRUE(failure::IsRetryableClass(result.error->code)) << result.error->message;
}

class GrpcEgressTest : public GrpcExecutorTest {
 protected:
  GrpcEgressTest() : GrpcExecutorTest({.allow_loopback = false, .allow = {}, .deny = {"*:25"}}) {}
};

TEST_F(GrpcEgressTest, NoNotationGoesAroundThePolicy) {
  GrpcTargetServer server;
  for (const char* host : {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]",
                           "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "0.0.0.0", "[::]"}) {
    const AttemptResult result = Run(Target(absl::StrCat(host, ":", server.port())));
    EXPECT_EQ(CodeOf(result), failure::kEgressDenied) << host << ": " << result.error->message;
  }
  EXPECT_EQ(CodeOf(Run(Target("192.0.2.1:25"))), failure::kEgressDenied);
  EXPECT_EQ(server.reflection_requests(), 0);
}

class GrpcTlsTest : public testing::Test {
 protected:
  void SetUp() override {
    good_ = support::MakeCertificate(dir_, "good", "DNS:localhost,IP:127.0.0.1");
    other_ = support::MakeCertificate(dir_, "other", "DNS:elsewhere.example");
    ASSERT_FALSE(good_.certificate_file.empty());
    ASSERT_FALSE(other_.certificate_file.empty());
  }

  AttemptResult Call(const std::string& ca_file, const std::string& address) {
    GrpcOptions options;
    options.ca_file = ca_file;
    GrpcExecutor executor(options, &egress_, &clock_);
    core::GrpcTarget target;
    target.address = address;
    target.method = "support.v1.Target/Ping";
    return Attempt(&executor, ClaimedRunOf(target)).Wait();
  }
  static std::unique_ptr<GrpcTargetServer> Serve(const support::Certificate& certificate) {
    GrpcTargetServer::Options options;
    options.certificate_file = certificate.certificate_file;
    options.key_file = certificate.key_file;
    return std::make_unique<GrpcTargetServer>(options);
  }

  const support::TempDir dir_;
  support::Certificate good_;
  support::Certificate other_;
  base::SystemClock clock_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
};

TEST_F(GrpcTlsTest, ACertificateOfAKnownAuthorityForTheNameIsAccepted) {
  const auto server = Serve(good_);
  const AttemptResult result =
      Call(good_.certificate_file, absl::StrCat("grpcs://localhost:", server->port()));
  EXPECT_EQ(CodeOf(result), "COMPLETED") << result.error->message;
}

TEST_F(GrpcTlsTest, EveryOtherCertificateIsRefused) {
  const auto server = Serve(good_);
  const std::string address = absl::StrCat("grpcs://localhost:", server->port());
  EXPECT_EQ(CodeOf(Call(other_.certificate_file, address)), failure::kConnection);
  EXPECT_EQ(CodeOf(Call("", address)), failure::kConnection);  // the system's authorities
  EXPECT_EQ(CodeOf(Call(dir_.File("missing.pem"), address)), failure::kConnection);
  const auto elsewhere = Serve(other_);
  EXPECT_EQ(
      CodeOf(Call(other_.certificate_file, absl::StrCat("grpcs://localhost:", elsewhere->port()))),
      failure::kConnection);
  EXPECT_EQ(server->call_count() + elsewhere->call_count(), 0u);
}

TEST_F(GrpcTlsTest, PlaintextAndTlsDoNotMix) {
  const auto tls = Serve(good_);
  EXPECT_EQ(CodeOf(Call("", absl::StrCat("127.0.0.1:", tls->port()))), failure::kConnection);
  GrpcTargetServer plain;
  EXPECT_EQ(CodeOf(Call(good_.certificate_file, absl::StrCat("grpcs://", plain.address()))),
            failure::kConnection);
}

}  // namespace
}  // namespace scheduler::dispatch
