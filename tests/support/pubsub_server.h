#ifndef TESTS_SUPPORT_PUBSUB_SERVER_H_
#define TESTS_SUPPORT_PUBSUB_SERVER_H_

#include <string>

#include "nlohmann/json.hpp"
#include "tests/support/broker_servers.h"

namespace support {

// Google's own Pub/Sub for tests (tests/support/pubsub), in memory and in the clear. What it has is gone with it.
class PubsubServer final : public BrokerServer {
 public:
  // Whether this machine has what it needs; it is built the first time. A test without is skipped.
  static bool Available();

  bool Start() override;

  void CreateTopic(const std::string& project, const std::string& id);
  // What was published: {"topic", "id", "data", "ordering_key", "attributes"} of each message, in order.
  nlohmann::json Messages();

 private:
  std::string Ask(const std::string& path);

  int side_port_ = 0;
};

}  // namespace support

#endif  // TESTS_SUPPORT_PUBSUB_SERVER_H_
