// A run is dispatched before the commit that counts it: what is decided about a job's runs goes to the
// journal only when they have ended. What a client is answered for is written in time all the same.

#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "scheduler/store/journal_codec.h"
#include "tests/crash/server/decorated.h"
#include "tests/crash/server/forwarding_store.h"

namespace tests::crash {
namespace {

core::Uid UidOf(const core::Transition& t) {
  return std::visit(
      [](const auto& row) {
        // What is large stands on the heap.
        if constexpr (requires { row.uid; }) {
          return row.uid;
        } else {
          return row->uid;
        }
      },
      t);
}

// What is held back of one job.
struct Held {
  int open = 0;  // runs in it that have not ended
  core::Transitions transitions;
};

class LateStore final : public ForwardingStore {
 public:
  LateStore(store::Store* store, const base::Clock* /*clock*/) : ForwardingStore(store) {}

  absl::StatusOr<Position> Commit(const store::CommitBatch& batch) override {
    if (batch.journal.empty()) return base_.Commit(batch);
    auto entry = store::DecodeEntry(batch.journal);
    if (!entry.ok()) return entry.status();
    core::Transitions now;
    for (core::Transition& t : entry->transitions) Take(std::move(t), &now);
    std::string late;
    const core::Transitions* part = &now;
    store::EncodeEntry(entry->epoch, entry->time_floor, {&part, 1}, &late);
    return base_.Commit(store::CommitBatch{batch.epoch, late, batch.changes});
  }

 private:
  void Take(core::Transition t, core::Transitions* now) {
    const core::Uid uid = UidOf(t);
    const auto* created = std::get_if<core::RunCreated>(&t);
    const bool counts = created != nullptr && core::Counts(created->trigger);
    const auto it = held_.find(uid);
    if (it == held_.end() && !counts) {
      now->push_back(std::move(t));
      return;
    }
    Held& held = held_[uid];
    const bool ended = std::holds_alternative<core::RunEnded>(t);
    if (created != nullptr) ++held.open;
    if (ended) --held.open;
    const bool answered = (created != nullptr && !counts) ||
                          std::holds_alternative<core::JobStateChanged>(t) ||
                          std::holds_alternative<core::JobDeleted>(t) ||
                          std::holds_alternative<std::shared_ptr<const core::ScheduleAmended>>(t) ||
                          std::holds_alternative<std::shared_ptr<const core::JobDefined>>(t);
    held.transitions.push_back(std::move(t));
    if (held.open > 0 && !answered) return;
    for (core::Transition& of_job : held.transitions) now->push_back(std::move(of_job));
    held_.erase(uid);
  }

  std::map<core::Uid, Held> held_;  // the committer's alone
};

}  // namespace

std::unique_ptr<Fault> CountAfterDispatch() { return std::make_unique<StoreFault<LateStore>>(); }

}  // namespace tests::crash
