#ifndef CLIENT_JOBCTL_APPLY_OUTCOME_H_
#define CLIENT_JOBCTL_APPLY_OUTCOME_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "client/jobctl/apply/documents_to_apply.h"
#include "client/jobctl/apply/field_diff.h"
#include "client/jobctl/print/table.h"
#include "client/jobctl/print/views.h"

namespace jobctl {

// What applying did to one resource, or would do.
struct Outcome {
  enum class Result { kUnchanged, kCreated, kUpdated, kDeleted };

  Result result = Result::kUnchanged;
  Resource resource;                 // as it is now, or as it was deleted
  std::vector<FieldChange> changes;  // of created and updated ones
};

// `created`.
std::string ResultText(Outcome::Result result);

// As the printer takes them (printer.h): `job report`; the result, the resource and the paths of
// what changed; in JSON the changes with their values.
template <>
std::vector<std::string> HeaderOf<Outcome>();
std::string NameOf(const Outcome& outcome);
Row RowOf(const Outcome& outcome, absl::Time now);
Fields PageOf(const Outcome& outcome, absl::Time now);
std::string ToJson(const Outcome& outcome);

// The changes as lines `- path: value` and `+ path: value`, set in by two blanks. Long values are
// shortened.
void WriteDiff(const std::vector<FieldChange>& changes, bool color, std::ostream& out);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_APPLY_OUTCOME_H_
