#ifndef SCHEDULER_ENGINE_ARCHIVIST_H_
#define SCHEDULER_ENGINE_ARCHIVIST_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "scheduler/base/mutex.h"
#include "scheduler/engine/committer.h"
#include "scheduler/engine/loop.h"
#include "scheduler/engine/registry.h"
#include "scheduler/engine/shard_copy.h"
#include "scheduler/store/store.h"

namespace scheduler::engine {

struct ArchiveOptions {
  Millis seal_every = 2 * base::kSecond;
  int64_t seal_rows = 200'000;                  // or as soon as so many wait
  int64_t journal_bytes = 256LL * 1024 * 1024;  // a checkpoint when the tail is longer
  Millis history_age = base::limits::kHistoryAge;
  int64_t history_bytes = base::limits::kHistoryBytes;
  Millis retain_every = 10 * base::kMinute;
};

// Keeps the journal short: moves terminal records to history ("sealing"), writes checkpoints shard by
// shard when the journal's tail has grown, trims what both cover, and applies retention.
//
// A stepped object with one caller; a step may take as long as its I/O.
class Archivist {
 public:
  Archivist(store::Store* store, JobRegistry* registry, Committer* committer,
            std::vector<Loop*> loops, ArchiveOptions options, store::Position sealed);

  // Does what is due at `now` (engine time). The error of a failed seal or checkpoint is returned;
  // what was not written is tried again.
  absl::Status Step(Millis now);

  // Seals everything that is durable, whatever its age.
  absl::Status SealNow();

  // Seals, then writes a checkpoint of every shard and trims the journal. The loops must be stepped
  // meanwhile, by their threads or by `step_loops` (which simulations and shutdown pass).
  absl::Status CheckpointNow(const std::function<void()>& step_loops = nullptr);

  store::Position sealed() const { return sealed_; }

 private:
  struct Snapshot {
    uint64_t ask = 0;
    std::unique_ptr<ShardCopy> state;
    uint64_t max_sequence = 0;
    Millis time = 0;
    store::Position position = 0;
  };

  absl::Status Retain(Millis now);
  int64_t TailLimit() const;
  // Starts the next shard's snapshot, or writes the one that is ready.
  absl::Status StepCheckpoint();
  void AskForSnapshot(core::ShardId shard);
  // The snapshot that was asked for last; an earlier one that came late is of another shard.
  std::optional<Snapshot> TakeSnapshot();
  absl::Status WriteSnapshot(core::ShardId shard, Snapshot snapshot);

  store::Store* const store_;
  JobRegistry* const registry_;
  Committer* const committer_;
  const std::vector<Loop*> loops_;
  const ArchiveOptions options_;

  store::Position sealed_;
  Millis last_seal_ = 0;
  Millis last_retain_ = 0;
  int next_shard_ = -1;  // of the round of checkpoints under way; -1: none is
  bool asked_ = false;
  uint64_t ask_ = 0;            // the number of the last snapshot that was asked for
  store::Position lowest_ = 0;  // of this round's checkpoints

  base::Mutex mu_;
  std::optional<Snapshot> ready_ ABSL_GUARDED_BY(mu_);
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_ARCHIVIST_H_
