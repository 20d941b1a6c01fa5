#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/support/broker_servers.h"
#include "tests/support/eventually.h"
#include "tests/support/http_server.h"

namespace support {
namespace {

constexpr char kProgram[] = "/usr/lib/rabbitmq/bin/rabbitmq-server";

}  // namespace

RabbitmqServer::RabbitmqServer(const BrokerServerOptions& options)
    : options_(options), dist_port_(UnusedPort()), epmd_port_(UnusedPort()) {}

RabbitmqServer::~RabbitmqServer() {
  // The node, which the end of the script that started it would leave behind.
  Kill();
  // It outlives the node.
  RunCommand({"epmd", "-port", std::to_string(epmd_port_), "-kill"}, dir_.File("epmd.log"));
}

std::vector<std::string> RabbitmqServer::Environment() const {
  return {
      "env",
      "HOME=" + dir_.path(),
      "RABBITMQ_NODENAME=t" + std::to_string(port_) + "@localhost",
      "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1",
      "RABBITMQ_NODE_PORT=" + std::to_string(port_),
      "RABBITMQ_DIST_PORT=" + std::to_string(dist_port_),
      "ERL_EPMD_PORT=" + std::to_string(epmd_port_),
      "ERL_EPMD_ADDRESS=127.0.0.1",
      "RABBITMQ_MNESIA_BASE=" + dir_.File("m"),
      "RABBITMQ_LOG_BASE=" + dir_.File("l"),
      "RABBITMQ_CONFIG_FILE=" + dir_.File("rabbit.conf"),
      "RABBITMQ_ENABLED_PLUGINS_FILE=" + dir_.File("plugins"),
      "RABBITMQ_PID_FILE=" + dir_.File("pid"),
      "RABBITMQ_CONF_ENV_FILE=/dev/null",
      "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}",
  };
}

bool RabbitmqServer::Start() {
  std::string config = "log.console = true\nloopback_users = none\n";
  if (!options_.certificate.key_file.empty()) {
    config += "listeners.tcp = none\nlisteners.ssl.1 = 127.0.0.1:" + std::to_string(port_) +
              "\nssl_options.certfile = " + dir_.File("rabbit.crt") +
              "\nssl_options.keyfile = " + dir_.File("rabbit.key") + "\nssl_options.verify = " +
              (options_.client_ca.empty() ? "verify_none\n" : "verify_peer\n");
    if (!options_.client_ca.empty()) {
      config += "ssl_options.fail_if_no_peer_cert = true\nssl_options.cacertfile = " +
                dir_.File("client_ca.crt") + "\n";
      WriteFile(dir_.File("client_ca.crt"), ReadFile(options_.client_ca));
    }
    WriteFile(dir_.File("rabbit.crt"), ReadFile(options_.certificate.certificate_file));
    WriteFile(dir_.File("rabbit.key"), ReadFile(options_.certificate.key_file));
  }
  WriteFile(dir_.File("rabbit.conf"), config);
  WriteFile(dir_.File("plugins"), "[].\n");
  std::vector<std::string> command = Environment();
  // Debian's node refuses root, and its folder must be its own.
  if (const passwd* const user = getpwnam("rabbitmq"); user != nullptr && geteuid() == 0) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path())) {
      if (chown(entry.path().c_str(), user->pw_uid, user->pw_gid) != 0) return false;
    }
    if (chown(dir_.path().c_str(), user->pw_uid, user->pw_gid) != 0) return false;
    const std::string id = std::to_string(user->pw_uid);
    command.insert(command.begin(), {"setpriv", "--reuid", id, "--regid",
                                     std::to_string(user->pw_gid), "--clear-groups"});
  }
  command.emplace_back(kProgram);
  const std::string log = dir_.File("log" + std::to_string(UnusedPort()));
  process_ = std::make_unique<ChildProcess>(command, log);
  return Eventually([&] {
           return !process_->Running() ||
                  ReadFile(log).find("Server startup complete") != std::string::npos;
         }) &&
         process_->Running();
}

pid_t RabbitmqServer::Pid() {
  // The node is a child of the script that was started.
  const std::string pid = ReadFile(dir_.File("pid"));
  return pid.empty() ? BrokerServer::Pid() : static_cast<pid_t>(std::stol(pid));
}

std::vector<std::string> RabbitmqServer::Client(const std::string& program,
                                                const std::vector<std::string>& words) const {
  const bool tls = !options_.certificate.key_file.empty();
  std::vector<std::string> command = {
      program, "--url",
      std::string(tls ? "amqps" : "amqp") + "://guest:guest@localhost:" + std::to_string(port_)};
  if (tls)
    command.insert(command.end(), {"--ssl", "--cacert", options_.certificate.certificate_file});
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

std::string RabbitmqServer::Get(const std::string& queue) {
  const std::string output = dir_.File("get");
  unlink(output.c_str());
  const int code = RunCommand(Client("amqp-get", {"-q", queue}), output);
  return code == 0 ? ReadFile(output) : "";
}

bool RabbitmqServer::DeclareQueue(const std::string& queue) {
  return RunCommand(Client("amqp-declare-queue", {"-d", "-q", queue}), dir_.File("declare")) == 0;
}

std::string RabbitmqServer::Control(const std::vector<std::string>& words) {
  const std::string output = dir_.File("control");
  unlink(output.c_str());
  std::vector<std::string> command = Environment();
  command.insert(command.end(), {"/usr/lib/rabbitmq/bin/rabbitmqctl", "-q"});
  command.insert(command.end(), words.begin(), words.end());
  RunCommand(command, output);
  return ReadFile(output);
}

}  // namespace support
