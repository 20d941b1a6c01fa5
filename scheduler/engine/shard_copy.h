#ifndef SCHEDULER_ENGINE_SHARD_COPY_H_
#define SCHEDULER_ENGINE_SHARD_COPY_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/core/snapshot.h"
#include "scheduler/engine/shard.h"

namespace scheduler::engine {

// A shard's state at one moment, copied as it lies in memory: a loop makes it in a fraction of the time
// that building the snapshots would take, and a checkpoint is written from it off the loop.
class ShardCopy {
 public:
  // REQUIRES: the lock of `s`.
  explicit ShardCopy(const Shard& s, const catalog::EventTable& events)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  // Off the loop; else the jobs stand in any order.
  void SortByUid();
  size_t size() const { return jobs_.size(); }
  core::JobSnapshot SnapshotOf(size_t i) const;

 private:
  struct CopiedJob {
    core::JobRecord record;
    size_t text = 0;                // where its bytes begin in texts_
    uint32_t sizes[3] = {0, 0, 0};  // of tag, name and input
  };

  void Add(const Shard& s, const catalog::EventTable& events, Slot slot)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);

  std::vector<CopiedJob> jobs_;
  std::string texts_;
  absl::flat_hash_map<uint32_t, Profile> profiles_;
  absl::flat_hash_map<uint32_t, core::EventKey> events_;
  absl::flat_hash_map<int64_t, Pattern> patterns_;
  absl::flat_hash_map<core::Uid, JobSide> sides_;
  absl::flat_hash_map<core::Uid, std::vector<core::OpenRunSnapshot>> open_runs_;
};

// A job's snapshot from its parts. `side` and `pattern` may be null.
struct SnapshotParts {
  const core::JobRecord& record;
  const JobText& text;
  const Profile& profile;
  const core::EventKey& event;
  const Pattern* pattern;
  const JobSide* side;
};
core::JobSnapshot MakeSnapshot(const SnapshotParts& parts);

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_SHARD_COPY_H_
