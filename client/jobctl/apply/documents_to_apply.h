#ifndef CLIENT_JOBCTL_APPLY_DOCUMENTS_TO_APPLY_H_
#define CLIENT_JOBCTL_APPLY_DOCUMENTS_TO_APPLY_H_

#include <istream>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "ductape/jobs/v1/calendar.pb.h"
#include "ductape/jobs/v1/connection.pb.h"
#include "ductape/jobs/v1/event.pb.h"
#include "ductape/jobs/v1/job.pb.h"

namespace jobctl {

// In the order in which they are applied: events name connections, jobs name events and calendars.
using Resource = std::variant<ductape::jobs::v1::Connection, ductape::jobs::v1::Event,
                              ductape::jobs::v1::Calendar, ductape::jobs::v1::Job>;

// The kinds by their names in documents and texts, in the order of Resource.
inline constexpr const char* kKindNames[] = {"connection", "event", "calendar", "job"};

// `job TAG`, `event TYPE/TAG`.
std::string ResourceText(const Resource& resource);

struct Document {
  std::string place;  // `jobs.yaml`, or `jobs.yaml, document 3` where there are several
  Resource resource;
};

// What was read, and what is wrong with the rest: a message each.
struct DocumentsToApply {
  std::vector<Document> documents;
  std::vector<std::string> errors;
};

// Reads all documents of `paths`, each a file, `-` for `in`, or a folder, which stands for its files
// with the endings .yaml, .yml, .json and .jsonl in the order of their names, not those of folders
// within. A document is a resource with one field more, `kind`; one without is of `default_kind`,
// unless that is empty. All that can be read is read, whatever is wrong with other documents.
DocumentsToApply ReadDocumentsToApply(const std::vector<std::string>& paths,
                                      const std::string& default_kind, std::istream& in);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_APPLY_DOCUMENTS_TO_APPLY_H_
