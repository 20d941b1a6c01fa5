#include <cstdlib>

#include "absl/time/time.h"
#include "tests/bench/load/clock.h"
#include "tests/bench/load/commands.h"
#include "tests/bench/load/creator.h"
#include "tests/bench/load/window.h"
#include "tests/support/http_server.h"

namespace bench {
namespace {

// The nominal time that a request carries, as wall time; 0 if it carries none.
int64_t ScheduledNanos(const support::HttpServerRequest& request) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, request.Header("ductape-scheduled-time"), &time,
                       &error)) {
    return 0;
  }
  return absl::ToUnixNanos(time);
}

}  // namespace

int RunHttp(Flags* flags) {
  const std::string address = flags->Text("address", "");
  Window window(flags);
  const JobPlan plan = Window::Plan(flags);
  flags->RefuseUnknown();

  Tally tally;
  support::HttpServer target([&tally](const support::HttpServerRequest& request) {
    const int64_t scheduled = ScheduledNanos(request);
    const int64_t received = WallNanos();
    if (request.Header("ductape-attempt") == "1") {
      tally.Completed(tally.Arrived({scheduled}, received));
    } else {
      tally.Redelivered(1);
    }
    support::HttpServerAnswer answer;
    answer.body = "ok";
    return answer;
  });
  target.ForgetRequests();
  CreateEvent(address, target.url("/run"));
  CreateAll(address, plan);
  window.Measure(&tally, plan);
  const Tally::Sums sums = tally.sums();
  window.Describe(sums, sums.completed).Add("connections", target.accepted()).Print();
  return 0;
}

int RunTarget(Flags* flags) {
  const int64_t seconds = flags->Int("seconds", 60);
  flags->RefuseUnknown();

  support::HttpServer target([](const support::HttpServerRequest&) {
    support::HttpServerAnswer answer;
    answer.body = "ok";
    return answer;
  });
  target.ForgetRequests();
  Report().Add("port", int64_t{target.port()}).Print();
  SleepFor(seconds * kNanosPerSecond);
  return 0;
}

}  // namespace bench
