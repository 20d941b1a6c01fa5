#ifndef CLIENT_CPP_INTERNAL_IN_FLIGHT_LIST_H_
#define CLIENT_CPP_INTERNAL_IN_FLIGHT_LIST_H_

#include <cstddef>

#include "ductape/jobs/v1/worker.pb.h"

namespace ductape::jobs::internal {

// The runs that a hello names as in hand, as many as the server reads: a larger hello would end the
// stream, and every one after it, for as long as the worker has so much in hand. What is not named
// is not the worker's any more; the welcome tells it so. Not thread-safe.
class InFlightList {
 public:
  // Adds to `hello`, which outlives it.
  explicit InFlightList(v1::Hello* hello) : hello_(hello) {}

  // False if there was no room.
  bool Add(const v1::RunRef& run);

  // Of the 1 MiB that the server receives at most (limits::kMaxReceiveBytes). The rest of a hello
  // takes up to 100 KiB: it is mostly the names of 100 queues.
  static constexpr size_t kMaxBytes = 900 * 1024;

 private:
  v1::Hello* const hello_;
  size_t bytes_ = 0;
};

}  // namespace ductape::jobs::internal

#endif  // CLIENT_CPP_INTERNAL_IN_FLIGHT_LIST_H_
