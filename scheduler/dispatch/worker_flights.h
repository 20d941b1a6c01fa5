#ifndef SCHEDULER_DISPATCH_WORKER_FLIGHTS_H_
#define SCHEDULER_DISPATCH_WORKER_FLIGHTS_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/millis.h"
#include "scheduler/base/random.h"
#include "scheduler/core/run_port.h"

namespace scheduler::dispatch {

using base::Millis;

// The deliveries that one session has in its hands, with their deadlines. Every operation on one
// delivery is O(1): a table finds its node, and the node stands in a doubly linked list of those
// whose time ends equally long after they began, so that each list is sorted by itself.
//
// There is a list for each length of time, of which there are at most 64 an octave: a time is
// lengthened to the next, by less than 1.6 %.
//
// A delivery that the server has ended (timed out, cancelled) stays until its worker answers: it
// still takes room at the worker, and counts as in flight for the limit of its group.
//
// All times are monotonic milliseconds. Not thread-safe.
class WorkerFlights {
 public:
  enum class Removed {
    kUnknown,
    kOpen,
    kEnded,  // the server had ended it
  };

  WorkerFlights() = default;
  WorkerFlights(const WorkerFlights&) = delete;
  WorkerFlights& operator=(const WorkerFlights&) = delete;

  // All of them, and those that the server has not ended.
  size_t size() const { return index_.size(); }
  size_t open() const { return open_; }

  // Adds a delivery whose attempt may take `timeout`, and which is held for `lease` (kNever: as
  // long as its session). One that is there already is replaced.
  void Add(const core::RunRef& run, Millis now, Millis timeout, Millis lease,
           core::LimitGroup group = core::kNoGroup);

  bool Contains(const core::RunRef& run) const { return index_.contains(run); }
  bool IsOpen(const core::RunRef& run) const;

  // The worker has answered.
  Removed Remove(const core::RunRef& run);

  // The server has ended it. False if it is unknown or was ended before.
  bool End(const core::RunRef& run);

  // Its lease begins anew. False if it is unknown or ended.
  bool Extend(const core::RunRef& run, Millis now, Millis lease);

  // Ends those whose attempt has taken too long, and removes those whose lease is over.
  void Expire(Millis now, std::vector<core::RunRef>* timed_out, std::vector<core::RunRef>* lost);

  // Appends the open ones.
  void ListOpen(std::vector<core::RunRef>* out) const;

  // Removes those that the server has ended.
  void RemoveEnded();
  void Clear();

  // Moves to the end of `out` the limit groups of all that were removed since the last call, of each
  // delivery that has one.
  void TakeFreed(std::vector<core::LimitGroup>* out);

 private:
  using Slot = uint32_t;
  static constexpr Slot kNoSlot = UINT32_MAX;

  struct Node {
    core::RunRef run;
    Millis attempt_end = 0;
    Millis lease_end = 0;
    Millis expiry = 0;  // when its list comes to it
    Slot next = kNoSlot;
    Slot prev = kNoSlot;
    core::LimitGroup group = core::kNoGroup;
    bool ended = false;
  };
  struct RefHash {
    size_t operator()(const core::RunRef& run) const {
      return base::Mix64(run.key.uid * 0x9e3779b97f4a7c15ULL ^
                         static_cast<uint64_t>(run.key.number) ^ (run.token << 20));
    }
  };
  struct RefEq {
    bool operator()(const core::RunRef& a, const core::RunRef& b) const {
      return a.key == b.key && a.token == b.token;
    }
  };

  Slot Allocate();
  void Free(Slot slot);
  // Puts the node at the end of the list of the time that it has left.
  void Link(Slot slot, Millis now);
  void Unlink(Slot slot);
  Slot HeadOf(Millis length);
  // Ends or removes the node that its list has come to.
  void ExpireOne(Slot slot, Millis now, std::vector<core::RunRef>* timed_out,
                 std::vector<core::RunRef>* lost);

  std::vector<Node> nodes_;  // deliveries and the heads of lists
  Slot free_ = kNoSlot;
  size_t open_ = 0;
  std::vector<core::LimitGroup> freed_;
  Millis latest_ = 0;  // callers read the clock before they take the session's lock
  absl::flat_hash_map<core::RunRef, Slot, RefHash, RefEq> index_;
  absl::flat_hash_map<Millis, Slot> heads_;  // by length; each closes its list to a ring
  // The last of heads_ that was used: most deliveries have one length.
  Millis last_length_ = -1;
  Slot last_head_ = kNoSlot;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_WORKER_FLIGHTS_H_
