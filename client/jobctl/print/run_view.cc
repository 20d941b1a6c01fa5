#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/view_parts.h"
#include "client/jobctl/print/views.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Run;

constexpr size_t kWhyWidth = 60;

std::string TookText(const Run& run, absl::Time now) {
  const std::optional<absl::Duration> took = TookOf(run, now);
  return took.has_value() ? DurationText(absl::Trunc(*took, absl::Milliseconds(1))) : "";
}

// How late the first attempt was sent.
std::string LateText(const Run& run) {
  if (!run.has_start_time() || !run.has_due_time()) return "";
  return DurationText(
      absl::Trunc(ToTime(run.start_time()) - ToTime(run.due_time()), absl::Milliseconds(1)));
}

std::string AttemptText(const Run::Attempt& attempt, absl::Time now) {
  std::string text = TimeAndDistance(ToTime(attempt.start_time()), now);
  if (attempt.has_end_time()) {
    absl::StrAppend(
        &text, ", took ",
        DurationText(absl::Trunc(ToTime(attempt.end_time()) - ToTime(attempt.start_time()),
                                 absl::Milliseconds(1))));
  } else {
    absl::StrAppend(&text, ", under way");
  }
  if (!attempt.worker().empty()) absl::StrAppend(&text, ", by ", attempt.worker());
  if (attempt.has_error()) absl::StrAppend(&text, ", ", ErrorText(attempt.error()));
  return text;
}

template <class Message>
std::string When(bool is_set, const Message& time, absl::Time now) {
  return is_set ? TimeAndDistance(ToTime(time), now) : "";
}

}  // namespace

template <>
std::vector<std::string> HeaderOf<Run>() {
  return {"RUN", "STATE", "TRIGGER", "SCHEDULED", "LATE", "TOOK", "ATTEMPTS", "WHY"};
}

std::string NameOf(const Run& run) { return run.run_id(); }

Row RowOf(const Run& run, absl::Time now) {
  return {{run.run_id()},
          StateCell(run.state()),
          {Run::Trigger_Name(run.trigger())},
          {RelativeTime(ToTime(run.scheduled_time()), now)},
          {LateText(run)},
          {TookText(run, now)},
          {absl::StrCat(run.attempt_count())},
          {Shortened(WhyText(run, now), kWhyWidth)}};
}

Fields PageOf(const Run& run, absl::Time now) {
  const auto plain = [](std::string text) { return Cell{std::move(text)}; };
  Fields fields = {
      {"Run", plain(run.run_id())},
      {"Job", plain(absl::StrCat(run.job_tag(), " (", run.job_uid(), ")"))},
      {"Product", plain(run.product())},
      {"State", StateCell(run.state())},
      {"Why", plain(WhyText(run, now))},
      {"Trigger", plain(Run::Trigger_Name(run.trigger()))},
      {"Requested by", plain(run.requested_by())},
      {"Scheduled", plain(When(run.has_scheduled_time(), run.scheduled_time(), now))},
      {"Last occurrence",
       plain(When(run.has_last_scheduled_time(), run.last_scheduled_time(), now))},
      {"Due", plain(When(run.has_due_time(), run.due_time(), now))},
      {"Created", plain(When(run.has_create_time(), run.create_time(), now))},
      {"Started", plain(When(run.has_start_time(), run.start_time(), now))},
      {"Ended", plain(When(run.has_end_time(), run.end_time(), now))},
      {"Next attempt", plain(When(run.has_next_attempt_time(), run.next_attempt_time(), now))},
      {"Late", plain(LateText(run))},
      {"Took", plain(TookText(run, now))},
      {"Attempts", plain(absl::StrCat(run.attempt_count()))}};
  for (const Run::Attempt& attempt : run.attempts()) {
    fields.push_back(
        {absl::StrCat("  ", attempt.attempt()),
         Cell{AttemptText(attempt, now), attempt.has_error() ? Tone::kBad : Tone::kPlain}});
  }
  fields.push_back({"Error", Cell{run.has_error() ? ErrorText(run.error()) : "", Tone::kBad}});
  fields.push_back({run.output_truncated() ? "Output (part)" : "Output", plain(run.output())});
  fields.push_back({"Environment", plain(run.env())});
  fields.push_back({"Generation", plain(absl::StrCat(run.generation()))});
  fields.push_back({"Trace", plain(run.traceparent())});
  return fields;
}

}  // namespace jobctl
