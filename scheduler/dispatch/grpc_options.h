#ifndef SCHEDULER_DISPATCH_GRPC_OPTIONS_H_
#define SCHEDULER_DISPATCH_GRPC_OPTIONS_H_

#include <cstddef>
#include <string>

#include "scheduler/base/millis.h"

namespace scheduler::dispatch {

struct GrpcOptions {
  // Attempts at once.
  size_t max_in_flight = 1024;
  // Connections, and what was learned of the targets behind them, that are kept.
  size_t max_connections = 256;
  // After this a target is resolved, dialled and asked for its descriptors anew.
  base::Millis max_age = 5 * base::kMinute;
  // For the reflection of one service, which the attempts that wait for it share. An attempt's own
  // timeout wins where it is shorter.
  base::Millis reflection_timeout = 10 * base::kSecond;
  // PEM file of the authorities that targets' certificates are checked against. Empty: the system's.
  std::string ca_file;
};

// Bytes of a reply that are received at all.
inline constexpr int kMaxGrpcReplyBytes = 1024 * 1024;

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_GRPC_OPTIONS_H_
