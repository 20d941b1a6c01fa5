#include "scheduler/core/model.h"

namespace scheduler::core {

const char* EventTypeName(EventType type) {
  switch (type) {
    case EventType::kUnspecified:
      return "TYPE_UNSPECIFIED";
    case EventType::kAction:
      return "ACTION";
    case EventType::kNotification:
      return "NOTIFICATION";
    case EventType::kDatabaseAction:
      return "DATABASE_ACTION";
    case EventType::kFunction:
      return "FUNCTION";
    case EventType::kMessageBroker:
      return "MESSAGEBROKER";
  }
  return "UNKNOWN";
}

const char* HttpMethodName(HttpMethod method) {
  switch (method) {
    case HttpMethod::kGet:
      return "GET";
    case HttpMethod::kPost:
      return "POST";
    case HttpMethod::kPut:
      return "PUT";
    case HttpMethod::kPatch:
      return "PATCH";
    case HttpMethod::kDelete:
      return "DELETE";
    case HttpMethod::kHead:
      return "HEAD";
  }
  return "UNKNOWN";
}

}  // namespace scheduler::core
