#ifndef TESTS_SUPPORT_BROKER_SERVERS_H_
#define TESTS_SUPPORT_BROKER_SERVERS_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/child_process.h"

// Real brokers on loopback, each with a directory of its own, for the length of a test. A port stays the same
// over restarts.
namespace support {

// Whether a program is found on PATH.
bool HasProgram(const std::string& name);

// What is common to them: killing, stopping for a while, starting again.
class BrokerServer {
 public:
  virtual ~BrokerServer() = default;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  // Starts it, and waits until it serves; false if it ended first.
  virtual bool Start() = 0;
  // SIGKILL.
  void Kill();
  // SIGSTOP: connections are kept and nothing is answered.
  void Pause();
  void Resume();

 protected:
  BrokerServer();
  // What is signalled.
  virtual pid_t Pid() { return process_ == nullptr ? -1 : process_->pid(); }

  TempDir dir_;
  const int port_;
  std::unique_ptr<ChildProcess> process_;
};

struct BrokerServerOptions {
  std::string username = "ductape";
  std::string password;     // empty: anybody
  Certificate certificate;  // with a file: TLS alone
  std::string client_ca;    // a file: clients must show a certificate of this authority
};

// redis-server; the default user has the password.
class RedisServer final : public BrokerServer {
 public:
  explicit RedisServer(const BrokerServerOptions& options) : options_(options) {}

  bool Start() override;
  // What redis-cli prints for a command, without the last newline.
  std::string Cli(const std::vector<std::string>& words);
  // redis-cli that goes on, as SUBSCRIBE does, and what it prints.
  std::unique_ptr<ChildProcess> Follow(const std::vector<std::string>& words,
                                       const std::string& log_file);

 private:
  std::vector<std::string> CliCommand(const std::vector<std::string>& words) const;

  const BrokerServerOptions options_;
};

// nats-server with JetStream. Users: `username` with the password, who may all, and "limited" with
// "limited-secret", who may publish to "allowed" alone.
class NatsServer final : public BrokerServer {
 public:
  explicit NatsServer(const BrokerServerOptions& options) : options_(options) {}

  bool Start() override;

 private:
  const BrokerServerOptions options_;
};

// rabbitmq-server, one node with its own epmd; guest with guest may all.
class RabbitmqServer final : public BrokerServer {
 public:
  explicit RabbitmqServer(const BrokerServerOptions& options);
  ~RabbitmqServer() override;

  bool Start() override;
  // The body of a message of `queue`, empty if there is none. By amqp-get.
  std::string Get(const std::string& queue);
  // By amqp-declare-queue.
  bool DeclareQueue(const std::string& queue);
  // What `rabbitmqctl` prints for these words.
  std::string Control(const std::vector<std::string>& words);

 protected:
  pid_t Pid() override;

 private:
  std::vector<std::string> Environment() const;
  std::vector<std::string> Client(const std::string& program,
                                  const std::vector<std::string>& words) const;

  const BrokerServerOptions options_;
  const int dist_port_;
  const int epmd_port_;
};

// Kafka, one node (KRaft), of the jars in a folder, as Maven brings them. With a password: SASL PLAIN, SCRAM-SHA-256 and
// SCRAM-SHA-512; with a certificate: TLS as well.
class KafkaServer final : public BrokerServer {
 public:
  // The folder with the jars, fetched by Maven once for this machine; empty if that failed.
  static std::string Jars();

  explicit KafkaServer(const BrokerServerOptions& options);

  // What it tells clients to be its port, before it is started: that of a relay in front of it.
  void Advertise(int port) { advertised_port_ = port; }
  bool Start() override;
  // What kcat prints of a topic from its begin, each message as `format` says.
  std::string Read(const std::string& topic, const std::string& format);

 private:
  std::vector<std::string> Java(const std::vector<std::string>& words) const;
  std::string Protocol() const;
  std::string Config() const;
  bool Format() const;

  const BrokerServerOptions options_;
  const int controller_port_;
  int advertised_port_;
};

}  // namespace support

#endif  // TESTS_SUPPORT_BROKER_SERVERS_H_
