#include <filesystem>

#include "tests/support/broker_servers.h"
#include "tests/support/eventually.h"
#include "tests/support/http_server.h"

namespace support {
namespace {

std::string Listener(const std::string& name, int port) {
  return name + "://127.0.0.1:" + std::to_string(port);
}

}  // namespace

std::string KafkaServer::Jars() {
  static const std::string* const folder = [] {
    const TempDir dir;
    const std::string out = dir.File("out");
    RunCommand({"/bin/sh", "-c", "tests/support/kafka_setup.sh > " + out}, dir.File("log"));
    auto* const text = new std::string(ReadFile(out));
    while (!text->empty() && text->back() == '\n') text->pop_back();
    return text;
  }();
  return *folder;
}

KafkaServer::KafkaServer(const BrokerServerOptions& options)
    : options_(options), controller_port_(UnusedPort()), advertised_port_(port_) {}

std::vector<std::string> KafkaServer::Java(const std::vector<std::string>& words) const {
  std::vector<std::string> command = {
      "java", "-Xms64m",    "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
      "-cp",  Jars() + "/*"};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

std::string KafkaServer::Protocol() const {
  const std::string security = options_.certificate.key_file.empty() ? "PLAINTEXT" : "SSL";
  return options_.password.empty() ? security : "SASL_" + security;
}

std::string KafkaServer::Config() const {
  std::string config =
      "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:" +
      std::to_string(controller_port_) + "\nlisteners=" + Listener("CLIENT", port_) + "," +
      Listener("CONTROLLER", controller_port_) +
      "\nadvertised.listeners=" + Listener("CLIENT", advertised_port_) +
      "\ncontroller.listener.names=CONTROLLER\ninter.broker.listener.name=CLIENT\n"
      "listener.security.protocol.map=CLIENT:" +
      Protocol() +
      ",CONTROLLER:PLAINTEXT\noffsets.topic.replication.factor=1\n"
      "transaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n"
      "num.partitions=1\nlog.dirs=" +
      dir_.File("logs") + "\n";
  if (!options_.password.empty()) {
    const std::string account =
        " required username=\"" + options_.username + "\" password=\"" + options_.password + "\"";
    const std::string scram =
        "org.apache.kafka.common.security.scram.ScramLoginModule" + account + ";\n";
    const std::string login = ".sasl.jaas.config=";
    config +=
        "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512\n"
        "sasl.mechanism.inter.broker.protocol=PLAIN\nlistener.name.client.plain" +
        login + "org.apache.kafka.common.security.plain.PlainLoginModule" + account + " user_" +
        options_.username + "=\"" + options_.password + "\";\nlistener.name.client.scram-sha-256" +
        login + scram + "listener.name.client.scram-sha-512" + login + scram;
  }
  if (!options_.certificate.key_file.empty()) {
    // Kafka reads certificate and key from one file.
    WriteFile(dir_.File("kafka.pem"), ReadFile(options_.certificate.key_file) +
                                          ReadFile(options_.certificate.certificate_file));
    // It refuses to start with a certificate that it does not trust itself.
    std::string trusted = ReadFile(options_.certificate.certificate_file);
    if (!options_.client_ca.empty()) trusted += ReadFile(options_.client_ca);
    WriteFile(dir_.File("trusted.pem"), trusted);
    config += "ssl.keystore.type=PEM\nssl.keystore.location=" + dir_.File("kafka.pem") +
              "\nssl.truststore.type=PEM\nssl.truststore.location=" + dir_.File("trusted.pem") +
              "\nssl.client.auth=" + (options_.client_ca.empty() ? "none" : "required") + "\n";
  }
  return config;
}

bool KafkaServer::Format() const {
  std::vector<std::string> words = {
      "kafka.tools.StorageTool", "format", "-t",
      "MkU3OEVBNTcwNTJENDM2Qk",  "-c",     dir_.File("kafka.properties")};
  if (!options_.password.empty()) {
    for (const char* const mechanism : {"SCRAM-SHA-256", "SCRAM-SHA-512"}) {
      words.insert(words.end(), {"-S", std::string(mechanism) + "=[name=" + options_.username +
                                           ",password=" + options_.password + "]"});
    }
  }
  return RunCommand(Java(words), dir_.File("format.log")) == 0;
}

bool KafkaServer::Start() {
  WriteFile(dir_.File("kafka.properties"), Config());
  if (!std::filesystem::exists(dir_.File("logs")) && !Format()) return false;
  process_ = std::make_unique<ChildProcess>(Java({"kafka.Kafka", dir_.File("kafka.properties")}),
                                            dir_.File("log"));
  return AwaitListening(port_, process_.get());
}

std::string KafkaServer::Read(const std::string& topic, const std::string& format) {
  const std::string output = dir_.File("kcat");
  std::filesystem::remove(output);
  std::vector<std::string> command = {"kcat", "-b", address(), "-t", topic,
                                      "-C",   "-e", "-q",      "-f", format};
  if (!options_.password.empty()) {
    for (const std::string& setting :
         {"security.protocol=" + Protocol(), std::string("sasl.mechanism=PLAIN"),
          "sasl.username=" + options_.username, "sasl.password=" + options_.password}) {
      command.insert(command.end(), {"-X", setting});
    }
  }
  RunCommand(command, output);
  return ReadFile(output);
}

}  // namespace support
