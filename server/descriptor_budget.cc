#include "server/descriptor_budget.h"

#include <algorithm>

namespace server {
namespace {

// Listeners, event loops, the log, the store's logs, manifests and directories, tables that are being
// written.
constexpr int64_t kFixed = 64;
constexpr int64_t kLeastTables = 20;  // RocksDB takes no less
constexpr int64_t kLeast = 8;

int Share(int64_t limit, int64_t part, int64_t least, int64_t most) {
  return static_cast<int>(std::clamp(limit / part, least, most));
}

}  // namespace

DescriptorBudget ShareDescriptors(int64_t limit) {
  const DescriptorBudget plenty;
  DescriptorBudget budget;
  budget.tables = Share(limit, 16, kLeastTables, plenty.tables);
  budget.http_attempts = Share(limit, 8, kLeast, plenty.http_attempts);
  budget.grpc_connections = Share(limit, 16, kLeast, plenty.grpc_connections);
  budget.database_sessions = Share(limit, 32, kLeast, plenty.database_sessions);
  budget.broker_connections = Share(limit, 32, kLeast, plenty.broker_connections);
  budget.notification_attempts = Share(limit, 32, kLeast, plenty.notification_attempts);
  budget.lambda_attempts = Share(limit, 32, kLeast, plenty.lambda_attempts);
  budget.grpc_attempts = Share(limit, 8, kLeast, plenty.grpc_attempts);
  const int64_t taken = kFixed + 2 * budget.tables + 2 * budget.http_attempts +
                        budget.grpc_connections + budget.database_sessions +
                        budget.broker_connections + budget.lambda_attempts +
                        budget.notification_attempts;
  budget.inbound = std::max(limit - taken, kLeast);
  return budget;
}

}  // namespace server
