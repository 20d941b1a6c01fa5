#ifndef CLIENT_JOBCTL_PRINT_RESOURCE_FIELDS_H_
#define CLIENT_JOBCTL_PRINT_RESOURCE_FIELDS_H_

#include "absl/strings/str_cat.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/view_parts.h"
#include "client/jobctl/print/views.h"

namespace jobctl {

// The end of the page of what jobs use, an event or a calendar.
template <class Resource>
void AddResourceFields(const Resource& resource, absl::Time now, Fields* fields) {
  const auto add = [fields](const char* label, const std::string& text) {
    fields->push_back({label, Cell{text}});
  };
  add("Labels", LabelsText(resource.labels()));
  add("Jobs", absl::StrCat(resource.job_count()));
  add("Created", TimeAndDistance(ToTime(resource.create_time()), now));
  add("Updated", TimeAndDistance(ToTime(resource.update_time()), now));
  add("Generation", absl::StrCat(resource.generation()));
  add("Etag", resource.etag());
  add("Uid", resource.uid());
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_PRINT_RESOURCE_FIELDS_H_
