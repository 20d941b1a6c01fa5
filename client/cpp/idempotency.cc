#include "client/cpp/idempotency.h"

#include <random>

#include "absl/strings/str_cat.h"

namespace ductape::jobs {

std::string NewRequestId() {
  // The system's source of random numbers: ids must differ between processes started together.
  std::random_device device;
  std::string id;
  for (int i = 0; i < 4; ++i) absl::StrAppend(&id, absl::Hex(device(), absl::kZeroPad8));
  return id;
}

}  // namespace ductape::jobs
