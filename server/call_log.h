#ifndef SERVER_CALL_LOG_H_
#define SERVER_CALL_LOG_H_

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "server/call_stats.h"

namespace server {

// Writes the line of each call that ended: debug if it went well or was the caller's fault to
// learn from, info for other refusals, warning and error for the server's own. Lines above debug
// are bounded to kMaxLinesPerSecond, so that a flood of bad calls cannot fill the disk; how many
// were left out is told. Thread-safe.
class CallLog {
 public:
  static constexpr int64_t kMaxLinesPerSecond = 100;

  // `mono_nanos` is now; `nanos` the call's duration.
  void Write(const Method& method, const grpc::ServerContextBase& context,
             const absl::Status& status, int64_t nanos, int64_t mono_nanos);

 private:
  // Whether this second has a line left; on a new second gives how many the last one left out.
  bool Take(int64_t mono_nanos, int64_t* suppressed);

  std::atomic<int64_t> second_{0};
  std::atomic<int64_t> lines_{0};
  std::atomic<int64_t> suppressed_{0};
};

}  // namespace server

#endif  // SERVER_CALL_LOG_H_
