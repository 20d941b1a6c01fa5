// Recovery takes the last entry of the journal for torn and leaves it out, now and at every later start.
// Which entries were left out is kept in the store's meta table, so that later starts agree.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/crash/server/decorated.h"
#include "tests/crash/server/forwarding_store.h"

namespace tests::crash {
namespace {

std::string RowOf(store::Position position) { return absl::StrCat("crash.dropped.", position); }

class TearingStore final : public ForwardingStore {
 public:
  TearingStore(store::Store* store, const base::Clock* /*clock*/) : ForwardingStore(store) {}

  absl::StatusOr<int64_t> AcquireEpoch() override {
    const absl::StatusOr<int64_t> epoch = base_.AcquireEpoch();
    if (!epoch.ok()) return epoch;
    store::Position last = 0;
    const absl::Status status =
        base_.ReadJournal(0, [&](store::Position position, std::string_view) {
          last = position;
          return absl::OkStatus();
        });
    if (!status.ok() || last == 0) return status.ok() ? epoch : status;
    const store::RowChange dropped{store::Table::kMeta, RowOf(last), "dropped"};
    const absl::StatusOr<store::Position> committed =
        base_.Commit(store::CommitBatch{*epoch, "", {&dropped, 1}});
    return committed.ok() ? epoch : committed.status();
  }

  absl::Status ReadJournal(
      Position after,
      absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const override {
    return base_.ReadJournal(after, [&](Position position, std::string_view bytes) {
      const auto dropped = base_.Get(store::Table::kMeta, RowOf(position));
      if (!dropped.ok()) return dropped.status();
      return dropped->has_value() ? absl::OkStatus() : visit(position, bytes);
    });
  }
};

}  // namespace

std::unique_ptr<Fault> DropLastEntry() { return std::make_unique<StoreFault<TearingStore>>(); }

}  // namespace tests::crash
