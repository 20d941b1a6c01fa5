#include <cstdlib>
#include <filesystem>

#include "tests/support/broker_servers.h"
#include "tests/support/eventually.h"
#include "tests/support/http_server.h"

namespace support {
namespace {

constexpr char kPom[] = R"(<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>ductape.tests</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>3.9.2</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
)";

std::string Listener(const std::string& name, int port) {
  return name + "://127.0.0.1:" + std::to_string(port);
}

}  // namespace

std::string KafkaServer::Jars() {
  namespace fs = std::filesystem;
  const char* const chosen = getenv("DUCTAPE_TEST_KAFKA_JARS");
  const fs::path folder =
      chosen != nullptr ? fs::path(chosen) : fs::temp_directory_path() / "ductape-test-kafka-3.9.2";
  const fs::path done = folder / "done";
  std::error_code ignored;
  if (fs::exists(done, ignored)) return folder.string();
  fs::create_directories(folder, ignored);
  WriteFile((folder / "pom.xml").string(), kPom);
  const int code = RunCommand(
      {"mvn", "-q", "-B", "-f", (folder / "pom.xml").string(), "dependency:copy-dependencies",
       "-DoutputDirectory=" + folder.string(), "-DincludeScope=runtime"},
      (folder / "maven.log").string());
  if (code != 0) return "";
  WriteFile(done.string(), "");
  return folder.string();
}

KafkaServer::KafkaServer(const BrokerServerOptions& options)
    : options_(options), controller_port_(UnusedPort()) {}

std::vector<std::string> KafkaServer::Java(const std::vector<std::string>& words) const {
  std::vector<std::string> command = {
      "java", "-Xms64m",    "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
      "-cp",  Jars() + "/*"};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

bool KafkaServer::Start() {
  const bool sasl = !options_.password.empty();
  const std::string protocol = sasl ? "SASL_PLAINTEXT" : "PLAINTEXT";
  std::string config =
      "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:" +
      std::to_string(controller_port_) + "\nlisteners=" + Listener("CLIENT", port_) + "," +
      Listener("CONTROLLER", controller_port_) +
      "\nadvertised.listeners=" + Listener("CLIENT", port_) +
      "\ncontroller.listener.names=CONTROLLER\ninter.broker.listener.name=CLIENT\n"
      "listener.security.protocol.map=CLIENT:" +
      protocol +
      ",CONTROLLER:PLAINTEXT\noffsets.topic.replication.factor=1\n"
      "transaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n"
      "num.partitions=1\nlog.dirs=" +
      dir_.File("logs") + "\n";
  if (sasl) {
    config +=
        "sasl.enabled.mechanisms=PLAIN\nsasl.mechanism.inter.broker.protocol=PLAIN\n"
        "listener.name.client.plain.sasl.jaas.config="
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" +
        options_.username + "\" password=\"" + options_.password + "\" user_" + options_.username +
        "=\"" + options_.password + "\";\n";
  }
  WriteFile(dir_.File("kafka.properties"), config);
  if (!std::filesystem::exists(dir_.File("logs")) &&
      RunCommand(Java({"kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c",
                       dir_.File("kafka.properties")}),
                 dir_.File("format.log")) != 0) {
    return false;
  }
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
         {std::string("security.protocol=sasl_plaintext"), std::string("sasl.mechanism=PLAIN"),
          "sasl.username=" + options_.username, "sasl.password=" + options_.password}) {
      command.insert(command.end(), {"-X", setting});
    }
  }
  RunCommand(command, output);
  return ReadFile(output);
}

}  // namespace support
