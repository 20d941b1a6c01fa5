#ifndef CLIENT_JOBCTL_EXIT_CODE_H_
#define CLIENT_JOBCTL_EXIT_CODE_H_

#include "absl/status/status.h"

namespace jobctl {

inline constexpr int kExitDone = 0;
// A run that was waited for ended, but not COMPLETED; or stdout could not be written.
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
// A run has ended, but how is not known, since its record is not kept.
inline constexpr int kExitNotKept = 3;
inline constexpr int kExitCall = 64;  // and the gRPC code, as grpcurl does

inline int ExitCodeOf(const absl::Status& status) {
  return status.ok() ? kExitDone : kExitCall + static_cast<int>(status.code());
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_EXIT_CODE_H_
