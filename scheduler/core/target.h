#ifndef SCHEDULER_CORE_TARGET_H_
#define SCHEDULER_CORE_TARGET_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scheduler/base/limits.h"
#include "scheduler/base/millis.h"

// What an event calls. Plain values; every bound was checked where the value entered. `connection` is
// always the tag of a connection. JSON texts are objects, in the form in which they came.
namespace scheduler::core {

enum class HttpMethod : uint8_t {
  kGet = 1,
  kPost = 2,
  kPut = 3,
  kPatch = 4,
  kDelete = 5,
  kHead = 6
};

const char* HttpMethodName(HttpMethod method);

// An HTTP request. A run's input is sent as JSON where `body` is empty.
struct HttpTarget {
  std::string connection;  // empty: none
  HttpMethod method = HttpMethod::kPost;
  // Absolute, http or https; with a connection also a path and query, appended to its base URL. ":name"
  // path segments are filled from path_params.
  std::string url;
  std::map<std::string, std::string> path_params;
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;
  std::string body;
  std::vector<std::string> success_codes;  // "204", "2xx"; empty: 2xx

  friend bool operator==(const HttpTarget&, const HttpTarget&) = default;
};

// A gRPC method called by name; request and answer are JSON, mapped by the target's reflection.
struct GrpcTarget {
  std::string connection;  // empty: none
  std::string address;  // "host:port" plaintext, "grpcs://host:port" TLS; empty: the connection's
  std::string method;   // "package.Service/Method"
  std::string message_json;  // empty: the run's input
  std::map<std::string, std::string> metadata;

  friend bool operator==(const GrpcTarget&, const GrpcTarget&) = default;
};

// A function of AWS Lambda.
struct LambdaTarget {
  std::string connection;
  std::string function;       // name, partial ARN or ARN, with a qualifier or not
  bool asynchronous = false;  // accepted by the service, not awaited
  std::string body;           // empty: the run's input

  friend bool operator==(const LambdaTarget&, const LambdaTarget&) = default;
};

// One statement of a database. Values are always bound, never pasted into the statement.
struct DatabaseTarget {
  // What the statement does, and so what the run's output is.
  enum class Operation : uint8_t {
    kRead = 1,       // rows
    kCount = 2,      // a number
    kCreate = 3,     // how many were inserted, and for MongoDB their ids
    kUpdate = 4,     // how many were changed
    kRemove = 5,     // how many were deleted
    kAggregate = 6,  // rows of a query that groups
  };
  std::string connection;
  Operation operation = Operation::kRead;
  // SQL, with "{{name}}" where a value of the run is bound. Empty for MongoDB.
  std::string statement;
  // Declarations of values: "name", "name type" or "name type low..high".
  std::vector<std::string> params;
  std::string collection;     // of MongoDB
  std::string document_json;  // of MongoDB: what the operation takes

  friend bool operator==(const DatabaseTarget&, const DatabaseTarget&) = default;
};

// A message to a broker.
struct BrokerTarget {
  enum class DestinationKind : uint8_t {
    kDefault = 0,   // what is usual for the broker; see each
    kTopic = 1,     // Kafka (default), Pub/Sub (default)
    kQueue = 2,     // RabbitMQ's default exchange (default), SQS (default)
    kExchange = 3,  // RabbitMQ: `key` is the routing key
    kChannel = 4,   // Redis, publish (default)
    kStream = 5,    // Redis, xadd; NATS JetStream
    kSubject = 6,   // NATS core (default)
  };
  std::string connection;
  DestinationKind destination_kind = DestinationKind::kDefault;
  std::string destination;
  std::string key;   // partition, routing, ordering or group key
  std::string body;  // empty: the run's input
  std::map<std::string, std::string> properties;

  friend bool operator==(const BrokerTarget&, const BrokerTarget&) = default;
};

// An email.
struct EmailMessage {
  std::string from;  // empty: the connection's
  std::vector<std::string> to;
  std::vector<std::string> cc;
  std::vector<std::string> bcc;
  std::string reply_to;
  std::string subject;
  std::string text;  // one of text and html is there
  std::string html;

  friend bool operator==(const EmailMessage&, const EmailMessage&) = default;
};

// A push notification.
struct PushMessage {
  std::vector<std::string> device_tokens;
  std::string title;
  std::string body;
  std::map<std::string, std::string> data;

  friend bool operator==(const PushMessage&, const PushMessage&) = default;
};

// A short message.
struct SmsMessage {
  std::string from;             // empty: the connection's
  std::vector<std::string> to;  // E.164
  std::string text;

  friend bool operator==(const SmsMessage&, const SmsMessage&) = default;
};

// A message to people on one or more channels. It succeeds when at least one channel does.
struct NotificationTarget {
  struct Channel {
    // Of email, push and SMS; a callback's stands in its target.
    std::string connection;
    std::variant<EmailMessage, PushMessage, SmsMessage, HttpTarget> message;

    friend bool operator==(const Channel&, const Channel&) = default;
  };
  std::vector<Channel> channels;

  friend bool operator==(const NotificationTarget&, const NotificationTarget&) = default;
};

// A task for a worker connected to `queue`.
struct WorkerTarget {
  std::string queue;

  friend bool operator==(const WorkerTarget&, const WorkerTarget&) = default;
};

using Target = std::variant<HttpTarget, GrpcTarget, LambdaTarget, NotificationTarget,
                            DatabaseTarget, BrokerTarget, WorkerTarget>;

// The tags of the connections that a target names, each once, in the order in which it names them. They
// refer to the target.
std::vector<std::string_view> ConnectionsOf(const Target& target);

// How long one attempt at such a target may take at most.
constexpr base::Millis MaxAttemptTimeout(const Target& target) {
  return std::holds_alternative<WorkerTarget>(target) ? base::limits::kMaxWorkerAttemptTimeout
                                                      : base::limits::kMaxAttemptTimeout;
}

}  // namespace scheduler::core

#endif  // SCHEDULER_CORE_TARGET_H_
