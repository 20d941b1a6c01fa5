#include "calls.h"

#include <functional>
#include <map>
#include <stdexcept>

#include "google/protobuf/util/json_util.h"

namespace scenario {
namespace {

namespace jobs = ductape::jobs;
using jobs::Client;

using Call = std::function<absl::StatusOr<Json>(Client&, const Json&)>;
using Calls = std::map<std::string, Call>;

template <class Request>
absl::StatusOr<Request> FromJson(const Json& json) {
  Request request;
  const auto read = google::protobuf::util::JsonStringToMessage(json.dump(), &request);
  if (!read.ok()) return absl::InvalidArgumentError(read.ToString());
  return request;
}

template <class Request, class Response>
Call One(absl::StatusOr<Response> (Client::*method)(Request, const jobs::CallOptions&)) {
  return [method](Client& client, const Json& json) -> absl::StatusOr<Json> {
    const absl::StatusOr<Request> request = FromJson<Request>(json);
    if (!request.ok()) return request.status();
    const absl::StatusOr<Response> answer = (client.*method)(*request, {});
    if (!answer.ok()) return answer.status();
    return ToJson(*answer);
  };
}

// Those that answer nothing.
template <class Request>
Call One(absl::Status (Client::*method)(Request, const jobs::CallOptions&)) {
  return [method](Client& client, const Json& json) -> absl::StatusOr<Json> {
    const absl::StatusOr<Request> request = FromJson<Request>(json);
    if (!request.ok()) return request.status();
    const absl::Status status = (client.*method)(*request, {});
    if (!status.ok()) return status;
    return Json::object();
  };
}

template <class Request, class Resource>
Call All(jobs::Listing<Resource> (Client::*method)(Request, const jobs::CallOptions&)) {
  return [method](Client& client, const Json& json) -> absl::StatusOr<Json> {
    const absl::StatusOr<Request> request = FromJson<Request>(json);
    if (!request.ok()) return request.status();
    Json answer = Json::array();
    for (const absl::StatusOr<Resource>& resource : (client.*method)(*request, {})) {
      if (!resource.ok()) return resource.status();
      answer.push_back(ToJson(*resource));
    }
    return answer;
  };
}

absl::StatusOr<Json> ServerInfo(Client& client, const Json& /*request*/) {
  const auto answer = client.GetServerInfo();
  if (!answer.ok()) return answer.status();
  return ToJson(*answer);
}

const Calls& Ones() {
  static const Calls* const calls = new Calls{
      {"GetServerInfo", ServerInfo},
      {"CreateJob", One(&Client::CreateJob)},
      {"GetJob", One(&Client::GetJob)},
      {"ListJobs", One(&Client::ListJobs)},
      {"UpdateJob", One(&Client::UpdateJob)},
      {"DeleteJob", One(&Client::DeleteJob)},
      {"PauseJob", One(&Client::PauseJob)},
      {"ResumeJob", One(&Client::ResumeJob)},
      {"RunJob", One(&Client::RunJob)},
      {"SkipOccurrence", One(&Client::SkipOccurrence)},
      {"BackfillJob", One(&Client::BackfillJob)},
      {"PreviewSchedule", One(&Client::PreviewSchedule)},
      {"BatchCreateJobs", One(&Client::BatchCreateJobs)},
      {"GetRun", One(&Client::GetRun)},
      {"ListRuns", One(&Client::ListRuns)},
      {"CancelRun", One(&Client::CancelRun)},
      {"CreateEvent", One(&Client::CreateEvent)},
      {"GetEvent", One(&Client::GetEvent)},
      {"ListEvents", One(&Client::ListEvents)},
      {"UpdateEvent", One(&Client::UpdateEvent)},
      {"DeleteEvent", One(&Client::DeleteEvent)},
      {"TestEvent", One(&Client::TestEvent)},
      {"CreateCalendar", One(&Client::CreateCalendar)},
      {"GetCalendar", One(&Client::GetCalendar)},
      {"ListCalendars", One(&Client::ListCalendars)},
      {"UpdateCalendar", One(&Client::UpdateCalendar)},
      {"DeleteCalendar", One(&Client::DeleteCalendar)},
      {"CreateConnection", One(&Client::CreateConnection)},
      {"GetConnection", One(&Client::GetConnection)},
      {"TestConnection", One(&Client::TestConnection)},
      {"ListConnections", One(&Client::ListConnections)},
      {"UpdateConnection", One(&Client::UpdateConnection)},
      {"DeleteConnection", One(&Client::DeleteConnection)},
  };
  return *calls;
}

const Calls& Alls() {
  static const Calls* const calls = new Calls{
      {"ListJobs", All(&Client::AllJobs)},
      {"ListRuns", All(&Client::AllRuns)},
      {"ListEvents", All(&Client::AllEvents)},
      {"ListCalendars", All(&Client::AllCalendars)},
      {"ListConnections", All(&Client::AllConnections)},
  };
  return *calls;
}

}  // namespace

Json ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  const auto written = google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!written.ok()) throw std::runtime_error(written.ToString());
  return Json::parse(text);
}

absl::StatusOr<Json> MakeCall(Client& client, const std::string& name, bool all,
                              const Json& request) {
  const Calls& calls = all ? Alls() : Ones();
  const auto call = calls.find(name);
  if (call == calls.end()) return absl::InvalidArgumentError("there is no call " + name);
  return call->second(client, request);
}

}  // namespace scenario
