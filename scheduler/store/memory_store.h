#ifndef SCHEDULER_STORE_MEMORY_STORE_H_
#define SCHEDULER_STORE_MEMORY_STORE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "scheduler/base/mutex.h"
#include "scheduler/store/store.h"

// A store without a disk: for tests and for the simulation.
//
// What would be on disk is a MemoryDisk; any number of stores may be opened on it, one after the
// other or side by side, as servers on one disk. Each takes a higher epoch, and the writes of the
// older ones are ABORTED from then on. A commit is applied at once or not at all, so that dropping
// a store at any moment is a crash, and opening another on the same disk is the restart after it.
namespace scheduler::store {

// Thread-safe.
class MemoryDisk {
 public:
  MemoryDisk();
  MemoryDisk(const MemoryDisk&) = delete;
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  // What GetSpace reports as free; at 0 every write is RESOURCE_EXHAUSTED.
  void SetFreeBytes(int64_t bytes);

 private:
  friend class MemoryStore;

  // Everything is a sorted map of bytes; the seven tables have the numbers of store.h.
  enum MapId : size_t { kJournal = 0, kCheckpoints = 8, kRuns = 9, kUnsuccessful = 10, kMaps = 11 };
  using Map = std::map<std::string, std::string, std::less<>>;
  // A map that is not changed while it has readers: a writer goes on with a copy.
  struct Version {
    Map map;
    int readers = 0;
  };

  base::Mutex mu_;
  std::array<std::shared_ptr<Version>, kMaps> maps_ ABSL_GUARDED_BY(mu_);
  int64_t epoch_ ABSL_GUARDED_BY(mu_) = 0;
  Position last_position_ ABSL_GUARDED_BY(mu_) = 0;
  Position sealed_through_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t journal_bytes_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t history_bytes_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t free_bytes_ ABSL_GUARDED_BY(mu_) = int64_t{1} << 40;
};

std::unique_ptr<Store> OpenMemoryStore(std::shared_ptr<MemoryDisk> disk);

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_MEMORY_STORE_H_
