#ifndef TESTS_UNIT_CLIENT_JOBCTL_JOBCTL_RUNNER_H_
#define TESTS_UNIT_CLIENT_JOBCTL_JOBCTL_RUNNER_H_

#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "client/jobctl/app.h"
#include "gtest/gtest.h"
#include "tests/unit/client/fake_jobs_server.h"

namespace jobctl {

// Runs the program in this process against a fake server. Time stands still but for sleeps, which
// take none.
class JobctlTest : public testing::Test {
 protected:
  // Answers the exit code; what it printed is in `out` and `err`.
  int Jobctl(std::vector<std::string> arguments, const std::string& in = "",
             const std::string& address = "") {
    arguments.insert(arguments.begin(),
                     {"--address", address.empty() ? server_.address() : address});
    return RunAsItIs(arguments, in);
  }

  // The same without an address of ours.
  int RunAsItIs(const std::vector<std::string>& arguments, const std::string& in = "") {
    std::istringstream in_stream(in);
    std::ostringstream out_stream;
    std::ostringstream err_stream;
    const int code = jobctl::Run(arguments, Io{.in = in_stream,
                                               .out = out_stream,
                                               .err = err_stream,
                                               .color = false,
                                               .now = [this] { return now_; },
                                               .sleep =
                                                   [this](absl::Duration wait) {
                                                     now_ += wait;
                                                     if (on_sleep_ != nullptr) on_sleep_();
                                                   }});
    out = out_stream.str();
    err = err_stream.str();
    return code;
  }

  std::string out;
  std::string err;
  absl::Time now_ = absl::FromUnixSeconds(1'714'557'600);  // 2024-05-01T10:00:00Z
  std::function<void()> on_sleep_;                         // what happens meanwhile; empty: nothing
  client_test::FakeJobsServer server_;
};

}  // namespace jobctl

#endif  // TESTS_UNIT_CLIENT_JOBCTL_JOBCTL_RUNNER_H_
