#include "tests/support/broker_servers.h"

#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "tests/support/eventually.h"
#include "tests/support/http_server.h"

namespace support {

namespace {

// Whether every thread has stopped, which each does in its own time.
bool IsStopped(pid_t pid) {
  std::error_code error;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, error)) {
    if (ReadFile(task.path().string() + "/status").find("\nState:\tT") == std::string::npos) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool HasProgram(const std::string& name) {
  const char* const path = getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

BrokerServer::BrokerServer() : port_(UnusedPort()) {}

void BrokerServer::Kill() {
  const pid_t pid = Pid();
  if (pid > 0) kill(pid, SIGKILL);
  if (process_ == nullptr) return;
  process_->Wait();
  process_.reset();
}

void BrokerServer::Pause() {
  const pid_t pid = Pid();
  kill(pid, SIGSTOP);
  Eventually([pid] { return IsStopped(pid); });
}

void BrokerServer::Resume() { kill(Pid(), SIGCONT); }

bool RedisServer::Start() {
  std::vector<std::string> command = {"redis-server", "--bind",    "127.0.0.1",    "--save", "",
                                      "--dir",        dir_.path(), "--appendonly", "no"};
  const std::string port = std::to_string(port_);
  std::vector<std::string> more = {"--port", port};
  if (!options_.certificate.key_file.empty()) {
    const std::string& certificate = options_.certificate.certificate_file;
    more = {"--port",
            "0",
            "--tls-port",
            port,
            "--tls-cert-file",
            certificate,
            "--tls-key-file",
            options_.certificate.key_file,
            "--tls-ca-cert-file",
            options_.client_ca.empty() ? certificate : options_.client_ca,
            "--tls-auth-clients",
            options_.client_ca.empty() ? "no" : "yes"};
  }
  if (!options_.password.empty()) {
    more.push_back("--requirepass");
    more.push_back(options_.password);
  }
  command.insert(command.end(), more.begin(), more.end());
  process_ = std::make_unique<ChildProcess>(command, dir_.File("log"));
  return AwaitListening(port_, process_.get());
}

std::vector<std::string> RedisServer::CliCommand(const std::vector<std::string>& words) const {
  std::vector<std::string> command = {"redis-cli", "-h", "127.0.0.1", "-p", std::to_string(port_)};
  if (!options_.password.empty()) {
    command.insert(command.end(), {"--no-auth-warning", "-a", options_.password});
  }
  if (!options_.certificate.key_file.empty()) {
    command.insert(command.end(), {"--tls", "--cacert", options_.certificate.certificate_file});
  }
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

std::string RedisServer::Cli(const std::vector<std::string>& words) {
  const std::string output = dir_.File("cli");
  unlink(output.c_str());
  RunCommand(CliCommand(words), output);
  std::string text = ReadFile(output);
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::unique_ptr<ChildProcess> RedisServer::Follow(const std::vector<std::string>& words,
                                                  const std::string& log_file) {
  return std::make_unique<ChildProcess>(CliCommand(words), log_file);
}

}  // namespace support
