#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/parse/event_ref.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/resource_fields.h"
#include "client/jobctl/print/view_parts.h"
#include "client/jobctl/print/views.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Event;
using ductape::jobs::v1::HttpTarget;

constexpr size_t kTargetWidth = 70;

std::string MethodText(HttpTarget::Method method) {
  if (method == HttpTarget::METHOD_UNSPECIFIED) return "POST";
  return std::string(absl::StripSuffix(HttpTarget::Method_Name(method), "_METHOD"));
}

// `POST https://…`, `POST CONNECTION /path`, `grpc HOST:PORT package.Service/Method`, `worker QUEUE`.
std::string TargetText(const Event& event) {
  switch (event.target_case()) {
    case Event::kHttp:
      return absl::StrCat(MethodText(event.http().method()), " ",
                          event.http().connection().empty() ? "" : event.http().connection() + " ",
                          event.http().url());
    case Event::kGrpc:
      return absl::StrCat("grpc ", event.grpc().address(), " ", event.grpc().method());
    case Event::kWorker:
      return absl::StrCat("worker ",
                          event.worker().queue().empty() ? NameOf(event) : event.worker().queue());
    case Event::TARGET_NOT_SET:
      return "";
  }
  return "";
}

void AddTarget(const Event& event, Fields* fields) {
  const auto add = [fields](const char* label, std::string text) {
    fields->push_back({label, Cell{std::move(text)}});
  };
  add("Target", TargetText(event));
  if (event.has_http()) {
    add("Path parameters", LabelsText(event.http().path_params()));
    add("Query", LabelsText(event.http().query()));
    add("Headers", LabelsText(event.http().headers()));
    add("Body", event.http().body());
    for (const std::string& code : event.http().success_codes()) add("Success on", code);
  }
  if (event.has_grpc()) {
    add("Message", event.grpc().has_message() ? StructText(event.grpc().message()) : "");
    add("Metadata", LabelsText(event.grpc().metadata()));
  }
}

}  // namespace

template <>
std::vector<std::string> HeaderOf<Event>() {
  return {"EVENT", "NAME", "TARGET", "JOBS", "UPDATED"};
}

std::string NameOf(const Event& event) { return EventRefText(event.event_type(), event.tag()); }

Row RowOf(const Event& event, absl::Time now) {
  return {{NameOf(event)},
          {event.name()},
          {Shortened(TargetText(event), kTargetWidth)},
          {absl::StrCat(event.job_count())},
          {RelativeTime(ToTime(event.update_time()), now)}};
}

Fields PageOf(const Event& event, absl::Time now) {
  const auto plain = [](std::string text) { return Cell{std::move(text)}; };
  Fields fields = {{"Event", plain(NameOf(event))},
                   {"Name", plain(event.name())},
                   {"Product", plain(event.product())}};
  AddTarget(event, &fields);
  fields.push_back(
      {"Retries", plain(event.has_retry_policy() ? RetryText(event.retry_policy()) : "")});
  fields.push_back({"Attempt timeout", plain(event.has_attempt_timeout()
                                                 ? DurationText(ToDuration(event.attempt_timeout()))
                                                 : "")});
  AddResourceFields(event, now, &fields);
  return fields;
}

}  // namespace jobctl
