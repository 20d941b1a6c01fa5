#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/targets/targets.h"
#include "tests/support/broker_servers.h"
#include "tests/support/child_process.h"
#include "tests/support/database_servers.h"
#include "tests/support/http_server.h"

namespace bench {
namespace {

int Fail(const std::string& kind) {
  std::fprintf(stderr, "bench: no %s is to be had\n", kind.c_str());
  return 1;
}

// Tells where it is, and waits until whoever asked for it goes.
int Hold(int port, const std::string& password) {
  std::printf("{\"port\":%d,\"password\":\"%s\"}\n", port, password.c_str());
  std::fflush(stdout);
  char ignored[64];
  while (read(STDIN_FILENO, ignored, sizeof(ignored)) > 0) {
  }
  return 0;
}

template <class Broker>
int ServeBroker(const std::string& kind) {
  Broker broker{support::BrokerServerOptions()};
  return broker.Start() ? Hold(broker.port(), "") : Fail(kind);
}

int ServeRabbitmq() {
  support::RabbitmqServer broker{support::BrokerServerOptions()};
  if (!broker.Start() || !broker.DeclareQueue("bench")) return Fail("rabbitmq");
  return Hold(broker.port(), "guest");
}

int ServePostgresql() {
  if (!support::PostgresServer::IsInstalled()) return Fail("postgresql");
  support::PostgresServer database;
  if (!database.Start()) return Fail("postgresql");
  database.Query("CREATE TABLE bench (run text, at timestamptz DEFAULT now())");
  return Hold(database.port(), support::PostgresServer::kPassword);
}

// Postfix's smtp-sink, which takes mails and drops them: a server that reads what it gets is slower than what
// is measured.
int ServeSmtp() {
  const support::TempDir dir;
  const std::string out = dir.File("folder");
  if (support::RunCommand({"/bin/sh", "-c", "tests/support/postfix_setup.sh > " + out},
                          dir.File("setup")) != 0) {
    return Fail("smtp");
  }
  std::string folder = support::ReadFile(out);
  while (!folder.empty() && folder.back() == '\n') folder.pop_back();
  const int port = support::UnusedPort();
  std::vector<std::string> command = {"/usr/bin/env",
                                      "LD_LIBRARY_PATH=" + folder + "/usr/lib/postfix",
                                      folder + "/usr/sbin/smtp-sink"};
  if (geteuid() == 0) command.insert(command.end(), {"-u", "nobody"});  // it refuses to be root
  command.insert(command.end(), {"127.0.0.1:" + std::to_string(port), "1024"});
  support::ChildProcess server(command, dir.File("log"));
  return support::AwaitListening(port, &server) ? Hold(port, "") : Fail("smtp");
}

}  // namespace

int Serve(const std::string& kind) {
  if (kind == "redis") return ServeBroker<support::RedisServer>(kind);
  if (kind == "nats") return ServeBroker<support::NatsServer>(kind);
  if (kind == "kafka") {
    return support::KafkaServer::Jars().empty() ? Fail(kind)
                                                : ServeBroker<support::KafkaServer>(kind);
  }
  if (kind == "rabbitmq") return ServeRabbitmq();
  if (kind == "postgresql") return ServePostgresql();
  if (kind == "smtp") return ServeSmtp();
  return Fail(kind);
}

}  // namespace bench
