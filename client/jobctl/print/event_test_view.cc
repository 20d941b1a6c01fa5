#include <string>
#include <utility>

#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/view_parts.h"
#include "client/jobctl/print/views.h"

namespace jobctl {

using ductape::jobs::v1::Run;
using ductape::jobs::v1::TestEventResponse;

namespace {

// The rest is in the other formats.
std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::string NameOf(const TestEventResponse& test) { return test.run_id(); }

Fields PageOf(const TestEventResponse& test, absl::Time /*now*/) {
  const auto plain = [](std::string text) { return Cell{std::move(text)}; };
  const absl::Duration took = ToTime(test.end_time()) - ToTime(test.start_time());
  return {{"State", plain(Run::State_Name(test.state()))},
          {"Took", plain(absl::FormatDuration(took))},
          {"Error", plain(test.has_error() ? ErrorText(test.error()) : "")},
          {"Output", plain(test.output_truncated() ? test.output() + " …" : test.output())},
          {"Sent", plain(FirstLine(test.request()))},
          {"Answered", plain(FirstLine(test.response()))},
          {"Run", plain(test.run_id())}};
}

}  // namespace jobctl
