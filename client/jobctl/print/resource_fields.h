#ifndef CLIENT_JOBCTL_PRINT_RESOURCE_FIELDS_H_
#define CLIENT_JOBCTL_PRINT_RESOURCE_FIELDS_H_

#include "absl/strings/str_cat.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/view_parts.h"
#include "client/jobctl/print/views.h"

namespace jobctl {

// What uses a resource: events a connection, jobs any other.
template <class Resource>
Fields::value_type UsesOf(const Resource& resource) {
  if constexpr (requires { resource.event_count(); }) {
    return {"Events", Cell{absl::StrCat(resource.event_count())}};
  } else {
    return {"Jobs", Cell{absl::StrCat(resource.job_count())}};
  }
}

// The end of the page of what others use: an event, a calendar or a connection.
template <class Resource>
void AddResourceFields(const Resource& resource, absl::Time now, Fields* fields) {
  const auto add = [fields](const char* label, const std::string& text) {
    fields->push_back({label, Cell{text}});
  };
  add("Labels", LabelsText(resource.labels()));
  fields->push_back(UsesOf(resource));
  add("Created", TimeAndDistance(ToTime(resource.create_time()), now));
  add("Updated", TimeAndDistance(ToTime(resource.update_time()), now));
  add("Generation", absl::StrCat(resource.generation()));
  add("Etag", resource.etag());
  add("Uid", resource.uid());
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_RESOURCE_FIELDS_H_
