#include "server/converters/enums.h"

#include "scheduler/base/errors.h"

namespace server {

absl::StatusOr<scheduler::core::EventType> ToEventType(std::string_view field,
                                                       ductape::jobs::v1::Event::Type type) {
  constexpr std::string_view kTypes =
      "must be ACTION, NOTIFICATION, DATABASE_ACTION, FUNCTION or MESSAGEBROKER";
  if (type == ductape::jobs::v1::Event::TYPE_UNSPECIFIED) {
    return scheduler::base::errors::FieldRequired(field, kTypes);
  }
  if (!ductape::jobs::v1::Event::Type_IsValid(type)) {
    return scheduler::base::errors::FieldInvalid(field, kTypes);
  }
  return static_cast<scheduler::core::EventType>(type);
}

}  // namespace server
