#include "scheduler/query/request_ids.h"

#include "scheduler/base/errors.h"

namespace scheduler::query {

namespace errors = base::errors;

absl::StatusOr<std::optional<store::RequestRecord>> RequestIds::Begin(
    const std::string& product, const engine::RequestId& request, base::Millis now) {
  if (request.id.empty()) return std::nullopt;
  {
    base::MutexLock lock(&mu_);
    if (!under_way_.emplace(product, request.id).second) {
      return errors::RequestInProgress(request.id);
    }
  }
  // From here on this call owns the id: no one else reads or writes its row.
  const auto row = store_->Get(store::Table::kRequests, store::RequestRowKey(product, request.id));
  absl::StatusOr<std::optional<store::RequestRecord>> result = std::nullopt;
  if (!row.ok()) {
    result = row.status();
  } else if (row->has_value()) {
    const auto record = store::DecodeRequest(**row);
    if (!record.ok()) {
      result = record.status();
    } else if (now - record->at <= base::limits::kRequestIdAge) {
      if (record->body_hash != request.body_hash) {
        result = errors::RequestIdReused(request.id);
      } else {
        result = std::optional(*record);
      }
    }
  }
  if (!result.ok() || result->has_value()) End(product, request);
  return result;
}

void RequestIds::End(const std::string& product, const engine::RequestId& request) {
  if (request.id.empty()) return;
  base::MutexLock lock(&mu_);
  under_way_.erase({product, request.id});
}

}  // namespace scheduler::query
