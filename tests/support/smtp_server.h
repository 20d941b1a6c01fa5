#ifndef TESTS_SUPPORT_SMTP_SERVER_H_
#define TESTS_SUPPORT_SMTP_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/support/child_process.h"

namespace support {

// A real mail server on a free port of 127.0.0.1 (tests/support/smtp_server.py tells how recipients say what it
// is to do), with the mails that it took.
class SmtpServer {
 public:
  // Whether this machine has what it needs; the packages are brought the first time. A test without is skipped.
  static bool Available();

  // `arguments` of the script, after the file of mails.
  explicit SmtpServer(const std::vector<std::string>& arguments = {});

  int port() const { return port_; }  // 0: it did not start
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string log() const { return ReadFile(dir_.File("log")); }

  // Those that came whole, in order.
  std::vector<nlohmann::json> mails() const;
  size_t mail_count() const;

  pid_t pid() const { return process_->pid(); }
  void Kill() { process_.reset(); }

 private:
  const TempDir dir_;
  std::unique_ptr<ChildProcess> process_;
  int port_ = 0;
};

}  // namespace support

#endif  // TESTS_SUPPORT_SMTP_SERVER_H_
