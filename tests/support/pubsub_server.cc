#include "tests/support/pubsub_server.h"

#include <cstdlib>

#include "tests/support/eventually.h"

namespace support {
namespace {

using nlohmann::json;

std::string FindProgram() {
  const TempDir dir;
  const std::string out = dir.File("out");
  const int code =
      RunCommand({"/bin/sh", "-c", "tests/support/pubsub_setup.sh > " + out}, dir.File("log"));
  if (code != 0) return "";
  std::string path = ReadFile(out);
  while (!path.empty() && path.back() == '\n') path.pop_back();
  return path;
}

const std::string& Program() {
  static const std::string* const path = new std::string(FindProgram());
  return *path;
}

}  // namespace

bool PubsubServer::Available() { return !Program().empty(); }

bool PubsubServer::Start() {
  const std::string log = dir_.File("log");
  WriteFile(log, "");  // that of an earlier start
  process_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{Program(), std::to_string(port_)}, log);
  side_port_ = 0;
  return Eventually([&] {
           const std::string text = ReadFile(log);
           const size_t at = text.find("http=");
           if (at == std::string::npos || text.find('\n', at) == std::string::npos) {
             return !process_->Running();
           }
           side_port_ = std::atoi(text.c_str() + at + 5);
           return true;
         }) &&
         side_port_ != 0;
}

std::string PubsubServer::Ask(const std::string& path) {
  const std::string answer = dir_.File("answer");
  WriteFile(answer, "");
  RunCommand({"curl", "-s", "-o", answer, "http://127.0.0.1:" + std::to_string(side_port_) + path},
             dir_.File("curl.log"));
  return ReadFile(answer);
}

void PubsubServer::CreateTopic(const std::string& project, const std::string& id) {
  Ask("/topics/" + project + "/" + id);
}

json PubsubServer::Messages() {
  json messages = json::parse(Ask("/messages"), nullptr, /*allow_exceptions=*/false);
  return messages.is_array() ? messages : json::array();
}

}  // namespace support
