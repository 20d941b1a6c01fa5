#ifndef SERVER_DESCRIPTOR_BUDGET_H_
#define SERVER_DESCRIPTOR_BUDGET_H_

#include <cstdint>
#include <limits>

namespace server {

// How the file descriptors of the process are shared out, so that neither slow targets nor idle
// clients take those that the store needs to write. The defaults are what each part takes where there
// are plenty.
struct DescriptorBudget {
  int tables = 128;          // that each of the store's two databases keeps open
  int http_attempts = 1024;  // at once; each takes a connection, and one more while a name is asked
  int grpc_connections = 256;                             // to targets
  int grpc_attempts = 1024;                               // at once; they share connections
  int database_sessions = 256;                            // open connections
  int broker_connections = 256;                           // to brokers of all kinds
  int lambda_attempts = 256;                              // at once; each takes a connection
  int notification_attempts = 256;                        // at once; each mail takes a connection
  int64_t inbound = std::numeric_limits<int64_t>::max();  // clients' connections
};

// With fewer descriptors than this a part gets less than its default.
inline constexpr int64_t kPlentyDescriptors = 8192;

// The shares of a process that may have `limit` descriptors open. Parts have a least size, so that
// below about 256 the sum is more than there is: then opening fails, and is tried again.
DescriptorBudget ShareDescriptors(int64_t limit);

}  // namespace server

#endif  // SERVER_DESCRIPTOR_BUDGET_H_
