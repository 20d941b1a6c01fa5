#include "tests/bench/load/clock.h"
#include "tests/bench/load/commands.h"
#include "tests/bench/load/jobs.h"
#include "tests/bench/load/report.h"
#include "tests/bench/load/worker_stream.h"

namespace bench {

int RunFirst(Flags* flags) {
  const std::string address = flags->Text("address", "");
  const int64_t timeout = flags->Int("timeout", 120);
  flags->RefuseUnknown();

  const int64_t give_up = MonoNanos() + timeout * kNanosPerSecond;
  const auto channel = OpenChannel(address);
  Tally tally;
  int64_t streams = 0;
  while (MonoNanos() < give_up) {
    // A channel that is being connected again fails the call at once; so does a server that is
    // still recovering.
    WorkerStream worker(channel, 1000, &tally);
    ++streams;
    while (MonoNanos() < give_up && worker.first_delivery_nanos() == 0) {
      if (worker.AwaitEnd(kNanosPerMilli)) break;
    }
    if (worker.first_delivery_nanos() != 0) {
      Report()
          .Add("first_delivery_mono_ns", worker.first_delivery_nanos())
          .Add("streams", streams)
          .Print();
      return 0;
    }
    SleepFor(5 * kNanosPerMilli);
  }
  return 1;
}

}  // namespace bench
