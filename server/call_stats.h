#ifndef SERVER_CALL_STATS_H_
#define SERVER_CALL_STATS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "grpcpp/support/status_code_enum.h"

namespace server {

// The upper bounds of the latency histogram in seconds: those of gRFC A66 ("OpenTelemetry
// metrics"), but for its 0.
inline constexpr std::array<double, 40> kLatencyBounds = {
    0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002, 0.003, 0.004,
    0.005,   0.006,   0.008,  0.01,   0.013,  0.016,  0.02,  0.025, 0.03,  0.04,
    0.05,    0.065,   0.08,   0.1,    0.13,   0.16,   0.2,   0.25,  0.3,   0.4,
    0.5,     0.65,    0.8,    1,      2,      5,      10,    20,    50,    100};

// What a call asks of the server.
enum class CallKind {
  kRead,      // answers from memory or with one read
  kList,      // reads much
  kMutation,  // waits for a commit
  kLongPoll,  // waits for something to happen
  kStream,    // has no bound in time
  kProbe,     // asks about the server itself: answered in every phase but the last
};

// Who may send several messages in a call.
enum class CallShape { kUnary, kServerStream, kBidiStream };

// Counts of one method's calls. Thread-safe; readers may see the parts of one call at different
// moments.
class CallStats {
 public:
  static constexpr int kCodes = 17;  // OK … UNAUTHENTICATED

  struct PerCode {
    std::atomic<int64_t> count{0};
    std::atomic<int64_t> nanos{0};
    // The last one is for what is beyond all bounds.
    std::array<std::atomic<int64_t>, kLatencyBounds.size() + 1> buckets{};
  };

  void Started() { started_.fetch_add(1, std::memory_order_relaxed); }
  void Finished(grpc::StatusCode code, int64_t nanos);

  int64_t started() const { return started_.load(std::memory_order_relaxed); }
  const PerCode& of(int code) const { return codes_[code]; }

 private:
  std::atomic<int64_t> started_{0};
  std::array<PerCode, kCodes> codes_;
};

// One method of a service. Lives as long as the server.
struct Method {
  std::string service;  // full name, "ductape.jobs.v1.JobService"
  std::string name;     // "CreateJob"
  CallKind kind = CallKind::kRead;
  CallShape shape = CallShape::kUnary;
  CallStats stats;
};

// "OK", "INVALID_ARGUMENT", …; "UNKNOWN" for a number that is no code.
const char* StatusCodeName(int code);

}  // namespace server

#endif  // SERVER_CALL_STATS_H_
