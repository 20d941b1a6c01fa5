#ifndef SERVER_SYSTEM_PROCESS_SETUP_H_
#define SERVER_SYSTEM_PROCESS_SETUP_H_

#include <cstdint>

namespace server {

// Raises the limit on open descriptors to the hard limit; returns what holds now.
int64_t RaiseDescriptorLimit();

// Sends what gRPC and protobuf have to say through the service's own log, at most
// kMaxLibraryLinesPerSecond a second: both write to stderr as they like, and clients can make them
// do it.
void TakeLibraryLogs();

inline constexpr int64_t kMaxLibraryLinesPerSecond = 10;

}  // namespace server

#endif  // SERVER_SYSTEM_PROCESS_SETUP_H_
