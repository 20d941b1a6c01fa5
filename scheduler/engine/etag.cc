#include "absl/strings/str_cat.h"
#include "scheduler/engine/commands.h"

namespace scheduler::engine {

std::string EtagOf(const core::JobStatus& status) {
  return absl::StrCat(core::FormatUid(status.uid), "-", status.generation, "-", status.pause_count);
}

std::string EtagOf(const core::Event& event) {
  return absl::StrCat(core::FormatUid(event.uid), "-", event.generation);
}

std::string EtagOf(const core::StoredCalendar& calendar) {
  return absl::StrCat(core::FormatUid(calendar.uid), "-", calendar.generation);
}

std::string EtagOf(const core::StoredConnection& connection) {
  return absl::StrCat(core::FormatUid(connection.uid), "-", connection.generation);
}

}  // namespace scheduler::engine
