#ifndef SCHEDULER_DISPATCH_BROKER_BROKER_FLIGHT_H_
#define SCHEDULER_DISPATCH_BROKER_BROKER_FLIGHT_H_

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "scheduler/base/millis.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/broker/broker_message.h"
#include "scheduler/dispatch/executor.h"
#include "scheduler/dispatch/secret_redactor.h"

namespace scheduler::dispatch {

// One message on its way, shared by the executor, which ends it when its time is over or it is cancelled,
// and the driver, which ends it by what the broker says. The first one counts. Thread-safe.
//
// It begins without its message, so that it can end while a secret is read that the message needs.
class BrokerFlight {
 public:
  // `on_end` is called just before `done`.
  BrokerFlight(const core::RunRef& run, base::Millis attempt_timeout, std::function<void()> on_end,
               Executor::Done done)
      : run_(run),
        attempt_timeout_(attempt_timeout),
        on_end_(std::move(on_end)),
        done_(std::move(done)) {}

  const core::RunRef& run() const { return run_; }
  base::Millis attempt_timeout() const { return attempt_timeout_; }

  // Once, before a driver gets it. From now on what it ends with is redacted.
  void Fill(BrokerMessage message, SecretRedactor redactor) {
    message_ = std::move(message);
    redactor_ = std::move(redactor);
    filled_.store(true, std::memory_order_release);
  }

  // REQUIRES: after Fill.
  const BrokerMessage& message() const { return message_; }

  // An ended message need not be sent any more.
  bool ended() const { return ended_.load(std::memory_order_acquire); }

  // False if it has ended before. No lock may be held.
  bool Finish(AttemptResult result) {
    if (ended_.exchange(true, std::memory_order_acq_rel)) return false;
    std::exchange(on_end_, nullptr)();
    const Executor::Done done = std::exchange(done_, nullptr);
    const bool redacts = filled_.load(std::memory_order_acquire) && !redactor_.empty();
    done(redacts ? redactor_.Redact(std::move(result)) : std::move(result));
    return true;
  }

 private:
  const core::RunRef run_;
  const base::Millis attempt_timeout_;
  BrokerMessage message_;    // constant once filled_
  SecretRedactor redactor_;  // likewise
  std::atomic<bool> filled_{false};
  std::function<void()> on_end_;
  Executor::Done done_;
  std::atomic<bool> ended_{false};
};

using BrokerFlightPtr = std::shared_ptr<BrokerFlight>;

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_BROKER_BROKER_FLIGHT_H_
