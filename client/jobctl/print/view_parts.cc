#include "client/jobctl/print/view_parts.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/print/json.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/text_width.h"

namespace jobctl {

using ductape::jobs::v1::Job;
using ductape::jobs::v1::RetryPolicy;
using ductape::jobs::v1::Run;

Cell StateCell(Job::State state) {
  const Tone tone = state == Job::ACTIVE   ? Tone::kGood
                    : state == Job::PAUSED ? Tone::kBusy
                                           : Tone::kPlain;
  return {Job::State_Name(state), tone};
}

Cell StateCell(Run::State state) {
  switch (state) {
    case Run::COMPLETED:
      return {Run::State_Name(state), Tone::kGood};
    case Run::FAILED:
      return {Run::State_Name(state), Tone::kBad};
    case Run::CANCELLED:
    case Run::SKIPPED:
    case Run::MISSED:
      return {Run::State_Name(state), Tone::kFaint};
    default:
      return {Run::State_Name(state), Tone::kBusy};
  }
}

absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

std::string LabelsText(const google::protobuf::Map<std::string, std::string>& labels) {
  const std::map<std::string, std::string> sorted(labels.begin(), labels.end());
  return absl::StrJoin(sorted, ", ", absl::PairFormatter("="));
}

std::string RetryText(const RetryPolicy& policy) {
  if (policy.max_retries() == 0) return "none";
  std::string text = absl::StrCat("up to ", policy.max_retries());
  if (policy.has_initial_backoff()) {
    absl::StrAppend(&text, ", first after ", DurationText(ToDuration(policy.initial_backoff())));
  }
  if (policy.multiplier() != 0) absl::StrAppend(&text, ", then x", policy.multiplier());
  if (policy.has_max_backoff()) {
    absl::StrAppend(&text, ", at most ", DurationText(ToDuration(policy.max_backoff())));
  }
  if (policy.has_max_elapsed()) {
    absl::StrAppend(&text, ", within ", DurationText(ToDuration(policy.max_elapsed())));
  }
  if (policy.retryable_codes_size() > 0) {
    absl::StrAppend(&text, ", also on ", absl::StrJoin(policy.retryable_codes(), " "));
  }
  if (policy.non_retryable_codes_size() > 0) {
    absl::StrAppend(&text, ", not on ", absl::StrJoin(policy.non_retryable_codes(), " "));
  }
  return text;
}

std::string ErrorText(const Run::Error& error) {
  std::string text = error.code();
  if (!error.message().empty()) absl::StrAppend(&text, ": ", error.message());
  if (error.status() != 0) absl::StrAppend(&text, " (status ", error.status(), ")");
  return text;
}

std::optional<absl::Duration> TookOf(const Run& run, absl::Time now) {
  if (!run.has_start_time()) return std::nullopt;
  const absl::Time end = run.has_end_time() ? ToTime(run.end_time()) : now;
  return std::max(end - ToTime(run.start_time()), absl::ZeroDuration());
}

std::string WhyText(const Run& run, absl::Time now) {
  std::string text = run.reason();
  const auto add = [&text](const std::string& part) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", part);
  };
  if (run.count() > 1) add(absl::StrCat(run.count(), " occurrences"));
  if (run.has_error()) add(ErrorText(run.error()));
  if (run.has_next_attempt_time()) {
    add(absl::StrCat("next attempt ", RelativeTime(ToTime(run.next_attempt_time()), now)));
  }
  return text;
}

std::string Shortened(const std::string& text, size_t width) {
  std::string out = Printable(text);
  if (DisplayWidth(out) <= width) return out;
  while (DisplayWidth(out) >= width) {
    // Whole characters from the end: the bytes 10xxxxxx continue one.
    while ((static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80) out.pop_back();
    out.pop_back();
  }
  return out + "\xE2\x80\xA6";
}

std::string StructText(const google::protobuf::Struct& value) { return ToJson(value); }

}  // namespace jobctl
