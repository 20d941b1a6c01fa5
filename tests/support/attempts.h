#ifndef TESTS_SUPPORT_ATTEMPTS_H_
#define TESTS_SUPPORT_ATTEMPTS_H_

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/executor.h"

// Attempts as the engine would start them, for tests of executors.
namespace support {

// A claimed run of an ACTION whose event has `target`.
inline scheduler::core::ClaimedRun ClaimedRunOf(scheduler::core::Target target,
                                                int64_t number = 1) {
  namespace core = scheduler::core;
  auto event = std::make_shared<core::Event>();
  event->product = "default";
  event->key = {core::EventType::kAction, "action_tag"};
  event->target = std::move(target);
  core::ClaimedRun run;
  run.key = {core::MakeUid(77, 5), number};
  run.token = core::MakeToken(1, static_cast<uint32_t>(number));
  run.attempt = 1;
  run.scheduled_time = 1'735'787'045'678;
  run.due_time = run.scheduled_time;
  run.attempt_timeout = 60'000;
  run.product = "default";
  run.job_tag = "example_job";
  run.job_name = "Example Job";
  run.event = std::move(event);
  return run;
}

inline scheduler::core::RunRef RefOf(const scheduler::core::ClaimedRun& run) {
  return {run.key, run.token};
}

// One attempt under way. A second call of `done` ends the test program: it is never right.
class Attempt {
 public:
  Attempt(scheduler::dispatch::Executor* executor, scheduler::core::ClaimedRun run)
      : ref_(RefOf(run)), timeout_(run.attempt_timeout), result_(promise_->get_future()) {
    executor->Execute(std::move(run),
                      [promise = promise_](scheduler::dispatch::AttemptResult result) {
                        promise->set_value(std::move(result));
                      });
  }

  const scheduler::core::RunRef& ref() const { return ref_; }
  // Fails as LOST if `done` has not been called a minute after the attempt's timeout.
  scheduler::dispatch::AttemptResult Wait() {
    const auto patience = timeout_ + std::chrono::minutes(1);
    if (result_.wait_for(patience) == std::future_status::ready) return result_.get();
    scheduler::core::RunError lost;
    lost.code = "LOST";
    lost.message = "the executor has not ended the attempt";
    scheduler::dispatch::AttemptResult result;
    result.error = std::make_shared<const scheduler::core::RunError>(std::move(lost));
    return result;
  }

 private:
  using Promise = std::promise<scheduler::dispatch::AttemptResult>;
  const std::shared_ptr<Promise> promise_ = std::make_shared<Promise>();
  const scheduler::core::RunRef ref_;
  const std::chrono::milliseconds timeout_;
  std::future<scheduler::dispatch::AttemptResult> result_;
};

// The code of a failed attempt; "COMPLETED", "CANCELLED" or "RELEASED" for the others.
inline std::string CodeOf(const scheduler::dispatch::AttemptResult& result) {
  if (result.completed) return "COMPLETED";
  if (result.cancelled) return "CANCELLED";
  if (result.released) return "RELEASED";
  return result.error == nullptr ? "no error" : result.error->code;
}

}  // namespace support

#endif  // TESTS_SUPPORT_ATTEMPTS_H_
