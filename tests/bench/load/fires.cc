#include "tests/bench/load/commands.h"
#include "tests/bench/load/creator.h"
#include "tests/bench/load/window.h"
#include "tests/bench/load/worker_stream.h"

namespace bench {

int RunFires(Flags* flags) {
  const std::string address = flags->Text("address", "");
  const auto streams = static_cast<int>(flags->Int("streams", 2));
  const auto in_flight = static_cast<int32_t>(flags->Int("max-in-flight", 100'000));
  Window window(flags);
  const JobPlan plan = Window::Plan(flags);
  flags->RefuseUnknown();

  CreateEvent(address, "");
  Tally tally;
  const Workers workers(address, streams, in_flight, &tally);
  const CreateResult created = CreateAll(address, plan);
  window.Measure(&tally, plan);
  const Tally::Sums sums = tally.sums();
  window.Describe(sums, sums.completed)
      .Add("create_per_second", static_cast<double>(created.created) / created.seconds)
      .Print();
  return 0;
}

}  // namespace bench
