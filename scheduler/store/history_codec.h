#ifndef SCHEDULER_STORE_HISTORY_CODEC_H_
#define SCHEDULER_STORE_HISTORY_CODEC_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scheduler/core/snapshot.h"
#include "scheduler/store/store.h"

// Sealed runs and checkpoints as bytes (ductape.jobs.store.v1.SealedRun, .ShardCheckpoint).
namespace ductape::jobs::store::v1 {
class JobSnapshot;
}  // namespace ductape::jobs::store::v1

namespace scheduler::store {

// The body of a run as history keeps it: times as differences to the nominal time, no names that
// the job's row has.
SealedRun Seal(const core::TerminalRun& run);

// What a record needs to be read back. `product` is filled in where the body has it (unsuccessful
// runs); tag and the rest are the query side's.
absl::StatusOr<core::Run> DecodeSealedRun(const core::RunKey& key, std::string_view body);

// The two numbers that retention needs, without decoding the whole body.
struct RetentionFacts {
  int32_t history_limit = 0;
  base::Millis end_time = 0;
};
absl::StatusOr<RetentionFacts> DecodeRetentionFacts(std::string_view body);

// Writes a shard's state job by job; rows are appended to one buffer, so that a checkpoint needs no
// second copy of the shard.
class CheckpointWriter {
 public:
  // `max_sequence`: the highest uid sequence ever given out; `time_floor`: engine time.
  CheckpointWriter(uint64_t max_sequence, base::Millis time_floor);
  ~CheckpointWriter();
  void Add(const core::JobSnapshot& job);
  // Unsealed terminal runs are not part of a checkpoint: they are sealed before it is written.
  std::string Finish() &&;

 private:
  std::string out_;
  uint64_t job_count_ = 0;
  uint32_t min_reader_ = 0;
  std::unique_ptr<ductape::jobs::store::v1::JobSnapshot> job_;  // used again for each job
};

struct CheckpointHeader {
  uint64_t max_sequence = 0;
  base::Millis time_floor = 0;
};

// Calls `visit` for each job. DATA_LOSS if the bytes make no sense, FAILED_PRECONDITION if they need
// a newer reader.
absl::StatusOr<CheckpointHeader> ReadCheckpoint(
    std::string_view body, absl::FunctionRef<absl::Status(core::JobSnapshot)> visit);

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_HISTORY_CODEC_H_
