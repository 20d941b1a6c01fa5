#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/dispatch/egress_policy.h"
#include "scheduler/dispatch/grpc_executor.h"
#include "tests/conformance/executor/executor_suite.h"
#include "tests/support/grpc_target_server.h"
#include "tests/support/http_server.h"
#include "tests/support/tcp_relay.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

class GrpcBench final : public Bench {
 public:
  GrpcBench() {
    server_.OnCut([this] { relay_.Cut(); });
  }
  ~GrpcBench() override { executor_.Shutdown(); }

  dispatch::Executor* executor() override { return &executor_; }

  core::Target TargetOf(Scenario scenario) override {
    if (scenario == Scenario::kWrongKind) return core::HttpTarget();
    core::GrpcTarget target;
    target.address = AddressOf(scenario);
    target.method = "support.v1.Target/Ping";
    if (scenario != Scenario::kSuccess) {
      target.message_json = absl::StrCat("{\"behaviour\":{", BehaviourOf(scenario), "}}");
    }
    return target;
  }

  std::map<std::string, std::string> LastFields() override {
    return server_.calls().back().metadata;
  }
  std::string LastInput() override { return server_.calls().back().request_json; }
  size_t deliveries() override { return server_.call_count(); }

 private:
  std::string AddressOf(Scenario scenario) {
    switch (scenario) {
      case Scenario::kRefused:
        return absl::StrCat("127.0.0.1:", support::UnusedPort());
      case Scenario::kUnresolvable:
        return "no-such-host.invalid:443";
      case Scenario::kDenied:
        return "169.254.169.254:80";
      case Scenario::kMalformed:
        return "https://127.0.0.1/";
      default:
        return absl::StrCat("127.0.0.1:", relay_.port());
    }
  }

  static std::string Failing(grpc::StatusCode code) {
    return absl::StrCat("\"code\":", static_cast<int>(code), ",\"message\":\"as asked\"");
  }

  static std::string BehaviourOf(Scenario scenario) {
    switch (scenario) {
      case Scenario::kUnavailable:
        return Failing(grpc::StatusCode::UNAVAILABLE);
      case Scenario::kRateLimited:
        return Failing(grpc::StatusCode::RESOURCE_EXHAUSTED);
      case Scenario::kValidation:
        return Failing(grpc::StatusCode::INVALID_ARGUMENT);
      case Scenario::kNotFound:
        return Failing(grpc::StatusCode::NOT_FOUND);
      case Scenario::kUnauthenticated:
        return Failing(grpc::StatusCode::UNAUTHENTICATED);
      case Scenario::kForbidden:
        return Failing(grpc::StatusCode::PERMISSION_DENIED);
      case Scenario::kHang:
        return "\"hang\":true";
      case Scenario::kBreak:
        return "\"cut\":true";
      case Scenario::kHuge:
        return "\"replyBytes\":6000000";
      case Scenario::kHostileText:
        return "\"hostileMessage\":true";
      default:
        return "";
    }
  }

  scheduler::base::SystemClock clock_;
  const dispatch::EgressPolicy egress_ = dispatch::EgressPolicy::Create({}).value();
  support::GrpcTargetServer server_;
  support::TcpRelay relay_{server_.port()};
  dispatch::GrpcExecutor executor_{dispatch::GrpcOptions(), &egress_, &clock_};
};

INSTANTIATE_TEST_SUITE_P(Grpc, ExecutorSuite, testing::Values([]() -> std::unique_ptr<Bench> {
                           return std::make_unique<GrpcBench>();
                         }));

}  // namespace
}  // namespace conformance
