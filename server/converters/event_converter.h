#ifndef SERVER_CONVERTERS_EVENT_CONVERTER_H_
#define SERVER_CONVERTERS_EVENT_CONVERTER_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ductape/jobs/v1/event.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "scheduler/core/model.h"
#include "scheduler/engine/commands.h"
#include "server/converters/field_selection.h"

// Events between wire and domain. Errors are those that EventService.CreateEvent and UpdateEvent
// list as INVALID_ARGUMENT, with paths from "event.".
namespace server {

// Which event a call means.
struct EventName {
  std::string product;
  scheduler::core::EventKey key;
};

// `prefix` is what stands before "product", "event_type" and "tag" in the paths of errors.
absl::StatusOr<EventName> ToEventName(const std::string& product,
                                      ductape::jobs::v1::Event::Type type, const std::string& tag,
                                      const std::string& default_product,
                                      std::string_view prefix = "");

// A whole event, as for a create.
absl::StatusOr<scheduler::core::Event> ToEvent(const ductape::jobs::v1::Event& event,
                                               const std::string& default_product);

// The change that an update makes.
class EventPatch {
 public:
  // The fields of `event` that `mask` selects, checked one by one.
  static absl::StatusOr<EventPatch> Make(const ductape::jobs::v1::Event& event,
                                         const google::protobuf::FieldMask& mask);

  // Makes the change. INVALID_ARGUMENT if the event as a whole is not valid then.
  absl::Status Apply(scheduler::core::Event* event) const;

 private:
  FieldSet fields_ = 0;
  scheduler::core::Event values_;
};

// Fills an empty `out`.
void EventToProto(const scheduler::engine::EventView& view, ductape::jobs::v1::Event* out);

}  // namespace server

#endif  // SERVER_CONVERTERS_EVENT_CONVERTER_H_
