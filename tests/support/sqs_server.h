#ifndef TESTS_SUPPORT_SQS_SERVER_H_
#define TESTS_SUPPORT_SQS_SERVER_H_

#include <string>

#include "nlohmann/json.hpp"
#include "tests/support/broker_servers.h"

namespace support {

// moto, which plays AWS's services in memory: SQS for brokers, IAM to check signatures. What it has is gone with it.
class SqsServer final : public BrokerServer {
 public:
  // Whether this machine has what it needs; the packages are brought the first time. A test without is skipped.
  static bool Available();

  bool Start() override;

  std::string endpoint() const { return "http://" + address(); }

  // What an action of SQS is answered with, asked unsigned.
  nlohmann::json Call(const std::string& action, const nlohmann::json& body);
  // Makes a queue, a FIFO one by its name; gives its URL.
  std::string CreateQueue(const std::string& name);
  // The messages of a queue, each with its attributes; they stay.
  nlohmann::json Messages(const std::string& url);

  struct AccessKey {
    std::string id;
    std::string secret;
  };
  // Makes a user who may do what `policy` says, and from now on lets nobody in who does not sign.
  AccessKey RequireSignatures(const std::string& policy);
  void RequireNone();

 private:
  std::string Post(const std::string& path, const std::vector<std::string>& headers,
                   const std::string& body);
};

}  // namespace support

#endif  // TESTS_SUPPORT_SQS_SERVER_H_
