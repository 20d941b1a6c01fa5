#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/parse/event_ref.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/resource_fields.h"
#include "client/jobctl/print/view_parts.h"
#include "client/jobctl/print/views.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::BrokerTarget;
using ductape::jobs::v1::DatabaseTarget;
using ductape::jobs::v1::Event;
using ductape::jobs::v1::HttpTarget;
using ductape::jobs::v1::LambdaTarget;
using ductape::jobs::v1::NotificationTarget;

constexpr size_t kTargetWidth = 70;

std::string MethodText(HttpTarget::Method method) {
  if (method == HttpTarget::METHOD_UNSPECIFIED) return "POST";
  return std::string(absl::StripSuffix(HttpTarget::Method_Name(method), "_METHOD"));
}

std::string HttpText(const HttpTarget& target) {
  return absl::StrCat(MethodText(target.method()), " ",
                      target.connection().empty() ? "" : target.connection() + " ", target.url());
}

// `email mail`, `callback POST https://…`.
std::string ChannelText(const NotificationTarget::Channel& channel) {
  switch (channel.kind_case()) {
    case NotificationTarget::Channel::kEmail:
      return absl::StrCat("email ", channel.connection());
    case NotificationTarget::Channel::kPush:
      return absl::StrCat("push ", channel.connection());
    case NotificationTarget::Channel::kSms:
      return absl::StrCat("sms ", channel.connection());
    case NotificationTarget::Channel::kCallback:
      return absl::StrCat("callback ", HttpText(channel.callback()));
    case NotificationTarget::Channel::KIND_NOT_SET:
      break;
  }
  return "";
}

// `email to a@b.example, c@d.example: Subject`.
std::string RecipientsText(const NotificationTarget::Channel& channel) {
  const NotificationTarget::Email& email = channel.email();
  if (channel.has_email()) {
    return absl::StrCat("email to ", absl::StrJoin(email.to(), ", "), ": ", email.subject());
  }
  if (channel.has_push()) {
    return absl::StrCat("push to ", channel.push().device_tokens_size(),
                        " devices: ", channel.push().title());
  }
  if (channel.has_sms()) return absl::StrCat("sms to ", absl::StrJoin(channel.sms().to(), ", "));
  return "";
}

std::string NotificationText(const NotificationTarget& target) {
  return absl::StrJoin(target.channels(), ", ", [](std::string* out, const auto& channel) {
    out->append(ChannelText(channel));
  });
}

// `read shop SELECT …`, `read shop orders`.
std::string DatabaseText(const DatabaseTarget& target) {
  const std::string operation =
      absl::AsciiStrToLower(DatabaseTarget::Operation_Name(target.operation()));
  return absl::StrCat(operation, " ", target.connection(), " ",
                      target.statement().empty() ? target.collection() : target.statement());
}

// `invoke cloud report:live`, `queue cloud report` for one that is not awaited.
std::string LambdaText(const LambdaTarget& target) {
  return absl::StrCat(target.asynchronous() ? "queue " : "invoke ", target.connection(), " ",
                      target.function());
}

// `publish queue orders`.
std::string BrokerText(const BrokerTarget& target) {
  return absl::StrCat("publish ", target.connection(), " ", target.destination());
}

// `POST https://…`, `POST CONNECTION /path`, `grpc HOST:PORT package.Service/Method`,
// `grpc CONNECTION package.Service/Method`, `worker QUEUE`.
std::string TargetText(const Event& event) {
  switch (event.target_case()) {
    case Event::kHttp:
      return HttpText(event.http());
    case Event::kGrpc:
      return absl::StrCat("grpc ", event.grpc().connection(), event.grpc().address(), " ",
                          event.grpc().method());
    case Event::kLambda:
      return LambdaText(event.lambda());
    case Event::kNotification:
      return NotificationText(event.notification());
    case Event::kDatabase:
      return DatabaseText(event.database());
    case Event::kBroker:
      return BrokerText(event.broker());
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
  if (event.has_lambda()) add("Body", event.lambda().body());
  if (event.has_database()) {
    const DatabaseTarget& database = event.database();
    add("Parameters", absl::StrJoin(database.params(), ", "));
    add("Document", database.has_document() ? StructText(database.document()) : "");
  }
  if (event.has_broker()) {
    add("Key", event.broker().key());
    add("Body", event.broker().body());
    add("Properties", LabelsText(event.broker().properties()));
  }
  for (const NotificationTarget::Channel& channel : event.notification().channels()) {
    add("Recipients", RecipientsText(channel));
  }
  if (event.has_grpc()) {
    add("Message", event.grpc().has_message() ? StructText(event.grpc().message()) : "");
    add("Metadata", LabelsText(event.grpc().metadata()));
  }
}

// "5 in flight, 10 a second"; empty if there are none.
std::string LimitsText(const Event::Limits& limits) {
  std::vector<std::string> parts;
  if (limits.max_in_flight() != 0) {
    parts.push_back(absl::StrCat(limits.max_in_flight(), " in flight"));
  }
  if (limits.max_per_second() != 0) {
    parts.push_back(absl::StrCat(limits.max_per_second(), " a second"));
  }
  return absl::StrJoin(parts, ", ");
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
  fields.push_back({"Limits", plain(LimitsText(event.limits()))});
  AddResourceFields(event, now, &fields);
  return fields;
}

}  // namespace jobctl
