#include "tests/crash/server/reading_store.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "scheduler/store/journal_codec.h"

namespace tests::crash {

namespace core = scheduler::core;
namespace store = scheduler::store;

namespace {

void Follow(const core::Transition& t, std::map<core::Uid, core::JobDefined>* jobs) {
  if (const auto* defined = std::get_if<std::shared_ptr<const core::JobDefined>>(&t)) {
    (*jobs)[(*defined)->uid] = **defined;
  } else if (const auto* deleted = std::get_if<core::JobDeleted>(&t)) {
    jobs->erase(deleted->uid);
  }
}

}  // namespace

absl::Status ReadingStore::ReadJournal(
    Position after, absl::FunctionRef<absl::Status(Position, std::string_view)> visit) const {
  Standing jobs;
  Position last = 0;
  std::string held;  // the last entry read: it is given on when the next one is there
  const absl::Status status =
      base_.ReadJournal(after, [&](Position position, std::string_view bytes) {
        if (last != 0) {
          if (absl::Status s = visit(last, held); !s.ok()) return s;
        }
        last = position;
        held.assign(bytes.data(), bytes.size());
        const auto entry = store::DecodeEntry(bytes);
        if (!entry.ok()) return entry.status();
        for (const core::Transition& t : entry->transitions) Follow(t, &jobs);
        return absl::OkStatus();
      });
  if (!status.ok() || last == 0) return status;
  auto entry = store::DecodeEntry(held);
  if (!entry.ok()) return entry.status();
  for (core::Transition& t : AtEnd(jobs)) entry->transitions.push_back(std::move(t));
  std::string spoiled;
  const core::Transitions* part = &entry->transitions;
  store::EncodeEntry(entry->epoch, entry->time_floor, {&part, 1}, &spoiled);
  return visit(last, spoiled);
}

}  // namespace tests::crash
