#ifndef SCHEDULER_QUERY_REQUEST_IDS_H_
#define SCHEDULER_QUERY_REQUEST_IDS_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "scheduler/base/mutex.h"
#include "scheduler/engine/commands.h"
#include "scheduler/store/rows.h"
#include "scheduler/store/store.h"

namespace scheduler::query {

// Makes mutations with a request_id idempotent for limits::kRequestIdAge: what was carried out is
// remembered in the store, in the mutation's own commit; what is under way, here. Thread-safe.
class RequestIds {
 public:
  explicit RequestIds(const store::Store* store) : store_(store) {}

  // Nothing: carry the request out, then call End. A record: it was carried out, answer with the
  // resource's current state. FAILED_PRECONDITION REQUEST_ID_REUSED: it was another body; ABORTED
  // REQUEST_IN_PROGRESS: the same is being carried out right now.
  absl::StatusOr<std::optional<store::RequestRecord>> Begin(const std::string& product,
                                                            const engine::RequestId& request,
                                                            base::Millis now);
  void End(const std::string& product, const engine::RequestId& request);

 private:
  const store::Store* const store_;
  base::Mutex mu_;
  absl::flat_hash_set<std::pair<std::string, std::string>> under_way_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::query

#endif  // SCHEDULER_QUERY_REQUEST_IDS_H_
