#include "tests/support/broker_servers.h"

namespace support {

bool NatsServer::Start() {
  std::string config =
      "listen: \"" + address() + "\"\njetstream { store_dir: \"" + dir_.path() + "/js\" }\n";
  if (!options_.password.empty()) {
    config +=
        "authorization { users = [\n  {user: \"" + options_.username + "\", password: \"" +
        options_.password +
        "\"}\n  {user: limited, password: \"limited-secret\", permissions: {publish: [allowed]}}"
        "\n] }\n";
  }
  if (!options_.certificate.key_file.empty()) {
    config += "tls { cert_file: \"" + options_.certificate.certificate_file + "\", key_file: \"" +
              options_.certificate.key_file + "\"";
    if (!options_.client_ca.empty()) {
      config += ", ca_file: \"" + options_.client_ca + "\", verify: true";
    }
    config += " }\n";
  }
  WriteFile(dir_.File("nats.conf"), config);
  process_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{"nats-server", "-c", dir_.File("nats.conf")}, dir_.File("log"));
  return AwaitListening(port_, process_.get());
}

}  // namespace support
