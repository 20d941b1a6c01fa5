#ifndef TESTS_CRASH_SERVER_FORWARDING_STORE_H_
#define TESTS_CRASH_SERVER_FORWARDING_STORE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/store/store.h"

namespace tests::crash {

// A store that is another one: a fault overrides what it spoils.
class ForwardingStore : public scheduler::store::Store {
 public:
  using Millis = scheduler::base::Millis;
  using Position = scheduler::store::Position;
  using Table = scheduler::store::Table;
  using RunKey = scheduler::core::RunKey;
  using ShardId = scheduler::core::ShardId;

  explicit ForwardingStore(scheduler::store::Store* store) : base_(*store) {}

  std::string_view name() const override { return base_.name(); }
  absl::StatusOr<int64_t> AcquireEpoch() override { return base_.AcquireEpoch(); }
  absl::StatusOr<Position> Commit(const scheduler::store::CommitBatch& batch) override {
    return base_.Commit(batch);
  }
  absl::Status ReadJournal(
      Position after,
      absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const override {
    return base_.ReadJournal(after, visit);
  }
  absl::Status TrimJournal(Position through) override { return base_.TrimJournal(through); }
  int64_t JournalBytes() const override { return base_.JournalBytes(); }
  absl::Status WriteCheckpoint(ShardId shard, Position position, std::string_view body) override {
    return base_.WriteCheckpoint(shard, position, body);
  }
  absl::Status ReadCheckpoints(
      absl::FunctionRef<absl::Status(ShardId, Position, std::string_view)> visit) const override {
    return base_.ReadCheckpoints(visit);
  }
  absl::StatusOr<std::optional<std::string>> Get(Table table, std::string_view key) const override {
    return base_.Get(table, key);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Table table, absl::Span<const std::string> keys) const override {
    return base_.MultiGet(table, keys);
  }
  absl::Status Scan(
      Table table, std::string_view begin, std::string_view end,
      absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override {
    return base_.Scan(table, begin, end, visit);
  }
  absl::Status Seal(absl::Span<const scheduler::store::SealedRun> runs, Position through) override {
    return base_.Seal(runs, through);
  }
  absl::StatusOr<Position> SealedThrough() const override { return base_.SealedThrough(); }
  absl::StatusOr<std::optional<std::string>> GetRun(const RunKey& key) const override {
    return base_.GetRun(key);
  }
  absl::Status ScanRuns(
      scheduler::core::Uid uid, int64_t before,
      absl::FunctionRef<bool(const RunKey&, std::string_view)> visit) const override {
    return base_.ScanRuns(uid, before, visit);
  }
  absl::Status ScanUnsuccessful(
      std::string_view product, const scheduler::store::UnsuccessfulCursor& cursor,
      absl::FunctionRef<bool(const scheduler::store::UnsuccessfulCursor&, std::string_view)> visit)
      const override {
    return base_.ScanUnsuccessful(product, cursor, visit);
  }
  absl::Status Retain(Millis before, int64_t max_bytes) override {
    return base_.Retain(before, max_bytes);
  }
  absl::Status ExpireRows(Table table, Millis before) override {
    return base_.ExpireRows(table, before);
  }
  absl::StatusOr<scheduler::store::Space> GetSpace() const override { return base_.GetSpace(); }

 protected:
  scheduler::store::Store& base_;
};

}  // namespace tests::crash

#endif  // TESTS_CRASH_SERVER_FORWARDING_STORE_H_
