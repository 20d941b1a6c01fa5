#ifndef SCHEDULER_STORE_ROCKSDB_JOURNAL_H_
#define SCHEDULER_STORE_ROCKSDB_JOURNAL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/write_batch.h"
#include "scheduler/store/rocksdb/main_db.h"
#include "scheduler/store/store.h"

namespace scheduler::store {

// The journal in its column family of `main`. Nothing else knows how it is kept: files of its own
// can take its place behind this class.
//
//   key    position (8 bytes, big endian)
//   value  the bytes of all entries ever written up to this one (8 bytes, big endian), the entry
//
// Trimming notes the position and deletes whole tables; entries before the noted position that
// still stand in a table are not read any more.
class Journal {
 public:
  // Finds the end. `main` outlives this.
  static absl::StatusOr<std::unique_ptr<Journal>> Open(MainDb* main);

  // Adds the entry to the batch of a commit; once the batch is written, Appended makes it count.
  // REQUIRES: one caller at a time, and Appended or nothing after each Append.
  Position Append(std::string_view entry, rocksdb::WriteBatch* batch);
  void Appended();

  // The position of the last entry.
  Position last() const { return last_.load(std::memory_order_acquire); }

  // Those of Store. Read answers DATA_LOSS where an entry is missing.
  absl::Status Read(Position after,
                    absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const;
  // Trim does nothing while another thread trims.
  absl::Status Trim(Position through);
  int64_t bytes() const;

 private:
  explicit Journal(MainDb* main) : main_(main) {}

  // The bytes written up to and including the entry at `position`.
  absl::StatusOr<uint64_t> BytesThrough(Position position) const;
  absl::Status TrimAlone(Position through);

  MainDb* const main_;
  std::atomic<bool> trimming_{false};
  std::atomic<Position> last_{0};
  std::atomic<uint64_t> written_bytes_{0};
  std::atomic<Position> trimmed_{0};
  std::atomic<uint64_t> trimmed_bytes_{0};
  size_t appending_bytes_ = 0;  // the committer's alone
};

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_ROCKSDB_JOURNAL_H_
