#include "scheduler/dispatch/event_tester.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/random.h"

namespace scheduler::dispatch {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;

struct UnderWay {
  Executor* executor = nullptr;
  const base::Clock* clock = nullptr;
  core::ClaimedRun run;
  base::Millis start = 0;
  int64_t deadline_nanos = 0;  // of the monotonic clock
  bool again = false;
  std::shared_ptr<std::atomic<int>> count;
  EventTester::Done done;
};

void Execute(const std::shared_ptr<UnderWay>& test) {
  test->executor->Execute(test->run, [test](AttemptResult attempt) {
    if (attempt.released && !test->again) {
      // A kept connection was closed meanwhile, which says nothing of the target. A run would be sent anew;
      // the same key and token tell the target that this is no second delivery.
      test->again = true;
      const int64_t left = test->deadline_nanos - test->clock->MonoNanos();
      test->run.attempt_timeout = std::max<base::Millis>(left / kNanosPerMilli, 1);
      return Execute(test);
    }
    test->count->fetch_sub(1);
    const core::AttemptTrace& trace = *test->run.trace;
    test->done({std::move(attempt), test->start, test->clock->WallNow(), trace.request(),
                trace.response()});
  });
}

}  // namespace

core::Uid EventTester::NewUid() {
  // Those of what is stored are counted up from 1.
  return base::Mix64(seed_ + uids_.fetch_add(1)) | (uint64_t{1} << 63);
}

absl::Status EventTester::Test(core::ClaimedRun run, core::RunKey* key, Done done) {
  constexpr base::Millis kRetryAfter = 500;
  Executor* const executor = dispatcher_->executor(core::ExecutorLane(run.event->target));
  if (executor == nullptr) return absl::UnimplementedError("no executor serves this target");
  if (under_way_->fetch_add(1) >= kMaxAtOnce) {
    under_way_->fetch_sub(1);
    return base::errors::Overloaded("tests", kRetryAfter);
  }
  run.key = {NewUid(), 1};
  run.token = 1;
  run.attempt = 1;
  run.trigger = core::Trigger::kManual;
  const base::Millis start = clock_->WallNow();
  run.scheduled_time = start;
  run.due_time = start;
  run.trace = std::make_shared<core::AttemptTrace>();
  *key = run.key;
  const int64_t deadline = clock_->MonoNanos() + run.attempt_timeout * kNanosPerMilli;
  Execute(std::make_shared<UnderWay>(UnderWay{executor, clock_, std::move(run), start, deadline,
                                              false, under_way_, std::move(done)}));
  return absl::OkStatus();
}

}  // namespace scheduler::dispatch
