#include "scheduler/dispatch/notification/channel_result.h"

#include <algorithm>
#include <utility>

#include "nlohmann/json.hpp"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/dispatch/attempt_results.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using nlohmann::json;

// Ten channels, each with its message, fit into a run's output, unless JSON has to escape much.
constexpr size_t kMaxMessageBytes = 200;
constexpr size_t kMaxIdBytes = 128;
constexpr size_t kMaxFailures = 5;

bool IsFailed(const Delivery& delivery) { return !delivery.code.empty(); }

json FailuresOf(const ChannelResult& channel) {
  json failures = json::array();
  for (const Delivery& delivery : channel.deliveries) {
    if (!IsFailed(delivery)) continue;
    if (failures.size() == kMaxFailures) break;
    failures.push_back({{"to", ToMessage(delivery.to, 64)},
                        {"code", delivery.code},
                        {"message", ToMessage(delivery.message, kMaxMessageBytes)}});
  }
  return failures;
}

// `whole`: with what may be left out. The message of a failure gets up to `max_message` bytes.
json JsonOf(const ChannelResult& channel, bool whole, size_t max_message) {
  json out = {{"kind", std::string(channel.kind)}, {"status", channel.sent() ? "sent" : "failed"}};
  if (channel.sent()) {
    const auto first = std::find_if(channel.deliveries.begin(), channel.deliveries.end(),
                                    [](const Delivery& delivery) { return !IsFailed(delivery); });
    if (!first->id.empty()) out["id"] = ToMessage(first->id, kMaxIdBytes);
  } else {
    const Delivery& failure = channel.Failure();
    out["code"] = failure.code;
    out["message"] = ToMessage(failure.message, max_message);
  }
  if (channel.deliveries.size() < 2) return out;
  const auto failed =
      std::count_if(channel.deliveries.begin(), channel.deliveries.end(), &IsFailed);
  out["sent"] = channel.deliveries.size() - static_cast<size_t>(failed);
  out["failed"] = failed;
  if (whole && failed > 0) out["failures"] = FailuresOf(channel);
  return out;
}

std::string OutputOf(const std::vector<ChannelResult>& channels, bool whole, size_t max_message) {
  json list = json::array();
  for (const ChannelResult& channel : channels) {
    list.push_back(JsonOf(channel, whole, max_message));
  }
  // What is no UTF-8 was replaced before.
  return json::object({{"channels", std::move(list)}})
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

std::shared_ptr<const core::RunOutput> BoundedOutput(const std::vector<ChannelResult>& channels) {
  constexpr auto kMost = static_cast<size_t>(base::limits::kMaxOutputBytes);
  std::string text = OutputOf(channels, true, kMaxMessageBytes);
  // Cut text would be no JSON.
  for (size_t most = kMaxMessageBytes; text.size() > kMost; most /= 2) {
    text = OutputOf(channels, false, most);
    if (most == 0) break;
  }
  return CompletedAttempt(text).output;
}

std::string MessageOf(const std::vector<ChannelResult>& channels) {
  std::string message;
  for (const ChannelResult& channel : channels) {
    const Delivery& failure = channel.Failure();
    base::StrAppend(
        &message, message.empty() ? "" : "; ", channel.kind, ": ", failure.code, ": ",
        channels.size() == 1 ? failure.message : ToMessage(failure.message, kMaxMessageBytes));
  }
  return message;
}

bool IsRetried(const Delivery& delivery) { return core::failure::IsRetryableClass(delivery.code); }

}  // namespace

bool ChannelResult::sent() const {
  return !cancelled && !std::all_of(deliveries.begin(), deliveries.end(), &IsFailed);
}

const Delivery& ChannelResult::Failure() const {
  const auto retried = std::find_if(deliveries.begin(), deliveries.end(), &IsRetried);
  return retried == deliveries.end() ? deliveries.front() : *retried;
}

std::string_view KindOfChannel(const core::NotificationTarget::Channel& channel) {
  struct Name {
    std::string_view operator()(const core::EmailMessage& /*message*/) const { return "email"; }
    std::string_view operator()(const core::PushMessage& /*message*/) const { return "push"; }
    std::string_view operator()(const core::SmsMessage& /*message*/) const { return "sms"; }
    std::string_view operator()(const core::HttpTarget& /*message*/) const { return "callback"; }
  };
  return std::visit(Name(), channel.message);
}

ChannelResult FailedChannel(std::string_view kind, std::string_view code, std::string_view message,
                            int32_t status) {
  return ChannelOf(kind, FailedAttempt(code, message, status));
}

ChannelResult UnsentChannel(std::string_view kind, const absl::Status& status) {
  return ChannelOf(kind, UnsentAttempt(status));
}

ChannelResult ChannelOf(std::string_view kind, const AttemptResult& attempt) {
  ChannelResult result;
  result.kind = kind;
  result.cancelled = attempt.cancelled;
  result.released = attempt.released;
  Delivery delivery;
  if (attempt.error != nullptr) {
    delivery.code = attempt.error->code;
    delivery.message = attempt.error->message;
    delivery.status = attempt.error->status;
    delivery.retry_after = attempt.retry_after;
  } else if (!attempt.completed) {
    delivery.code = attempt.cancelled ? core::failure::kCancelled : core::failure::kConnection;
    delivery.message =
        attempt.cancelled ? "stopped" : "a kept connection was closed before an answer";
  }
  result.deliveries.push_back(std::move(delivery));
  return result;
}

ChannelResult CancelledChannel(std::string_view kind) {
  return ChannelOf(kind, CancelledAttempt());
}

ChannelResult RedactChannel(const SecretRedactor& redactor, ChannelResult result) {
  if (redactor.empty()) return result;
  // Each may have been cut within a secret.
  for (Delivery& delivery : result.deliveries) {
    delivery.to = redactor.Redact(std::move(delivery.to), true);
    delivery.id = redactor.Redact(std::move(delivery.id), true);
    delivery.message = redactor.Redact(std::move(delivery.message), true);
  }
  return result;
}

AttemptResult ResultOfProbe(const ChannelResult& channel) {
  if (channel.sent()) return CompletedAttempt(channel.deliveries.front().id);
  const Delivery& failure = channel.Failure();
  AttemptResult result = FailedAttempt(failure.code, failure.message, failure.status);
  result.retry_after = failure.retry_after;
  return result;
}

AttemptResult CombineChannels(const std::vector<ChannelResult>& channels) {
  AttemptResult result;
  const auto is_sent = [](const ChannelResult& channel) { return channel.sent(); };
  if (std::any_of(channels.begin(), channels.end(), is_sent)) {
    result.completed = true;
    result.output = BoundedOutput(channels);
    return result;
  }
  if (channels.size() == 1 && channels[0].released) {
    result.released = true;
    return result;
  }
  const auto retried =
      std::find_if(channels.begin(), channels.end(),
                   [](const ChannelResult& channel) { return IsRetried(channel.Failure()); });
  const Delivery& failure = (retried == channels.end() ? channels.front() : *retried).Failure();
  result = FailedAttempt(failure.code, MessageOf(channels), failure.status);
  result.retry_after = failure.retry_after;
  result.output = BoundedOutput(channels);
  return result;
}

}  // namespace scheduler::dispatch
