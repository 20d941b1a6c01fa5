#ifndef SERVER_CALL_LOG_H_
#define SERVER_CALL_LOG_H_

#include <atomic>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "server/call_stats.h"

namespace server {

// A call that ended.
struct EndedCall {
  const Method& method;
  const grpc::ServerContextBase& context;
  const absl::Status& status;
  std::string_view request_id;  // as it was sent, if the request has one
  int64_t nanos = 0;            // the call's duration
  int64_t mono_nanos = 0;       // now
};

// Writes the line of each call that ended: debug if it went well or was the caller's fault to
// learn from, info for other refusals, warning and error for the server's own. Lines above debug
// are bounded to kMaxLinesPerSecond, so that a flood of bad calls cannot fill the disk; how many
// were left out is told. Thread-safe.
//
//   {"ts":…,"level":…,"msg":"call","grpc.method":"ductape.jobs.v1.JobService/GetJob","code":"OK",
//    "reason":"","detail":"","duration":"0.000123s","peer":"ipv4:127.0.0.1:5","principal":"",
//    "forwarded":"","request_id":"","trace_id":""}
//
// `principal` is the first name of the client's certificate, empty without one. `forwarded` is whom
// the caller says it calls for: the URI in Envoy's x-forwarded-client-cert. It is true where `peer`
// is a proxy that sets it, and whatever the caller likes otherwise. `trace_id` is that of the
// caller's traceparent.
class CallLog {
 public:
  static constexpr int64_t kMaxLinesPerSecond = 100;

  void Write(const EndedCall& call);

 private:
  // Whether this second has a line left; on a new second gives how many the last one left out.
  bool Take(int64_t mono_nanos, int64_t* suppressed);

  std::atomic<int64_t> second_{0};
  std::atomic<int64_t> lines_{0};
  std::atomic<int64_t> suppressed_{0};
};

}  // namespace server

#endif  // SERVER_CALL_LOG_H_
