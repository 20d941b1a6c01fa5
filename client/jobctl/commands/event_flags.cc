#include "client/jobctl/commands/event_flags.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/commands/policy_flags.h"
#include "client/jobctl/parse/enum.h"
#include "client/jobctl/parse/key_value.h"
#include "client/jobctl/parse/member.h"
#include "client/jobctl/parse/message_file.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Event;
using ductape::jobs::v1::GrpcTarget;
using ductape::jobs::v1::HttpTarget;
using EventFlags = MessageFlags<Event>;
using TextMap = google::protobuf::Map<std::string, std::string>;

// Flags of one event reach one target.
absl::Status CheckTarget(const Event& event, Event::TargetCase wanted) {
  if (event.target_case() == Event::TARGET_NOT_SET || event.target_case() == wanted) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "an event has one target: HTTP (--url, --connection), gRPC (--grpc-address or "
      "--grpc-connection, --grpc-method), "
      "AWS Lambda (--lambda), a database (--database), a broker (--broker), a notification "
      "(--notification) or a worker (--queue)");
}

template <class Set>
EventFlags::Setter OnHttp(Set set) {
  return [set](const std::string& text, Event& event) -> absl::Status {
    absl::Status status = CheckTarget(event, Event::kHttp);
    return status.ok() ? set(text, *event.mutable_http()) : status;
  };
}

template <class Set>
EventFlags::Setter OnGrpc(Set set) {
  return [set](const std::string& text, Event& event) -> absl::Status {
    absl::Status status = CheckTarget(event, Event::kGrpc);
    return status.ok() ? set(text, *event.mutable_grpc()) : status;
  };
}

void AddHttpMaps(EventFlags& flags) {
  const auto add = [&flags](const std::string& flag, const std::string& help,
                            TextMap* (HttpTarget::*map)()) {
    flags.AddRepeated(flag, "KEY=VALUE", "http", help,
                      OnHttp([map](const std::string& text, HttpTarget& http) {
                        return PutKeyValue(text, (http.*map)());
                      }));
  };
  add("--header", "A header field of the request", &HttpTarget::mutable_headers);
  add("--query", "A query parameter", &HttpTarget::mutable_query);
  add("--path-param", "The value of a :name segment of the URL's path",
      &HttpTarget::mutable_path_params);
}

void AddHttpFlags(EventFlags& flags, Io& io) {
  flags.Add("--connection", "CONNECTION", "http",
            "HTTP target: the connection that gives base URL, headers and authentication",
            OnHttp([](const std::string& text, HttpTarget& http) {
              http.set_connection(text);
              return absl::OkStatus();
            }));
  flags.Add("--url", "URL", "http",
            "HTTP target: the absolute URL, with --connection also a path and query",
            OnHttp([](const std::string& text, HttpTarget& http) {
              http.set_url(text);
              return absl::OkStatus();
            }));
  flags.Add("--method", EnumChoices<HttpTarget::Method>(), "http", "The method (default post)",
            OnHttp([](const std::string& text, HttpTarget& http) {
              const auto method = ParseEnum<HttpTarget::Method>(text);
              if (method.ok()) http.set_method(*method);
              return method.status();
            }));
  AddHttpMaps(flags);
  flags.Add("--body", "TEXT|@FILE", "http", "The body (default: the job's input as JSON)",
            OnHttp([&io](const std::string& text, HttpTarget& http) {
              absl::StatusOr<std::string> body = TextOrFile(text, io.in);
              if (body.ok()) http.set_body(*body);
              return body.status();
            }));
  flags.AddRepeated("--success-code", "STATUS", "http",
                    "What is success instead of 2xx: 204, 2xx or 200-204",
                    OnHttp([](const std::string& text, HttpTarget& http) {
                      http.add_success_codes(text);
                      return absl::OkStatus();
                    }));
}

void AddGrpcFlags(EventFlags& flags, Io& io) {
  flags.Add("--grpc-address", "ADDRESS", "grpc", "gRPC target: HOST:PORT or grpcs://HOST:PORT",
            OnGrpc([](const std::string& text, GrpcTarget& grpc) {
              grpc.set_address(text);
              return absl::OkStatus();
            }));
  flags.Add("--grpc-connection", "CONNECTION", "grpc",
            "gRPC target: the connection that gives address, metadata and authentication",
            OnGrpc([](const std::string& text, GrpcTarget& grpc) {
              grpc.set_connection(text);
              return absl::OkStatus();
            }));
  flags.Add("--grpc-method", "NAME", "grpc", "The method, package.Service/Method",
            OnGrpc([](const std::string& text, GrpcTarget& grpc) {
              grpc.set_method(text);
              return absl::OkStatus();
            }));
  flags.Add("--grpc-message", "JSON|@FILE", "grpc", "The request (default: the job's input)",
            OnGrpc([&io](const std::string& text, GrpcTarget& grpc) {
              return SetStruct(text, io.in, grpc.mutable_message());
            }));
  flags.AddRepeated("--metadata", "KEY=VALUE", "grpc", "Metadata to send",
                    OnGrpc([](const std::string& text, GrpcTarget& grpc) {
                      return PutKeyValue(text, grpc.mutable_metadata());
                    }));
}

// Targets of many members, which one flag sets one by one.
template <class Target>
void AddTargetFlag(EventFlags& flags, Io& io, const std::string& name, const std::string& help,
                   Event::TargetCase wanted, Target* (Event::*target)()) {
  flags.AddRepeated(
      absl::StrCat("--", name), kMemberType, name, help,
      [&io, wanted, target](const std::string& text, Event& event) -> absl::Status {
        absl::Status status = CheckTarget(event, wanted);
        return status.ok() ? SetMember(text, io.in, (event.*target)()) : status;
      },
      [wanted, target](Event& event) {
        if (event.target_case() == wanted) (event.*target)()->Clear();
      });
}

void AddMemberFlags(EventFlags& flags, Io& io) {
  AddTargetFlag(flags, io, "lambda",
                "AWS Lambda target: connection, function, asynchronous or body", Event::kLambda,
                &Event::mutable_lambda);
  AddTargetFlag(flags, io, "database",
                "Database target: connection, operation, statement, params, collection or document",
                Event::kDatabase, &Event::mutable_database);
  AddTargetFlag(flags, io, "broker",
                "Broker target: connection, destination, destination_kind, key, body or "
                "properties.NAME",
                Event::kBroker, &Event::mutable_broker);
  AddTargetFlag(flags, io, "notification",
                "Notification target: channels[0].connection, channels[0].email.to and so on",
                Event::kNotification, &Event::mutable_notification);
}

void AddLimitFlags(EventFlags& flags) {
  flags.Add("--max-in-flight", "N", "limits", "How many attempts may be in flight (0: any number)",
            [](const std::string& text, Event& event) {
              return SetInt32(text,
                              [&](int32_t n) { event.mutable_limits()->set_max_in_flight(n); });
            });
  flags.Add("--max-per-second", "N", "limits",
            "How many attempts may start in a second (0: any number; 0.5: one in two seconds)",
            [](const std::string& text, Event& event) {
              return SetDouble(text,
                               [&](double n) { event.mutable_limits()->set_max_per_second(n); });
            });
}

}  // namespace

void AddEventFlags(EventFlags& flags, Io& io) {
  AddNameFlag(flags);
  AddHttpFlags(flags, io);
  AddGrpcFlags(flags, io);
  AddMemberFlags(flags, io);
  flags.Add("--queue", "QUEUE", "worker",
            "Worker target: the queue; \"\" for the event's own, TYPE/TAG",
            [](const std::string& text, Event& event) -> absl::Status {
              absl::Status status = CheckTarget(event, Event::kWorker);
              if (status.ok()) event.mutable_worker()->set_queue(text);
              return status;
            });
  AddLimitFlags(flags);
  AddCommonFlags(flags);
}

}  // namespace jobctl
