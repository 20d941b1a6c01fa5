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

}  // namespace scheduler::core
