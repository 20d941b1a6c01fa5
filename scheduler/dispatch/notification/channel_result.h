#ifndef SCHEDULER_DISPATCH_NOTIFICATION_CHANNEL_RESULT_H_
#define SCHEDULER_DISPATCH_NOTIFICATION_CHANNEL_RESULT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "scheduler/base/millis.h"
#include "scheduler/core/target.h"
#include "scheduler/dispatch/attempt_connection.h"
#include "scheduler/dispatch/executor.h"

namespace scheduler::dispatch {

// What became of a message for one of those whom a channel sends to.
struct Delivery {
  std::string to;  // an address, a number, a device's token
  // That the service gave it; empty if it failed or has none. Of a probe: what it says of itself.
  std::string id;
  std::string code;     // the failure class; empty: it was taken
  std::string message;  // of a failure
  int32_t status = 0;   // the service's own, of a failure; 0 if it has none
  std::optional<base::Millis> retry_after;
};

// How one channel of a notification ended. It is sent if at least one delivery was taken.
struct ChannelResult {
  std::string_view kind;  // see KindOfChannel
  std::vector<Delivery> deliveries;
  bool cancelled = false;  // stopped, and whether anything was sent is unknown
  bool released = false;   // a callback whose kept connection was closed (executor.h)

  bool sent() const;
  // The delivery that stands for a channel that failed: the first of the class that is retried, else the first.
  // REQUIRES: at least one delivery, not sent.
  const Delivery& Failure() const;
};

// "email", "push", "sms", "callback".
std::string_view KindOfChannel(const core::NotificationTarget::Channel& channel);

// A channel that failed as a whole. The message is brought into the form that runs record.
ChannelResult FailedChannel(std::string_view kind, std::string_view code, std::string_view message,
                            int32_t status = 0);
// Likewise, kept from being sent by its settings or secrets (attempt_results.h, UnsentAttempt).
ChannelResult UnsentChannel(std::string_view kind, const absl::Status& status);
// What another executor, or a call's transport, made of it.
ChannelResult ChannelOf(std::string_view kind, const AttemptResult& attempt);
ChannelResult CancelledChannel(std::string_view kind);

// Without the secrets in what services answered.
ChannelResult RedactChannel(const SecretRedactor& redactor, ChannelResult result);

// The run's result: completed if a channel was sent, else failed with the class of the first channel whose class is
// retried, or the first, and a message that names each. The output tells of each channel:
//
//   {"channels":[{"kind":"email","status":"sent","id":"4F1A"},
//                {"kind":"sms","status":"failed","code":"UNAUTHENTICATED","message":"…"}]}
//
// With several recipients also "sent" and "failed", their numbers, and "failures" with the first few. These
// are left out, and messages shortened, where all would be longer than a run records.
AttemptResult CombineChannels(const std::vector<ChannelResult>& channels);

// A probe's result, of its one channel: the output is the delivery's id. REQUIRES: one delivery, not cancelled.
AttemptResult ResultOfProbe(const ChannelResult& channel);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_NOTIFICATION_CHANNEL_RESULT_H_
