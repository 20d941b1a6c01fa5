#ifndef CLIENT_JOBCTL_EXIT_CODE_H_
#define CLIENT_JOBCTL_EXIT_CODE_H_

#include "absl/status/status.h"

namespace jobctl {

inline constexpr int kExitDone = 0;
inline constexpr int kExitRunFailed = 1;  // a run that was waited for ended, but not COMPLETED
inline constexpr int kExitUsage = 2;
inline constexpr int kExitCall = 64;  // and the gRPC code, as grpcurl does

inline int ExitCodeOf(const absl::Status& status) {
  return status.ok() ? kExitDone : kExitCall + static_cast<int>(status.code());
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_EXIT_CODE_H_
