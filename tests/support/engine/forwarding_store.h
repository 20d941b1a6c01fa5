#ifndef TESTS_SUPPORT_ENGINE_FORWARDING_STORE_H_
#define TESTS_SUPPORT_ENGINE_FORWARDING_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/store/store.h"

namespace tests {

// A store that passes every call on: the base of decorators, which override what they change.
class ForwardingStore : public scheduler::store::Store {
 public:
  template <typename T>
  using Visit = absl::FunctionRef<T>;
  using Position = scheduler::store::Position;
  using Table = scheduler::store::Table;
  using RunKey = scheduler::core::RunKey;
  using Cursor = scheduler::store::UnsuccessfulCursor;
  using Millis = scheduler::base::Millis;

  explicit ForwardingStore(std::unique_ptr<Store> inner) : inner_(std::move(inner)) {}

  std::string_view name() const override { return inner_->name(); }
  absl::StatusOr<int64_t> AcquireEpoch() override { return inner_->AcquireEpoch(); }
  absl::StatusOr<Position> Commit(const scheduler::store::CommitBatch& batch) override {
    return inner_->Commit(batch);
  }
  absl::Status ReadJournal(Position after,
                           Visit<absl::Status(Position, std::string_view)> visit) const override {
    return inner_->ReadJournal(after, visit);
  }
  absl::Status TrimJournal(Position through) override { return inner_->TrimJournal(through); }
  int64_t JournalBytes() const override { return inner_->JournalBytes(); }
  absl::Status WriteCheckpoint(scheduler::core::ShardId shard, Position position,
                               std::string_view body) override {
    return inner_->WriteCheckpoint(shard, position, body);
  }
  absl::Status ReadCheckpoints(
      Visit<absl::Status(scheduler::core::ShardId, Position, std::string_view)> visit)
      const override {
    return inner_->ReadCheckpoints(visit);
  }
  absl::StatusOr<std::optional<std::string>> Get(Table table, std::string_view key) const override {
    return inner_->Get(table, key);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Table table, absl::Span<const std::string> keys) const override {
    return inner_->MultiGet(table, keys);
  }
  absl::Status Scan(Table table, std::string_view begin, std::string_view end,
                    Visit<bool(std::string_view, std::string_view)> visit) const override {
    return inner_->Scan(table, begin, end, visit);
  }
  absl::Status Seal(absl::Span<const scheduler::store::SealedRun> runs, Position through) override {
    return inner_->Seal(runs, through);
  }
  absl::StatusOr<Position> SealedThrough() const override { return inner_->SealedThrough(); }
  absl::StatusOr<std::optional<std::string>> GetRun(const RunKey& key) const override {
    return inner_->GetRun(key);
  }
  absl::Status ScanRuns(scheduler::core::Uid uid, int64_t before,
                        Visit<bool(const RunKey&, std::string_view)> visit) const override {
    return inner_->ScanRuns(uid, before, visit);
  }
  absl::Status ScanUnsuccessful(std::string_view product, const Cursor& cursor,
                                Visit<bool(const Cursor&, std::string_view)> visit) const override {
    return inner_->ScanUnsuccessful(product, cursor, visit);
  }
  absl::Status Retain(Millis before, int64_t max_bytes) override {
    return inner_->Retain(before, max_bytes);
  }
  absl::Status ExpireRows(Table table, Millis before) override {
    return inner_->ExpireRows(table, before);
  }
  absl::StatusOr<scheduler::store::Space> GetSpace() const override { return inner_->GetSpace(); }

 protected:
  Store& inner() { return *inner_; }
  const Store& inner() const { return *inner_; }

 private:
  const std::unique_ptr<Store> inner_;
};

}  // namespace tests

#endif  // TESTS_SUPPORT_ENGINE_FORWARDING_STORE_H_
