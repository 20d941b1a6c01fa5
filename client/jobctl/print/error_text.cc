#include "client/jobctl/print/error_text.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/error.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/print/text_width.h"

namespace jobctl {
namespace {

using ductape::jobs::Error;

using Hint = std::pair<absl::string_view, absl::string_view>;

// What to do about a reason, where the message itself does not say.
constexpr std::array<Hint, 15> kReasonHints = {{
    {"JOB_NOT_FOUND", "`jobctl job list` shows the jobs there are; is --product right?"},
    {"JOB_ALREADY_EXISTS", "`jobctl job update` changes it"},
    {"EVENT_ALREADY_EXISTS", "`jobctl event update` changes it"},
    {"EVENT_NOT_FOUND", "`jobctl event list` shows the events there are"},
    {"EVENT_IN_USE", "delete its jobs first, or use --force"},
    {"CALENDAR_ALREADY_EXISTS", "`jobctl calendar update` changes it"},
    {"CALENDAR_NOT_FOUND", "`jobctl calendar list` shows the calendars there are"},
    {"CALENDAR_IN_USE", "let its jobs go without it first, or use --force"},
    {"CONNECTION_ALREADY_EXISTS", "`jobctl connection update` changes it"},
    {"CONNECTION_NOT_FOUND", "`jobctl connection list` shows the connections there are"},
    {"CONNECTION_IN_USE", "delete its events first, or use --force"},
    {"ETAG_MISMATCH", "someone changed it meanwhile: get it again"},
    {"RUN_NOT_FOUND", "`jobctl run list --job TAG` shows the runs that are kept"},
    {"RUN_ACTIVE", "wait for the active run, or use --overlap allow"},
    {"REQUEST_ID_REUSED", "use another --request-id"},
}};

// The flags of fields whose names say it less clearly; for others the flag is the field's name.
constexpr std::array<Hint, 21> kFlags = {{
    {"job.intervals", "--every"},
    {"job.times", "--at"},
    {"job.time_zone", "--time-zone"},
    {"job.dst_policy", "--dst-gap, --dst-fold"},
    {"job.dst_policy.gap", "--dst-gap"},
    {"job.dst_policy.fold", "--dst-fold"},
    {"job.exclude_calendars", "--exclude-calendar"},
    {"job.event_type", "--event TYPE/TAG"},
    {"job.event_tag", "--event TYPE/TAG"},
    {"job.start_time", "--start"},
    {"job.end_time", "--end"},
    {"job.executions", "--executions"},
    {"job.name", "--name"},
    {"event.event_type", "--type"},
    {"event.http.url", "--url"},
    {"event.grpc.address", "--grpc-address"},
    {"event.grpc.connection", "--grpc-connection"},
    {"calendar.time_zone", "--time-zone"},
    {"calendar.icalendar", "--icalendar"},
    {"from_time", "--from"},
    {"to_time", "--to"},
}};

template <size_t n>
absl::string_view Find(const std::array<Hint, n>& hints, absl::string_view key) {
  for (const auto& [name, hint] : hints) {
    if (name == key) return hint;
  }
  return "";
}

std::string ConnectionHint(absl::string_view address) {
  return absl::StrCat("is ductape-jobsd running at ", address,
                      "? Set --address or DUCTAPE_JOBS_ADDRESS; --tls if it speaks TLS");
}

std::string HintFor(const Error& error, absl::string_view address) {
  if (error.reason.empty() && error.code == absl::StatusCode::kUnavailable) {
    return ConnectionHint(address);
  }
  if (error.reason.empty() && error.code == absl::StatusCode::kDeadlineExceeded) {
    return "no answer in time; --timeout gives more";
  }
  if (error.retry_delay.has_value()) {
    return absl::StrCat("try again in ", DurationText(*error.retry_delay));
  }
  return std::string(Find(kReasonHints, error.reason));
}

}  // namespace

std::string ErrorMessage(absl::string_view what, const absl::Status& status,
                         absl::string_view address, bool flags) {
  const Error error = ductape::jobs::ErrorOf(status);
  std::string text =
      absl::StrCat("jobctl: cannot ", what, ": ", absl::StatusCodeToString(error.code),
                   error.reason.empty() ? "" : absl::StrCat(" (", error.reason, ")"), "\n");
  for (const auto& violation : error.fields) {
    // Messages begin with the path as a rule; it is not said twice.
    const bool says_field = absl::StartsWith(violation.description, violation.field);
    absl::StrAppend(&text, "  ", says_field ? "" : Printable(violation.field + ": "),
                    Printable(violation.description), "\n");
    const absl::string_view flag = flags ? Find(kFlags, violation.field) : "";
    if (!flag.empty()) absl::StrAppend(&text, "  flag: ", flag, "\n");
  }
  if (error.fields.empty()) absl::StrAppend(&text, "  ", Printable(error.message), "\n");
  const std::string hint = HintFor(error, address);
  if (!hint.empty()) absl::StrAppend(&text, "  hint: ", Printable(hint), "\n");
  return text;
}

}  // namespace jobctl
