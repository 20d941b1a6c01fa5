#include "server/converters/policies.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/time.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;

// An error code as in Run.Error.code: an upper-case letter, then letters, digits and underscores.
bool IsErrorCode(std::string_view code) {
  if (code.empty() || code.size() > limits::kMaxErrorCodeLength) return false;
  if (!absl::ascii_isupper(code[0])) return false;
  for (const char c : code) {
    if (!absl::ascii_isupper(c) && !absl::ascii_isdigit(c) && c != '_') return false;
  }
  return true;
}

absl::StatusOr<std::vector<std::string>> ToCodes(
    const std::string& field, const google::protobuf::RepeatedPtrField<std::string>& codes) {
  if (codes.size() > limits::kMaxRetryCodes) {
    return errors::FieldTooLarge(field, codes.size(), limits::kMaxRetryCodes);
  }
  for (int i = 0; i < codes.size(); ++i) {
    if (!IsErrorCode(codes[i])) {
      return errors::FieldInvalid(StrCat(field, "[", i, "]"),
                                  StrCat("must have 1 to ", limits::kMaxErrorCodeLength,
                                         " characters of A-Z, 0-9 and _, the first a letter"));
    }
  }
  return std::vector<std::string>(codes.begin(), codes.end());
}

// A count that has `fallback` for 0 and belongs to one mode only.
absl::StatusOr<int32_t> ToModeLimit(const std::string& field, int32_t value, bool allowed,
                                    int32_t fallback, int32_t max, std::string_view mode) {
  if (value == 0) return fallback;
  if (!allowed) return errors::FieldInvalid(field, StrCat("must be 0 unless mode is ", mode));
  if (value < 0 || value > max) {
    return errors::FieldOutOfRange(field, StrCat(value), StrCat("1 to ", max));
  }
  return value;
}

// 0 if it is unset.
absl::StatusOr<Millis> ToBackoff(const std::string& field, bool present,
                                 const google::protobuf::Duration& duration, Millis min,
                                 Millis max) {
  if (!present) return 0;
  return ToMillis(field, duration, min, max);
}

// The two that bound each other, where both are set; the default of one gives way to the other.
absl::Status SetBackoffs(std::string_view field, const v1::RetryPolicy& policy,
                         core::RetryPolicy* result) {
  const std::string initial = StrCat(field, ".initial_backoff");
  const std::string max = StrCat(field, ".max_backoff");
  DUCTAPE_ASSIGN_OR_RETURN(result->initial_backoff,
                           ToBackoff(initial, policy.has_initial_backoff(),
                                     policy.initial_backoff(), 1, limits::kMaxBackoff));
  DUCTAPE_ASSIGN_OR_RETURN(
      result->max_backoff,
      ToBackoff(max, policy.has_max_backoff(), policy.max_backoff(), 1, limits::kMaxBackoff));
  if (policy.has_max_backoff() && result->max_backoff < result->initial_backoff) {
    return errors::FieldInvalid(max, StrCat("must not be shorter than ", initial, ", which is ",
                                            result->initial_backoff, " ms"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<core::RetryPolicy> ToRetryPolicy(std::string_view field,
                                                const v1::RetryPolicy& policy) {
  core::RetryPolicy result;
  if (policy.has_max_retries()) {
    if (policy.max_retries() < 0 || policy.max_retries() > limits::kMaxRetries) {
      return errors::FieldOutOfRange(StrCat(field, ".max_retries"), StrCat(policy.max_retries()),
                                     StrCat("0 to ", limits::kMaxRetries));
    }
    result.max_retries = policy.max_retries();
  }
  DUCTAPE_RETURN_IF_ERROR(SetBackoffs(field, policy, &result));
  const double multiplier = policy.multiplier();
  // Written so that NaN fails.
  if (multiplier != 0 && !(multiplier >= 1 && multiplier <= limits::kMaxBackoffMultiplier)) {
    return errors::FieldOutOfRange(StrCat(field, ".multiplier"), StrCat(multiplier),
                                   StrCat("1 to ", limits::kMaxBackoffMultiplier, ", or 0 for ",
                                          limits::kDefaultBackoffMultiplier));
  }
  result.multiplier = multiplier;
  DUCTAPE_ASSIGN_OR_RETURN(result.max_elapsed,
                           ToBackoff(StrCat(field, ".max_elapsed"), policy.has_max_elapsed(),
                                     policy.max_elapsed(), 0, kLastTime));
  DUCTAPE_ASSIGN_OR_RETURN(result.retryable_codes,
                           ToCodes(StrCat(field, ".retryable_codes"), policy.retryable_codes()));
  DUCTAPE_ASSIGN_OR_RETURN(
      result.non_retryable_codes,
      ToCodes(StrCat(field, ".non_retryable_codes"), policy.non_retryable_codes()));
  return result;
}

void RetryPolicyToProto(const core::RetryPolicy& policy, v1::RetryPolicy* out) {
  if (policy.max_retries.has_value()) out->set_max_retries(*policy.max_retries);
  if (policy.initial_backoff > 0) {
    SetDuration(policy.initial_backoff, out->mutable_initial_backoff());
  }
  if (policy.max_backoff > 0) SetDuration(policy.max_backoff, out->mutable_max_backoff());
  out->set_multiplier(policy.multiplier);
  if (policy.max_elapsed > 0) SetDuration(policy.max_elapsed, out->mutable_max_elapsed());
  for (const std::string& code : policy.retryable_codes) out->add_retryable_codes(code);
  for (const std::string& code : policy.non_retryable_codes) out->add_non_retryable_codes(code);
}

absl::StatusOr<core::EventLimits> ToEventLimits(std::string_view field,
                                                const v1::Event::Limits& from) {
  core::EventLimits result;
  result.max_in_flight = from.max_in_flight();
  if (result.max_in_flight < 0 || result.max_in_flight > limits::kMaxEventInFlight) {
    return errors::FieldOutOfRange(
        StrCat(field, ".max_in_flight"), StrCat(result.max_in_flight),
        StrCat("1 to ", limits::kMaxEventInFlight, ", or 0 for no limit"));
  }
  result.max_per_second = from.max_per_second();
  // Written so that NaN fails.
  if (result.max_per_second != 0 && !(result.max_per_second >= limits::kMinEventPerSecond &&
                                      result.max_per_second <= limits::kMaxEventPerSecond)) {
    return errors::FieldOutOfRange(StrCat(field, ".max_per_second"), StrCat(result.max_per_second),
                                   StrCat(limits::kMinEventPerSecond, " to ",
                                          limits::kMaxEventPerSecond, ", or 0 for no limit"));
  }
  return result;
}

void EventLimitsToProto(const core::EventLimits& from, v1::Event::Limits* out) {
  out->set_max_in_flight(from.max_in_flight);
  out->set_max_per_second(from.max_per_second);
}

absl::StatusOr<core::OverlapPolicy> ToOverlapPolicy(std::string_view field,
                                                    const v1::OverlapPolicy& policy) {
  core::OverlapPolicy result;
  switch (policy.mode()) {
    case v1::OverlapPolicy::MODE_UNSPECIFIED:
    case v1::OverlapPolicy::SKIP:
      result.mode = core::OverlapMode::kSkip;
      break;
    case v1::OverlapPolicy::ALLOW:
      result.mode = core::OverlapMode::kAllow;
      break;
    case v1::OverlapPolicy::BUFFER_ONE:
      result.mode = core::OverlapMode::kBufferOne;
      break;
    default:
      return errors::FieldInvalid(StrCat(field, ".mode"), "must be SKIP, ALLOW or BUFFER_ONE");
  }
  DUCTAPE_ASSIGN_OR_RETURN(
      result.limit,
      ToModeLimit(StrCat(field, ".limit"), policy.limit(), result.mode == core::OverlapMode::kAllow,
                  limits::kDefaultAllowLimit, limits::kMaxAllowLimit, "ALLOW"));
  return result;
}

void OverlapPolicyToProto(const core::OverlapPolicy& policy, v1::OverlapPolicy* out) {
  switch (policy.mode) {
    case core::OverlapMode::kSkip:
      out->set_mode(v1::OverlapPolicy::SKIP);
      break;
    case core::OverlapMode::kAllow:
      out->set_mode(v1::OverlapPolicy::ALLOW);
      out->set_limit(policy.limit);
      break;
    case core::OverlapMode::kBufferOne:
      out->set_mode(v1::OverlapPolicy::BUFFER_ONE);
      break;
  }
}

absl::StatusOr<core::CatchupPolicy> ToCatchupPolicy(std::string_view field,
                                                    const v1::CatchupPolicy& policy) {
  core::CatchupPolicy result;
  switch (policy.mode()) {
    case v1::CatchupPolicy::MODE_UNSPECIFIED:
    case v1::CatchupPolicy::LATEST:
      result.mode = core::CatchupMode::kLatest;
      break;
    case v1::CatchupPolicy::ALL:
      result.mode = core::CatchupMode::kAll;
      break;
    case v1::CatchupPolicy::NONE:
      result.mode = core::CatchupMode::kNone;
      break;
    default:
      return errors::FieldInvalid(StrCat(field, ".mode"), "must be LATEST, ALL or NONE");
  }
  const bool all = result.mode == core::CatchupMode::kAll;
  if (policy.has_window()) {
    const std::string path = StrCat(field, ".window");
    if (!all) return errors::FieldInvalid(path, "must be unset unless mode is ALL");
    DUCTAPE_ASSIGN_OR_RETURN(result.window, ToMillis(path, policy.window(), limits::kFreshness,
                                                     limits::kMaxCatchupWindow));
  }
  DUCTAPE_ASSIGN_OR_RETURN(
      result.limit, ToModeLimit(StrCat(field, ".limit"), policy.limit(), all,
                                limits::kDefaultCatchupLimit, limits::kMaxCatchupLimit, "ALL"));
  return result;
}

void CatchupPolicyToProto(const core::CatchupPolicy& policy, v1::CatchupPolicy* out) {
  switch (policy.mode) {
    case core::CatchupMode::kLatest:
      out->set_mode(v1::CatchupPolicy::LATEST);
      break;
    case core::CatchupMode::kAll:
      out->set_mode(v1::CatchupPolicy::ALL);
      SetDuration(policy.window, out->mutable_window());
      out->set_limit(policy.limit);
      break;
    case core::CatchupMode::kNone:
      out->set_mode(v1::CatchupPolicy::NONE);
      break;
  }
}

absl::StatusOr<core::DstPolicy> ToDstPolicy(std::string_view field, const v1::DstPolicy& policy) {
  core::DstPolicy result;
  switch (policy.gap()) {
    case v1::DstPolicy::GAP_UNSPECIFIED:
    case v1::DstPolicy::RUN_AFTER:
      break;
    case v1::DstPolicy::SKIP:
      result.gap = core::DstGap::kSkip;
      break;
    default:
      return errors::FieldInvalid(StrCat(field, ".gap"), "must be RUN_AFTER or SKIP");
  }
  switch (policy.fold()) {
    case v1::DstPolicy::FOLD_UNSPECIFIED:
    case v1::DstPolicy::FIRST:
      break;
    case v1::DstPolicy::BOTH:
      result.fold = core::DstFold::kBoth;
      break;
    default:
      return errors::FieldInvalid(StrCat(field, ".fold"), "must be FIRST or BOTH");
  }
  return result;
}

void DstPolicyToProto(const core::DstPolicy& policy, v1::DstPolicy* out) {
  out->set_gap(static_cast<v1::DstPolicy::Gap>(policy.gap));
  out->set_fold(static_cast<v1::DstPolicy::Fold>(policy.fold));
}

}  // namespace server
