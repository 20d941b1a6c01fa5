#ifndef TESTS_INTEGRATION_DISPATCH_BROKER_PROBE_FIXTURE_H_
#define TESTS_INTEGRATION_DISPATCH_BROKER_PROBE_FIXTURE_H_

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "scheduler/dispatch/broker/broker_driver.h"
#include "scheduler/dispatch/broker/broker_options.h"
#include "scheduler/dispatch/broker/broker_preparation.h"
#include "tests/support/attempts.h"
#include "tests/support/connections.h"

namespace scheduler::dispatch {

// Probes, as drivers get them.
class ProbeFixture : public testing::Test {
 protected:
  AttemptResult Probe(BrokerDriver* driver, const core::Settings& settings,
                      base::Millis timeout = 60 * base::kSecond) {
    core::ClaimedRun run = support::ClaimedRunOf(core::BrokerTarget(), ++number_);
    run.connections = {support::ConnectionOf("broker", settings, number_)};
    auto connection = AttemptConnection::Find(run, "broker", &secrets_);
    auto promise = std::make_shared<std::promise<AttemptResult>>();
    auto flight = std::make_shared<BrokerFlight>(
        support::RefOf(run), timeout, [] {},
        [promise](AttemptResult result) { promise->set_value(std::move(result)); });
    BrokerMessage message;
    message.probe = true;
    message.run = support::RefOf(run);
    message.attempt_timeout = timeout;
    message.identity = DeliveryFieldsOf(run);
    message.account = AccountOf(&*connection).value();
    flight->Fill(std::move(message), std::move(connection->redactor()));
    std::future<AttemptResult> result = promise->get_future();
    driver->Publish(flight);
    return result.get();
  }

  // The output, or the class of the failure and its message.
  static std::string Told(const AttemptResult& result) {
    if (result.completed) return result.output == nullptr ? "" : result.output->output;
    return support::CodeOf(result) + (result.error == nullptr ? "" : ": " + result.error->message);
  }

  base::SystemClock clock_;
  const EgressPolicy egress_ = EgressPolicy::Create({}).value();
  support::PlainSecrets secrets_;
  BrokerOptions options_;
  int64_t number_ = 0;
};

}  // namespace scheduler::dispatch

#endif  // TESTS_INTEGRATION_DISPATCH_BROKER_PROBE_FIXTURE_H_
