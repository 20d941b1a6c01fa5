#ifndef TESTS_INTEGRATION_DISPATCH_BROKER_PUBSUB_FIXTURE_H_
#define TESTS_INTEGRATION_DISPATCH_BROKER_PUBSUB_FIXTURE_H_

#include <string>

#include "scheduler/dispatch/broker/pubsub/pubsub_driver.h"
#include "tests/integration/dispatch/broker/broker_fixture.h"
#include "tests/support/publisher_double.h"

namespace scheduler::dispatch {

// An executor that publishes to Pub/Sub.
class PubsubFixture : public BrokerFixture {
 protected:
  PubsubFixture() { Use({}); }

  void Use(const PubsubService& service) {
    executor_.Register("pubsub", NewPubsubDriver(Options(), &egress_, &clock_, service));
  }

  static core::PubsubSettings SettingsOf(const std::string& endpoint) {
    core::PubsubSettings settings;
    settings.project = "my-project";
    settings.endpoint = endpoint;
    return settings;
  }

  static support::PublisherDouble::Answer Taken(const std::string& id = "7") {
    support::PublisherDouble::Answer answer;
    answer.reply = support::PublisherDouble::ReplyWith(id);
    return answer;
  }
};

}  // namespace scheduler::dispatch

#endif  // TESTS_INTEGRATION_DISPATCH_BROKER_PUBSUB_FIXTURE_H_
