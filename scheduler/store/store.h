#ifndef SCHEDULER_STORE_STORE_H_
#define SCHEDULER_STORE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "scheduler/base/millis.h"
#include "scheduler/core/ids.h"

// Where decisions become durable. A store keeps bytes; what they mean is the codec's
// (journal_codec.h, rows.h, history_codec.h), so that every store shares it.
//
//   journal      ascending positions, one packed entry a group commit
//   catalog      tables of rows (jobs, events, request ids), written in the same commit
//   checkpoints  one compact copy of the state a shard, as of a position
//   history      sealed terminal runs by (uid, number), and the unsuccessful ones by end time
//
// Status codes, for all methods unless said otherwise:
//   OK
//   RESOURCE_EXHAUSTED  the disk is full, or no file can be opened (OUT_OF_DESCRIPTORS); nothing was
//                       written; may be tried again
//   ABORTED             the epoch is not current any more (EPOCH_FENCED); final
//   DATA_LOSS           a sync failed or stored bytes are damaged; final: the process must end
//   FAILED_PRECONDITION the store was written by a newer version
//   INTERNAL            any other I/O error; treated like DATA_LOSS by writers
//
// Every write (Commit, TrimJournal, WriteCheckpoint, Seal, Retain, ExpireRows) is refused as ABORTED
// once another store has taken a higher epoch.
//
// Thread safety: Commit has one caller at a time (the committer); everything else may be called
// from any thread at any time. A `visit` may read the store and commit.
namespace scheduler::store {

using base::Millis;

// The place of a commit in the journal: 1, 2, 3, …; 0 is before the first.
using Position = uint64_t;

// Values are stored: never renumber.
enum class Table : uint8_t {
  kJobs = 1,         // key JobRowKey
  kEvents = 2,       // key EventRowKey
  kRequests = 3,     // key RequestRowKey
  kDeletedJobs = 4,  // key: uid; what history still needs of a deleted job
  kMeta = 5,         // key: a name; small values of the engine
  kCalendars = 6,    // key CalendarRowKey
  kConnections = 7,  // key ConnectionRowKey
};

struct RowChange {
  Table table = Table::kJobs;
  std::string key;
  std::optional<std::string> value;  // unset: the row is removed
};

// One group commit. All of it becomes durable, or none.
struct CommitBatch {
  int64_t epoch = 0;
  std::string_view journal;  // the packed entry; empty if only rows change
  absl::Span<const RowChange> changes;
};

// One terminal run or closed stretch, encoded by history_codec.h.
struct SealedRun {
  core::RunKey key;
  std::string body;
  // For the index of unsuccessful runs: unset for those that succeeded.
  std::optional<Millis> unsuccessful_end;
  std::string product;  // of unsuccessful runs only
};

// A position in the index of unsuccessful runs; the order is end time, latest first, then uid, then
// number, newest first.
struct UnsuccessfulCursor {
  Millis end_time = base::kNever;
  core::RunKey key;

  // Whether `a` stands before `b`.
  friend bool operator<(const UnsuccessfulCursor& a, const UnsuccessfulCursor& b) {
    return std::tie(b.end_time, a.key.uid, b.key.number) <
           std::tie(a.end_time, b.key.uid, a.key.number);
  }
};

struct Space {
  int64_t free_bytes = 0;  // on the disk
  int64_t used_bytes = 0;
  // Memory that the store holds only to be faster: stated caches.
  int64_t block_cache_bytes = 0;
  int64_t write_buffer_bytes = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // A short name for people: "rocksdb", "memory".
  virtual std::string_view name() const = 0;

  // Raises the epoch by one, durably, and makes it the only one whose commits are accepted. Called
  // once, before anything else is read.
  virtual absl::StatusOr<int64_t> AcquireEpoch() = 0;

  // Writes and syncs. Returns the entry's position after it is durable; without an entry the
  // position of the last one.
  virtual absl::StatusOr<Position> Commit(const CommitBatch& batch) = 0;

  // Calls `visit` for each entry after `after`, ascending; stops at the first error, which it
  // returns. Entries are those of completed commits; a torn tail (a crash) is not an error.
  virtual absl::Status ReadJournal(
      Position after, absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const = 0;

  // Forgets entries up to `through`. Need not be durable at once.
  virtual absl::Status TrimJournal(Position through) = 0;

  // Bytes of journal entries kept.
  virtual int64_t JournalBytes() const = 0;

  // Replaces the shard's checkpoint: its state as of `position`. Durable when it returns.
  virtual absl::Status WriteCheckpoint(core::ShardId shard, Position position,
                                       std::string_view body) = 0;

  // Calls `visit` for the checkpoint of each shard that has one.
  virtual absl::Status ReadCheckpoints(
      absl::FunctionRef<absl::Status(core::ShardId, Position, std::string_view)> visit) const = 0;

  // The row, or nothing.
  virtual absl::StatusOr<std::optional<std::string>> Get(Table table,
                                                         std::string_view key) const = 0;

  // One result a key, in the order of the keys. Fastest when they are sorted.
  virtual absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Table table, absl::Span<const std::string> keys) const = 0;

  // Calls `visit` for rows with begin ≤ key < end (an empty `end`: to the end of the table) until
  // it returns false. One consistent snapshot.
  virtual absl::Status Scan(
      Table table, std::string_view begin, std::string_view end,
      absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const = 0;

  // Adds runs to history, durably, then records that everything up to `through` is sealed. `runs`
  // is sorted by key; sealing the same run again replaces it.
  virtual absl::Status Seal(absl::Span<const SealedRun> runs, Position through) = 0;

  // The position of the last Seal; 0 if there was none.
  virtual absl::StatusOr<Position> SealedThrough() const = 0;

  virtual absl::StatusOr<std::optional<std::string>> GetRun(const core::RunKey& key) const = 0;

  // Sealed runs of one job with number < `before`, descending, until `visit` returns false.
  virtual absl::Status ScanRuns(
      core::Uid uid, int64_t before,
      absl::FunctionRef<bool(const core::RunKey&, std::string_view)> visit) const = 0;

  // Sealed unsuccessful runs of a product after `cursor`, latest first, until `visit` returns
  // false.
  virtual absl::Status ScanUnsuccessful(
      std::string_view product, const UnsuccessfulCursor& cursor,
      absl::FunctionRef<bool(const UnsuccessfulCursor&, std::string_view)> visit) const = 0;

  // Drops what retention no longer keeps: history records that ended before `before`, whole oldest
  // tables first while history is larger than `max_bytes`. What a compaction drops by the
  // history_limit needs no call.
  virtual absl::Status Retain(Millis before, int64_t max_bytes) = 0;

  // Rows of kRequests and kDeletedJobs that were written for a time before `before` may be gone
  // from now on: when they go is the store's choice, so readers look at the row's time themselves.
  // INVALID_ARGUMENT for other tables, whose rows never age.
  virtual absl::Status ExpireRows(Table table, Millis before) = 0;

  virtual absl::StatusOr<Space> GetSpace() const = 0;
};

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_STORE_H_
