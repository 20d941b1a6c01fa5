#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "scheduler/dispatch/grpc_executor.h"
#include "tests/conformance/faults/fault_suite.h"
#include "tests/support/attempts.h"
#include "tests/support/grpc_target_server.h"

namespace conformance {
namespace {

namespace core = scheduler::core;
namespace dispatch = scheduler::dispatch;

constexpr char kGood[] = "the-good-token";

std::unique_ptr<support::GrpcTargetServer> NewServer() {
  support::GrpcTargetServer::Options options;
  options.guard = [](const support::GrpcTargetServer::Metadata& metadata) {
    const auto found = metadata.find("authorization");
    const bool known = found != metadata.end() && found->second == absl::StrCat("Bearer ", kGood);
    return known ? grpc::Status::OK : grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "who");
  };
  return std::make_unique<support::GrpcTargetServer>(options);
}

class GrpcBench final : public FaultBenchBase {
 public:
  std::string kind() const override { return "grpc"; }
  dispatch::Executor* executor() override { return &executor_; }
  support::FaultRelay* relay() override { return &relay_; }
  void KillServer() override { server_.reset(); }
  void StartServer() override {
    server_ = NewServer();
    relay_.ServeFrom(server_->port());
  }
  bool rests() const override { return true; }
  std::string Lacks(const std::string& fault) const override {
    return fault == fault::kRedirect ? "its protocol has no redirects" : "";
  }
  // A frame's head, before which nothing is an answer.
  size_t bytes_of_half() const override { return 9; }

  core::ClaimedRun RunTo(const std::string& address, Wish wish) override {
    core::GrpcSettings settings;
    settings.address = absl::StrCat(wish == Wish::kTls ? "grpcs://" : "", address);
    const bool wrong = wish == Wish::kWrongCredentials;
    settings.auth = core::BearerAuth{support::PlainSecret(wrong ? "wrong" : kGood)};
    core::GrpcTarget target;
    target.connection = absl::StrCat(address, static_cast<int>(wish));
    target.method = "support.v1.Target/Ping";
    if (wish == Wish::kOversize) target.message_json = R"({"behaviour":{"replyBytes":6000000}})";
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf(target.connection, settings)};
    return run;
  }

 private:
  std::unique_ptr<support::GrpcTargetServer> server_ = NewServer();
  support::FaultRelay relay_{server_->port()};
  dispatch::GrpcExecutor executor_{dispatch::GrpcOptions(), &egress_, &clock_, &secrets_};
};

INSTANTIATE_TEST_SUITE_P(Grpc, FaultSuite, testing::Values(&MakeFaultBench<GrpcBench>));

}  // namespace
}  // namespace conformance
