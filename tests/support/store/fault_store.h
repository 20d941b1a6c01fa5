#ifndef TESTS_SUPPORT_STORE_FAULT_STORE_H_
#define TESTS_SUPPORT_STORE_FAULT_STORE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "scheduler/base/mutex.h"
#include "scheduler/store/store.h"

namespace tests {

// The methods of a store, for plans and counts.
enum class StoreCall : uint8_t {
  kAcquireEpoch,
  kCommit,
  kReadJournal,
  kTrimJournal,
  kWriteCheckpoint,
  kReadCheckpoints,
  kGet,
  kMultiGet,
  kScan,
  kSeal,
  kSealedThrough,
  kGetRun,
  kScanRuns,
  kScanUnsuccessful,
  kRetain,
  kExpireRows,
  kGetSpace,
};
inline constexpr size_t kStoreCalls = 17;

// A store that passes calls on to another, but for those that a plan names. Plans may be added at
// any time from any thread.
class FaultStore final : public scheduler::store::Store {
 public:
  enum class Action {
    kRefuse,   // the call is not made and answers `status`
    kConceal,  // the call is made, and answers `status` all the same: the outcome is unknown
    kDrop,     // the call is not made and answers success: reads find nothing, a commit pretends to
               // have got the next position (which a later commit then gets)
    kNothing,  // only `before` happens
  };
  struct Plan {
    StoreCall call = StoreCall::kCommit;
    int64_t nth = 1;    // of this kind of call, counted from now
    int64_t times = 1;  // how many are concerned from then on
    Action action = Action::kRefuse;
    absl::Status status = absl::OkStatus();
    // Called first, without a lock: a test delays the call here, or looks at it.
    std::function<void()> before = nullptr;
  };

  explicit FaultStore(std::unique_ptr<Store> base) : base_(std::move(base)) {}

  void Add(Plan plan);
  void Clear();
  // Calls since the start, those with a fault among them.
  int64_t calls(StoreCall call) const;
  Store& base() { return *base_; }

  std::string_view name() const override { return base_->name(); }
  absl::StatusOr<int64_t> AcquireEpoch() override;
  absl::StatusOr<scheduler::store::Position> Commit(
      const scheduler::store::CommitBatch& batch) override;
  absl::Status ReadJournal(
      scheduler::store::Position after,
      absl::FunctionRef<absl::Status(scheduler::store::Position, std::string_view)> visit)
      const override;
  absl::Status TrimJournal(scheduler::store::Position through) override;
  int64_t JournalBytes() const override { return base_->JournalBytes(); }
  absl::Status WriteCheckpoint(scheduler::core::ShardId shard, scheduler::store::Position position,
                               std::string_view body) override;
  absl::Status ReadCheckpoints(
      absl::FunctionRef<absl::Status(scheduler::core::ShardId, scheduler::store::Position,
                                     std::string_view)>
          visit) const override;
  absl::StatusOr<std::optional<std::string>> Get(scheduler::store::Table table,
                                                 std::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      scheduler::store::Table table, absl::Span<const std::string> keys) const override;
  absl::Status Scan(
      scheduler::store::Table table, std::string_view begin, std::string_view end,
      absl::FunctionRef<bool(std::string_view, std::string_view)> visit) const override;
  absl::Status Seal(absl::Span<const scheduler::store::SealedRun> runs,
                    scheduler::store::Position through) override;
  absl::StatusOr<scheduler::store::Position> SealedThrough() const override;
  absl::StatusOr<std::optional<std::string>> GetRun(
      const scheduler::core::RunKey& key) const override;
  absl::Status ScanRuns(scheduler::core::Uid uid, int64_t before,
                        absl::FunctionRef<bool(const scheduler::core::RunKey&, std::string_view)>
                            visit) const override;
  absl::Status ScanUnsuccessful(
      std::string_view product, const scheduler::store::UnsuccessfulCursor& cursor,
      absl::FunctionRef<bool(const scheduler::store::UnsuccessfulCursor&, std::string_view)> visit)
      const override;
  absl::Status Retain(scheduler::base::Millis before, int64_t max_bytes) override;
  absl::Status ExpireRows(scheduler::store::Table table, scheduler::base::Millis before) override;
  absl::StatusOr<scheduler::store::Space> GetSpace() const override;

 private:
  // Counts the call and gives the plan for it; its `before` has been called.
  Plan Begin(StoreCall call) const;
  // `make` as the plan wants it, with `dropped` as the answer of a dropped call.
  template <typename Result, typename Make>
  Result Do(StoreCall call, Result dropped, Make make) const;

  const std::unique_ptr<Store> base_;
  mutable scheduler::base::Mutex mu_;
  mutable std::vector<Plan> plans_ ABSL_GUARDED_BY(mu_);
  mutable std::array<int64_t, kStoreCalls> calls_ ABSL_GUARDED_BY(mu_) = {};
  scheduler::store::Position last_position_ = 0;  // the committer's alone
};

}  // namespace tests

#endif  // TESTS_SUPPORT_STORE_FAULT_STORE_H_
