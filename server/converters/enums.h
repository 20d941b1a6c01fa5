#ifndef SERVER_CONVERTERS_ENUMS_H_
#define SERVER_CONVERTERS_ENUMS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/event.pb.h"
#include "scheduler/core/model.h"

namespace server {

// FIELD_REQUIRED if it is unspecified, FIELD_INVALID if the number is not known.
absl::StatusOr<scheduler::core::EventType> ToEventType(std::string_view field,
                                                       ductape::jobs::v1::Event::Type type);

// The same numbers.
inline ductape::jobs::v1::Event::Type EventTypeToProto(scheduler::core::EventType type) {
  return static_cast<ductape::jobs::v1::Event::Type>(type);
}

}  // namespace server

#endif  // SERVER_CONVERTERS_ENUMS_H_
