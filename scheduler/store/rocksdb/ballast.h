#ifndef SCHEDULER_STORE_ROCKSDB_BALLAST_H_
#define SCHEDULER_STORE_ROCKSDB_BALLAST_H_

#include <cstdint>
#include <string>
#include <utility>

namespace scheduler::store {

// A file that takes up space so that it can be given back: where the disk is filled by others, what
// was decided already and the results of runs under way can still be committed, and readers do not
// wait for them until someone makes space.
//
// Thread-safe: what it knows is the file.
class Ballast {
 public:
  // Nothing is done where `bytes` is 0.
  Ballast(std::string file, int64_t bytes) : file_(std::move(file)), bytes_(bytes) {}

  // Takes up the space, if it is not taken up and a file system with `free_bytes` has it to spare:
  // at least four times as much.
  void Restore(int64_t free_bytes) const;

  // Gives the space back. Returns whether there was some to give.
  bool Drop() const;

 private:
  const std::string file_;
  const int64_t bytes_;
};

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_BALLAST_H_
