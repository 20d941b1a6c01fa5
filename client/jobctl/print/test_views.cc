#include <string>
#include <utility>

#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/view_parts.h"
#include "client/jobctl/print/views.h"

namespace jobctl {

using ductape::jobs::v1::Run;
using ductape::jobs::v1::TestConnectionResponse;
using ductape::jobs::v1::TestEventResponse;

namespace {

Cell Plain(std::string text) { return Cell{std::move(text)}; }

// The rest is in the other formats.
std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

// What came of a test, of either kind.
template <typename Test>
Fields OutcomeOf(const Test& test, std::string output) {
  const absl::Duration took = ToTime(test.end_time()) - ToTime(test.start_time());
  return {{"State", Plain(Run::State_Name(test.state()))},
          {"Took", Plain(absl::FormatDuration(took))},
          {"Error", Plain(test.has_error() ? ErrorText(test.error()) : "")},
          {"Output", Plain(std::move(output))}};
}

}  // namespace

std::string NameOf(const TestEventResponse& test) { return test.run_id(); }

Fields PageOf(const TestEventResponse& test, absl::Time /*now*/) {
  Fields page = OutcomeOf(test, test.output_truncated() ? test.output() + " …" : test.output());
  page.emplace_back("Sent", Plain(FirstLine(test.request())));
  page.emplace_back("Answered", Plain(FirstLine(test.response())));
  page.emplace_back("Run", Plain(test.run_id()));
  return page;
}

std::string NameOf(const TestConnectionResponse& test) { return Run::State_Name(test.state()); }

Fields PageOf(const TestConnectionResponse& test, absl::Time /*now*/) {
  return OutcomeOf(test, test.output());
}

}  // namespace jobctl
