#include "client/jobctl/apply/prune.h"

#include <algorithm>
#include <utility>

#include "client/jobctl/apply/apply_resource.h"
#include "client/jobctl/apply/kinds.h"

namespace jobctl {

namespace v1 = ductape::jobs::v1;

bool IsToPrune(const Resource& resource, const PruneScope& scope) {
  if (scope.labels.empty() || !scope.products.contains(ProductOf(resource))) return false;
  for (const auto& [key, value] : scope.labels) {
    const auto label = LabelsOf(resource).find(key);
    if (label == LabelsOf(resource).end() || label->second != value) return false;
  }
  return !scope.kept.contains(KeyOf(resource));
}

absl::StatusOr<std::vector<Resource>> ResourcesToPrune(ductape::jobs::Client& client,
                                                       const PruneScope& scope) {
  std::vector<Resource> found;
  for (const Resource& kind : {Resource(v1::Job()), Resource(v1::Calendar()), Resource(v1::Event()),
                               Resource(v1::Connection())}) {
    for (const std::string& product : scope.products) {
      absl::StatusOr<std::vector<Resource>> all = ListResources(client, kind, product);
      if (!all.ok()) return all.status();
      std::copy_if(std::make_move_iterator(all->begin()), std::make_move_iterator(all->end()),
                   std::back_inserter(found),
                   [&scope](const Resource& resource) { return IsToPrune(resource, scope); });
    }
  }
  return found;
}

}  // namespace jobctl
