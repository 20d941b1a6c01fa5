#ifndef SCHEDULER_CATALOG_CONNECTION_TABLE_H_
#define SCHEDULER_CATALOG_CONNECTION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "scheduler/base/mutex.h"
#include "scheduler/core/connection/stored_connection.h"

namespace scheduler::catalog {

struct ConnectionEntry {
  std::shared_ptr<const core::StoredConnection> connection;  // null: there is none
  int64_t event_count = 0;
};

// All connections, in memory, and how many events name each. They change on one thread (the loop that
// owns the catalog), as events do; everything may be read from any.
//
// The table is ahead of the store by the changes whose commit is under way. An event that names a
// connection is committed by the same loop after it, so no event is on disk without its connection.
class ConnectionTable {
 public:
  static constexpr size_t kMaxConnections = 100'000;

  // Its uid, generation and times are set by the caller.
  void Put(core::StoredConnection connection);
  void Remove(const std::string& product, const std::string& tag);

  ConnectionEntry Find(const std::string& product, const std::string& tag) const;
  // The connections of a product with uid > after.
  std::vector<ConnectionEntry> List(const std::string& product, core::Uid after, int limit) const;
  void ForEach(absl::FunctionRef<void(const core::StoredConnection&)> visit) const;
  bool full() const;

  // An event begins to name connections, whether they exist or not, or names them no more. Each of `tags`
  // once.
  void Refer(const std::string& product, const std::vector<std::string_view>& tags);
  void Unrefer(const std::string& product, const std::vector<std::string_view>& tags);

 private:
  using Key = std::pair<std::string, std::string>;

  void DropIfUnused(const Key& key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable base::Mutex mu_;
  // Those that exist or are named.
  std::map<Key, ConnectionEntry> entries_ ABSL_GUARDED_BY(mu_);
  std::map<std::pair<std::string, core::Uid>, std::string> by_uid_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::catalog

#endif  // SCHEDULER_CATALOG_CONNECTION_TABLE_H_
