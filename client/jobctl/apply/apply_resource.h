#ifndef CLIENT_JOBCTL_APPLY_APPLY_RESOURCE_H_
#define CLIENT_JOBCTL_APPLY_APPLY_RESOURCE_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "client/cpp/client.h"
#include "client/jobctl/apply/outcome.h"

namespace jobctl {

// What identifies a resource among all products: its product, kind and name.
std::string KeyOf(const Resource& resource);

// Makes the server's resource the wanted one: creates it, or replaces its definition wholly if it
// differs, so that fields which are not set get their defaults; only a job without `start_time`, of
// which the default is the time of the call, keeps the one it has. `etag` and what the server alone
// sets are ignored in `wanted`; a change that someone else makes in between is not overwritten
// (ABORTED, ETAG_MISMATCH). REQUIRES: `wanted` has a product.
//
// With `dry_run` nothing is changed, and the server checks what it would do. A job that names what
// is to be created before it (`to_create`, by KeyOf) cannot be checked by the server; it is compared
// as it stands in the document.
//
// Errors: those of the calls.
absl::StatusOr<Outcome> ApplyResource(ductape::jobs::Client& client, Resource wanted, bool dry_run,
                                      const std::set<std::string>& to_create);

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_APPLY_APPLY_RESOURCE_H_
