#ifndef TESTS_INTEGRATION_DISPATCH_BROKER_BROKER_FIXTURE_H_
#define TESTS_INTEGRATION_DISPATCH_BROKER_BROKER_FIXTURE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "scheduler/base/clock.h"
#include "scheduler/core/ids.h"
#include "scheduler/dispatch/broker/broker_executor.h"
#include "tests/support/attempts.h"
#include "tests/support/broker_servers.h"
#include "tests/support/connections.h"
#include "tests/support/eventually.h"

namespace scheduler::dispatch {

// An executor and the connection "broker", for tests with a real broker.
class BrokerFixture : public testing::Test {
 protected:
  using Kind = core::BrokerTarget::DestinationKind;

  ~BrokerFixture() override { executor_.Shutdown(); }

  static core::BrokerTarget To(Kind kind, const std::string& destination,
                               const std::string& body = "") {
    core::BrokerTarget target;
    target.connection = "broker";
    target.destination_kind = kind;
    target.destination = destination;
    target.body = body;
    return target;
  }

  core::ClaimedRun ClaimOf(const core::BrokerTarget& target, const core::Settings& settings,
                           int64_t number = 1) {
    if (!(settings == settings_before_)) {
      settings_before_ = settings;
      ++generation_;
    }
    core::ClaimedRun run = support::ClaimedRunOf(target, number);
    run.connections = {support::ConnectionOf("broker", settings, generation_)};
    return run;
  }

  std::unique_ptr<support::Attempt> Begin(core::ClaimedRun run) {
    return std::make_unique<support::Attempt>(&executor_, std::move(run));
  }
  AttemptResult Run(const core::BrokerTarget& target, const core::Settings& settings,
                    int64_t number = 1) {
    return Begin(ClaimOf(target, settings, number))->Wait();
  }

  // A test of the connection.
  core::ClaimedRun ProbeOf(const core::Settings& settings, base::Millis timeout = 20'000) {
    core::BrokerTarget target;
    target.connection = "broker";
    core::ClaimedRun run = ClaimOf(target, settings);
    run.probe = true;
    run.attempt_timeout = timeout;
    return run;
  }
  AttemptResult Probe(const core::Settings& settings, base::Millis timeout = 20'000) {
    return Begin(ProbeOf(settings, timeout))->Wait();
  }

  static BrokerOptions Options() {
    BrokerOptions options;
    options.connect_timeout = 5 * base::kSecond;
    return options;
  }

  static std::string OutputOf(const AttemptResult& result) {
    return result.output == nullptr ? "" : result.output->output;
  }
  static std::string MessageOf(const AttemptResult& result) {
    return result.error == nullptr ? "" : result.error->message;
  }

  // Names in the form of headers (Ductape-Job …) or of metadata (ductape-job …), and values of run `number` of
  // ClaimOf.
  static std::map<std::string, std::string> IdentityOf(const core::ClaimedRun& run, bool metadata) {
    std::map<std::string, std::string> identity;
    for (const DeliveryField& field : DeliveryFieldsOf(run)) {
      identity[std::string(metadata ? field.metadata : field.header)] = field.value;
    }
    return identity;
  }

  core::Settings settings_before_;
  int64_t generation_ = 1;
  base::SystemClock clock_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  support::PlainSecrets secrets_;
  BrokerExecutor executor_{Options(), &egress_, &clock_, &secrets_};
};

}  // namespace scheduler::dispatch

#endif  // TESTS_INTEGRATION_DISPATCH_BROKER_BROKER_FIXTURE_H_
