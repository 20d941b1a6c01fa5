#include "client/cpp/internal/in_flight_list.h"

namespace ductape::jobs::internal {
namespace {

// What an element takes beside its own bytes: a tag and a length. It has some 30 bytes, so that one
// byte of length is enough.
constexpr size_t kHeadBytes = 2;

}  // namespace

bool InFlightList::Add(const v1::RunRef& run) {
  const size_t bytes = run.ByteSizeLong() + kHeadBytes;
  if (bytes_ + bytes > kMaxBytes) return false;
  bytes_ += bytes;
  *hello_->add_in_flight() = run;
  return true;
}

}  // namespace ductape::jobs::internal
