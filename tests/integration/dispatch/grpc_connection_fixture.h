#ifndef TESTS_INTEGRATION_DISPATCH_GRPC_CONNECTION_FIXTURE_H_
#define TESTS_INTEGRATION_DISPATCH_GRPC_CONNECTION_FIXTURE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/grpc_executor.h"
#include "tests/support/attempts.h"
#include "tests/support/connections.h"
#include "tests/support/grpc_target_server.h"

namespace scheduler::dispatch {

// Secrets whose names are what they hold, but for those that a test sets. Those in files are never at hand.
class SettableSecrets final : public secrets::SecretSource {
 public:
  void Set(const std::string& name, const std::string& text) {
    base::MutexLock lock(&mu_);
    texts_[name] = text;
  }
  absl::StatusOr<base::SecretText> Read(const core::ConnectionSpec& connection,
                                        const std::string& place,
                                        const core::Secret& secret) override {
    {
      base::MutexLock lock(&mu_);
      const auto found = texts_.find(secret.name);
      if (found != texts_.end()) return base::SecretText(found->second);
    }
    return plain_.Read(connection, place, secret);
  }
  bool IsAtHand(const core::Secret& secret) override { return plain_.IsAtHand(secret); }

 private:
  support::PlainSecrets plain_;
  base::Mutex mu_;
  std::map<std::string, std::string> texts_ ABSL_GUARDED_BY(mu_);
};

// An executor, the connection "shop" and an event's target that names it.
class GrpcConnectionFixture : public testing::Test {
 protected:
  GrpcConnectionFixture() {
    target_.connection = "shop";
    target_.method = "support.v1.Target/Ping";
  }
  ~GrpcConnectionFixture() override { executor_.Shutdown(); }

  static core::Secret File(const std::string& name) {
    return {core::Secret::Source::kFile, name, {}};
  }
  core::ClaimedRun RunOf(int64_t number = 1) {
    core::ClaimedRun run = support::ClaimedRunOf(target_, number);
    run.connections = {support::ConnectionOf("shop", settings_)};
    return run;
  }
  AttemptResult Run() { return support::Attempt(&executor_, RunOf()).Wait(); }
  AttemptResult Probe() {
    core::GrpcTarget target;
    target.connection = "shop";
    core::ClaimedRun run = support::ClaimedRunOf(target);
    run.connections = {support::ConnectionOf("shop", settings_)};
    run.probe = true;
    return support::Attempt(&executor_, std::move(run)).Wait();
  }
  // "COMPLETED", or the error's code and message.
  static std::string TextOf(const AttemptResult& result) {
    return support::CodeOf(result) + (result.error == nullptr ? "" : ": " + result.error->message);
  }

  core::GrpcSettings settings_;
  core::GrpcTarget target_;
  base::SystemClock clock_;
  SettableSecrets secrets_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  GrpcExecutor executor_{GrpcOptions(), &egress_, &clock_, &secrets_};
};

}  // namespace scheduler::dispatch

#endif  // TESTS_INTEGRATION_DISPATCH_GRPC_CONNECTION_FIXTURE_H_
