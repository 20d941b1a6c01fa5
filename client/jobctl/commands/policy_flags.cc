#include "client/jobctl/commands/policy_flags.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/parse/enum.h"
#include "client/jobctl/parse/message_file.h"
#include "client/jobctl/parse/time.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::OverlapPolicy;
using ductape::jobs::v1::RetryPolicy;

template <class Message>
void AddRetryWaits(MessageFlags<Message>& flags) {
  const auto add = [&flags](const std::string& flag, const std::string& help,
                            google::protobuf::Duration* (RetryPolicy::*field)()) {
    flags.Add(flag, "DURATION", "retry_policy", help,
              [field](const std::string& text, Message& message) {
                return SetDuration(text, (message.mutable_retry_policy()->*field)());
              });
  };
  add("--initial-backoff", "The wait before the first retry (default 1s)",
      &RetryPolicy::mutable_initial_backoff);
  add("--max-backoff", "The longest wait before a retry (default 5m)",
      &RetryPolicy::mutable_max_backoff);
  add("--max-elapsed", "No retry later than this after the run was due",
      &RetryPolicy::mutable_max_elapsed);
}

template <class Message>
void AddRetryFlags(MessageFlags<Message>& flags) {
  flags.Add("--max-retries", "N", "retry_policy", "How often a failed run is tried again",
            [](const std::string& text, Message& message) {
              return SetInt32(
                  text, [&](int32_t n) { message.mutable_retry_policy()->set_max_retries(n); });
            });
  AddRetryWaits(flags);
  flags.Add("--backoff-multiplier", "FACTOR", "retry_policy",
            "What each wait is multiplied by to give the next (default 2)",
            [](const std::string& text, Message& message) {
              return SetDouble(
                  text, [&](double n) { message.mutable_retry_policy()->set_multiplier(n); });
            });
  flags.AddRepeated(
      "--retry-on", "CODE", "retry_policy", "Retry this error code as well",
      [](const std::string& text, Message& message) {
        message.mutable_retry_policy()->add_retryable_codes(text);
        return absl::OkStatus();
      },
      [](Message& message) { message.mutable_retry_policy()->clear_retryable_codes(); });
  flags.AddRepeated(
      "--no-retry-on", "CODE", "retry_policy", "Never retry this error code",
      [](const std::string& text, Message& message) {
        message.mutable_retry_policy()->add_non_retryable_codes(text);
        return absl::OkStatus();
      },
      [](Message& message) { message.mutable_retry_policy()->clear_non_retryable_codes(); });
}

template <class Message>
void AddCommon(MessageFlags<Message>& flags) {
  AddRetryFlags(flags);
  flags.Add("--attempt-timeout", "DURATION", "attempt_timeout", "How long one attempt may take",
            [](const std::string& text, Message& message) {
              return SetDuration(text, message.mutable_attempt_timeout());
            });
  AddLabelFlag(flags);
}

}  // namespace

void AddCommonFlags(MessageFlags<ductape::jobs::v1::Job>& flags) { AddCommon(flags); }
void AddCommonFlags(MessageFlags<ductape::jobs::v1::Event>& flags) { AddCommon(flags); }

absl::Status SetDuration(const std::string& text, google::protobuf::Duration* field) {
  const absl::StatusOr<absl::Duration> duration = ParseDuration(text);
  if (!duration.ok()) return duration.status();
  const int64_t millis = absl::ToInt64Milliseconds(*duration);
  field->set_seconds(millis / 1000);
  field->set_nanos(static_cast<int32_t>(millis % 1000 * 1'000'000));
  return absl::OkStatus();
}

absl::Status SetStruct(const std::string& text, std::istream& in, google::protobuf::Struct* field) {
  absl::StatusOr<std::string> json = TextOrFile(text, in);
  if (!json.ok()) return json.status();
  field->Clear();
  absl::Status status = FromJson(*json, field);
  if (status.ok()) return status;
  return absl::InvalidArgumentError(
      absl::StrCat("is no JSON object like {\"key\": 1} (or @FILE): ", status.message()));
}

absl::Status SetTime(const std::string& text, const Io& io, google::protobuf::Timestamp* field) {
  const absl::StatusOr<absl::Time> at = ParseTime(text, io.now());
  if (!at.ok()) return at.status();
  *field = ToTimestamp(*at);
  return absl::OkStatus();
}

absl::Status SetInt64(const std::string& text, const std::function<void(int64_t)>& set) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no whole number"));
  }
  set(number);
  return absl::OkStatus();
}

absl::Status SetInt32(const std::string& text, const std::function<void(int32_t)>& set) {
  int32_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no whole number in range"));
  }
  set(number);
  return absl::OkStatus();
}

absl::Status SetDouble(const std::string& text, const std::function<void(double)>& set) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no number"));
  }
  set(number);
  return absl::OkStatus();
}

absl::Status SetOverlapMode(const std::string& text, OverlapPolicy* policy) {
  const absl::StatusOr<OverlapPolicy::Mode> mode = ParseEnum<OverlapPolicy::Mode>(text);
  if (!mode.ok()) return mode.status();
  policy->set_mode(*mode);
  // What another mode left behind is not asked for.
  if (*mode != OverlapPolicy::ALLOW) policy->clear_limit();
  return absl::OkStatus();
}

std::string OverlapChoices() { return EnumChoices<OverlapPolicy::Mode>(); }

}  // namespace jobctl
