#ifndef SCHEDULER_DISPATCH_SINGLE_FLIGHT_H_
#define SCHEDULER_DISPATCH_SINGLE_FLIGHT_H_

#include <atomic>

namespace scheduler::dispatch {

// Lets one thread at a time do a piece of work that any thread may ask for, without a lock: who
// asks while it is being done makes it be done once more.
//
//   if (flight.Request()) {        // this thread does it
//     do { Work(); } while (!flight.Done());
//   }
//
// The one who has the flight may keep it while an asynchronous operation is under way; its
// completion goes on with Work().
//
// Thread safety: Request from any thread; Done from the one who has the flight.
class SingleFlight {
 public:
  // Starts taken where the owner has something to finish first.
  explicit SingleFlight(bool taken = false) : state_(taken ? kTaken : kFree) {}

  // True if the caller has the flight now. False: whoever has it will see to the request.
  bool Request() {
    int seen = state_.load();
    for (;;) {
      const int next = seen == kFree ? kTaken : kTakenAgain;
      if (seen == next) return false;
      if (state_.compare_exchange_weak(seen, next)) return next == kTaken;
    }
  }

  // Gives the flight back; false if there was a request meanwhile: the caller still has it.
  bool Done() {
    int seen = kTaken;
    if (state_.compare_exchange_strong(seen, kFree)) return true;
    state_.store(kTaken);
    return false;
  }

 private:
  static constexpr int kFree = 0;
  static constexpr int kTaken = 1;
  static constexpr int kTakenAgain = 2;

  std::atomic<int> state_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_SINGLE_FLIGHT_H_
