#ifndef TESTS_SIMULATION_SIM_STORE_H_
#define TESTS_SIMULATION_SIM_STORE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/core/transitions.h"
#include "scheduler/store/journal_codec.h"
#include "tests/support/engine/forwarding_store.h"

namespace sim {

namespace core = scheduler::core;
namespace store = scheduler::store;
using scheduler::base::Millis;

// What goes wrong with the disk right now; outlives the stores that are opened on it.
struct DiskFaults {
  bool full = false;           // commits are RESOURCE_EXHAUSTED
  bool archive_fails = false;  // seals, checkpoints and trims fail
  enum class NextCommit { kWorks, kFailsUnwritten, kFailsWritten };
  NextCommit next_commit = NextCommit::kWorks;  // the process ends with it
};

// Changes made to the store on purpose, which the simulation must notice.
enum class Sabotage {
  kNone,
  kDropEntry,         // an acknowledged entry is not stored
  kDropRow,           // an acknowledged change of the catalog is not stored
  kAcknowledgeEarly,  // what was acknowledged last is lost in a crash
  kDoubleRun,         // a run is created twice
  kForgetMissed,      // a record of missed occurrences is left out
  kForgetSeal,        // sealed runs are not stored
  kUndoPause,         // a pause is not journaled
  kEarlyClock,        // the engine's clock is ahead
  kStaleToken,        // a result is taken whatever its token
  kForgetBefore,      // what a calendar covered before its change is not stored
};

// The disk as the simulation sees it: tells of each entry that is durable, and fails on demand.
class SimStore final : public tests::ForwardingStore {
 public:
  // Called for each durable entry, before Commit returns.
  using OnEntry =
      std::function<void(Position, const store::DecodedEntry&, absl::Span<const store::RowChange>)>;

  SimStore(std::unique_ptr<Store> inner, DiskFaults* faults, Sabotage sabotage, OnEntry on_entry);

  absl::StatusOr<Position> Commit(const store::CommitBatch& batch) override;
  absl::Status TrimJournal(Position through) override;
  absl::Status WriteCheckpoint(core::ShardId shard, Position position,
                               std::string_view body) override;
  absl::Status Seal(absl::Span<const store::SealedRun> runs, Position through) override;
  absl::StatusOr<store::Space> GetSpace() const override;

 private:
  // The entry as it is really written: what `sabotage` makes of it.
  std::string Sabotaged(std::string_view entry, const core::Transitions& transitions);

  DiskFaults& faults_;
  const Sabotage sabotage_;
  const OnEntry on_entry_;
  int commits_ = 0;
  int seals_ = 0;
};

}  // namespace sim

#endif  // TESTS_SIMULATION_SIM_STORE_H_
