#include "client/cpp/call.h"

#include <algorithm>
#include <cmath>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cpp/error.h"

namespace ductape::jobs {
namespace {

bool MayRepeat(const Error& error, Idempotency idempotency) {
  switch (error.code) {
    case absl::StatusCode::kResourceExhausted:
      return error.retry_delay.has_value();
    case absl::StatusCode::kUnavailable:
      return error.retry_delay.has_value() || idempotency == Idempotency::kSafe;
    case absl::StatusCode::kAborted:
      return error.reason == "REQUEST_IN_PROGRESS" && idempotency == Idempotency::kSafe;
    default:
      return false;
  }
}

absl::Status AttemptOnce(const ClientOptions& client, const CallOptions& options,
                         absl::Time deadline, const Attempt& attempt) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  if (!client.bearer_token.empty()) {
    context.AddMetadata("authorization", absl::StrCat("Bearer ", client.bearer_token));
  }
  for (const auto& [key, value] : options.metadata) context.AddMetadata(key, value);
  return ToAbslStatus(attempt(&context));
}

}  // namespace

absl::Duration Backoff(const RetryOptions& retry, int number,
                       std::optional<absl::Duration> asked_for, double draw) {
  const absl::Duration full =
      std::min(retry.max_backoff, retry.initial_backoff * std::pow(2.0, number - 1));
  const absl::Duration drawn = full / 2 + full / 2 * draw;
  return std::max(drawn, asked_for.value_or(absl::ZeroDuration()));
}

absl::Status CallWithRetries(const ClientOptions& client, const CallOptions& options,
                             Idempotency idempotency, const Attempt& attempt) {
  const absl::Time deadline = absl::Now() + options.deadline.value_or(client.default_deadline);
  absl::BitGen random;
  for (int number = 1;; ++number) {
    absl::Status status = AttemptOnce(client, options, deadline, attempt);
    if (status.ok() || number >= client.retry.max_attempts) return status;
    const Error error = ErrorOf(status);
    if (!MayRepeat(error, idempotency)) return status;
    const absl::Duration wait =
        Backoff(client.retry, number, error.retry_delay, absl::Uniform(random, 0.0, 1.0));
    // A wait beyond the deadline would only hide what went wrong.
    if (absl::Now() + wait >= deadline) return status;
    absl::SleepFor(wait);
  }
}

}  // namespace ductape::jobs
