#ifndef CLIENT_JOBCTL_APPLY_PRUNE_H_
#define CLIENT_JOBCTL_APPLY_PRUNE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cpp/client.h"
#include "client/jobctl/apply/documents_to_apply.h"

namespace jobctl {

// What pruning may remove: what carries all of `labels`, in `products`, and is not among `kept` (by
// KeyOf). The labels are those that applying sets on all it applies, so that what it never applied
// is not removed unless someone gave it the labels.
struct PruneScope {
  std::map<std::string, std::string> labels;
  std::set<std::string> products;
  std::set<std::string> kept;
};

// Whether `resource` is to be removed. Nothing is without a label in the scope.
bool IsToPrune(const Resource& resource, const PruneScope& scope);

// All that is to be removed, in the order in which it can be: jobs, calendars, events,
// connections. The errors of
// the lists.
absl::StatusOr<std::vector<Resource>> ResourcesToPrune(ductape::jobs::Client& client,
                                                       const PruneScope& scope);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_APPLY_PRUNE_H_
