#include "tests/support/smtp_server.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <sstream>
#include <thread>

#include "tests/support/python_packages.h"

namespace support {
namespace {

const std::string& Packages() {
  static const std::string* const path = new std::string(PythonPackages("smtp"));
  return *path;
}

}  // namespace

bool SmtpServer::Available() { return !Packages().empty(); }

SmtpServer::SmtpServer(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {"/usr/bin/env", "PYTHONPATH=" + Packages(), "python3",
                                      "tests/support/smtp_server.py", dir_.File("mails")};
  command.insert(command.end(), arguments.begin(), arguments.end());
  process_ = std::make_unique<ChildProcess>(command, dir_.File("log"));
  while (port_ == 0 && process_->Running()) {
    const std::string text = log();
    const size_t at = text.find("READY port=");
    if (at != std::string::npos && text.find('\n', at) != std::string::npos) {
      port_ = std::atoi(text.c_str() + at + 11);
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
}

std::vector<nlohmann::json> SmtpServer::mails() const {
  std::vector<nlohmann::json> mails;
  std::istringstream lines(ReadFile(dir_.File("mails")));
  for (std::string line; std::getline(lines, line) && !lines.eof();) {
    mails.push_back(nlohmann::json::parse(line));
  }
  return mails;
}

size_t SmtpServer::mail_count() const {
  const std::string text = ReadFile(dir_.File("mails"));
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace support
