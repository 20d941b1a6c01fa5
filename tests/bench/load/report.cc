#include "tests/bench/load/report.h"

#include <cstdio>

#include "absl/strings/str_format.h"

namespace bench {

Report& Report::Add(const std::string& name, double value) {
  absl::StrAppendFormat(&body_, "%s\"%s\":%.6g", body_.empty() ? "" : ",", name, value);
  return *this;
}

Report& Report::Add(const std::string& name, int64_t value) {
  absl::StrAppendFormat(&body_, "%s\"%s\":%d", body_.empty() ? "" : ",", name, value);
  return *this;
}

void Report::Print() const {
  std::printf("{%s}\n", body_.c_str());
  std::fflush(stdout);
}

}  // namespace bench
