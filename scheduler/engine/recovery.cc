#include "scheduler/engine/recovery.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/errors.h"
#include "scheduler/base/interned.h"
#include "scheduler/base/strings.h"
#include "scheduler/base/time_zones.h"
#include "scheduler/engine/row_scan.h"
#include "scheduler/store/history_codec.h"
#include "scheduler/store/journal_codec.h"
#include "scheduler/store/rows.h"

namespace scheduler::engine {
namespace {

namespace errors = base::errors;

// Whether a transition can follow what the shard holds: new numbers rise, and what happens to a run
// happens to one that is open.
bool Follows(Shard& s, Slot slot, const core::RunCreated& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu) {
  return t.number > s.record(slot).last_number;
}
bool Follows(Shard& s, Slot slot, const core::StretchOpened& t)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu) {
  return t.number > s.record(slot).last_number;
}
bool Follows(Shard& s, Slot slot, const core::StretchClosed& t)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu) {
  const JobSide* side = s.side(slot);
  const bool was_open =
      side != nullptr && side->stretch.has_value() && side->stretch->number == t.number;
  return was_open || t.number > s.record(slot).last_number;
}
template <typename T>
bool Follows(Shard& s, Slot /*slot*/, const T& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu) {
  if constexpr (std::is_same_v<T, core::RunEnded> || std::is_same_v<T, core::RunRetry> ||
                std::is_same_v<T, core::RunRedelivered> || std::is_same_v<T, core::RunReleased>) {
    ActiveJob* job = s.active(t.uid);
    return job != nullptr && job->Find(t.number) != nullptr;
  }
  return true;
}

// Applies the journal to the registry. Knows where each job stands, which the registry itself does
// not need once the fold is over.
class Fold {
 public:
  // Terminal records of entries up to `sealed` are in history.
  Fold(JobRegistry* registry, store::Position sealed) : registry_(*registry), sealed_(sealed) {
    for (int i = 0; i < base::limits::kShards; ++i) {
      Shard& s = registry_.shard(static_cast<core::ShardId>(i));
      base::MutexLock lock(&s.mu);
      s.DeferIndex();
    }
  }

  // Makes the jobs that are there at the end findable by tag.
  absl::Status Finish() {
    for (int i = 0; i < base::limits::kShards; ++i) {
      std::vector<Slot> slots;
      slots.reserve(slots_[i].size());
      for (const auto& [uid, slot] : slots_[i]) slots.push_back(slot);
      std::sort(slots.begin(), slots.end());  // in the order of memory
      Shard& s = registry_.shard(static_cast<core::ShardId>(i));
      base::MutexLock lock(&s.mu);
      if (!s.BuildIndex(slots)) return errors::StoreCorrupt("journal", "two jobs have one tag");
    }
    return absl::OkStatus();
  }

  absl::Status Restore(core::ShardId id, store::Position position, std::string_view body,
                       Recovered* found) {
    Shard& s = registry_.shard(id);
    const auto header = store::ReadCheckpoint(body, [&](core::JobSnapshot job) {
      const auto timing = Prepare(job.definition);
      if (!timing.ok()) return timing.status();
      base::MutexLock lock(&s.mu);
      const core::Uid uid = job.definition.uid;
      const auto open = static_cast<int64_t>(job.open_runs.size());
      slots_[id][uid] = s.Restore(std::move(job));
      registry_.open_runs.fetch_add(open);
      registry_.jobs.fetch_add(1);
      return absl::OkStatus();
    });
    if (!header.ok()) return header.status();
    from_[id] = position;
    NoteSequence(header->max_sequence);
    NoteTime(position, header->time_floor, found);
    return absl::OkStatus();
  }

  // The first position that some shard still needs.
  store::Position Start() const { return *std::min_element(from_.begin(), from_.end()); }

  absl::Status Apply(store::Position position, const core::Transition& t) {
    return std::visit([&](const auto& row) { return ApplyRow(position, row); }, t);
  }

  // The floor of the last commit counts, not the highest: the clock may have gone back in between.
  static void NoteTime(store::Position position, Millis floor, Recovered* found) {
    if (position > found->position) {
      found->position = position;
      found->time_floor = floor;
    } else if (position == found->position) {
      found->time_floor = std::max(found->time_floor, floor);
    }
  }

  void NoteSequence(uint64_t sequence) {
    registry_.last_sequence.store(std::max(registry_.last_sequence.load(), sequence));
  }

 private:
  template <typename T>
  absl::Status ApplyRow(store::Position position, const T& t) {
    const core::ShardId id = core::ShardOf(t.uid);
    if (position <= from_[id]) return absl::OkStatus();  // in the checkpoint already
    const auto it = slots_[id].find(t.uid);
    if (it == slots_[id].end()) {
      return errors::StoreCorrupt(
          "journal", "a transition of a job that is not there: " + core::FormatUid(t.uid));
    }
    Shard& s = registry_.shard(id);
    base::MutexLock lock(&s.mu);
    const Slot slot = it->second;
    if (!Follows(s, slot, t)) {
      return errors::StoreCorrupt(
          "journal", "a transition that cannot follow what came before: " + core::FormatUid(t.uid));
    }
    if constexpr (std::is_same_v<T, core::RunEnded>) {
      s.Apply(slot, t, TicketFor(position));
      registry_.open_runs.fetch_sub(1);
    } else if constexpr (std::is_same_v<T, core::StretchClosed>) {
      s.Apply(slot, t, TicketFor(position));
    } else {
      s.Apply(slot, t);
    }
    if constexpr (std::is_same_v<T, core::RunCreated>) registry_.open_runs.fetch_add(1);
    if constexpr (std::is_same_v<T, core::JobDeleted>) {
      slots_[id].erase(it);
      registry_.jobs.fetch_sub(1);
    }
    return absl::OkStatus();
  }

  absl::Status ApplyRow(store::Position position,
                        const std::shared_ptr<const core::ScheduleAmended>& t) {
    return ApplyRow(position, *t);
  }

  absl::Status ApplyRow(store::Position position,
                        const std::shared_ptr<const core::JobDefined>& t) {
    const core::ShardId id = core::ShardOf(t->uid);
    NoteSequence(core::SequenceOf(t->uid));
    if (position <= from_[id]) return absl::OkStatus();
    const auto timing = Prepare(*t);
    if (!timing.ok()) return timing.status();
    Shard& s = registry_.shard(id);
    base::MutexLock lock(&s.mu);
    if (t->is_new) {
      const auto [place, is_new] = slots_[id].try_emplace(t->uid, 0);
      if (!is_new) {
        return errors::StoreCorrupt("journal", "a job twice: " + core::FormatUid(t->uid));
      }
      place->second = s.ApplyNew(*t);
      registry_.jobs.fetch_add(1);
      return absl::OkStatus();
    }
    const auto it = slots_[id].find(t->uid);
    if (it == slots_[id].end()) {
      return errors::StoreCorrupt(
          "journal", "an update of a job that is not there: " + core::FormatUid(t->uid));
    }
    s.Apply(it->second, *t);
    return absl::OkStatus();
  }

  // The pattern of a definition, which this machine may not be able to read: it may lack its zone.
  absl::StatusOr<std::shared_ptr<const PreparedTiming>> Prepare(const core::JobDefined& t) {
    if (t.spec.timing.IsInterval() || !t.spec.timing.times.empty()) return nullptr;
    const std::string job = base::StrCat(t.spec.product, "/", t.spec.tag);
    if (!base::TimeZones::Get().Find(t.spec.time_zone).has_value()) {
      return errors::TimeZoneMissing(t.spec.time_zone, base::TimeZones::Get().version(),
                                     base::StrCat("job ", job));
    }
    core::JobSpec spec = t.spec;
    spec.start_time = t.start_time;
    auto timing = PreparedTiming::Make(spec, &registry_.tables().patterns);
    if (timing.ok()) return timing;
    return errors::StoreCorrupt(base::StrCat("job ", job),
                                base::FromAbsl(timing.status().message()));
  }

  Ticket TicketFor(store::Position position) {
    if (position <= sealed_) return kInHistory;
    registry_.unsealed_runs.fetch_add(1);
    return 0;
  }

  JobRegistry& registry_;
  const store::Position sealed_;
  std::array<absl::flat_hash_map<core::Uid, Slot>, base::limits::kShards> slots_;
  std::array<store::Position, base::limits::kShards> from_{};
};

absl::Status LoadConnections(const store::Store& store, JobRegistry* registry, Fold* fold) {
  return ForEachRow(store, store::Table::kConnections, "", [&](std::string_view row) {
    absl::StatusOr<core::StoredConnection> connection = store::DecodeConnection(row);
    if (!connection.ok()) return connection.status();
    fold->NoteSequence(core::SequenceOf(connection->uid));
    registry->tables().connections.Put(*std::move(connection));
    return absl::OkStatus();
  });
}

// Also counts them at the connections that they name, and finds the highest uid of all of these.
absl::Status LoadEvents(const store::Store& store, JobRegistry* registry, Fold* fold) {
  absl::Status status = ForEachRow(store, store::Table::kEvents, "", [&](std::string_view row) {
    absl::StatusOr<core::Event> event = store::DecodeEvent(row);
    if (!event.ok()) return event.status();
    fold->NoteSequence(core::SequenceOf(event->uid));
    const core::EventKey key = event->key;
    const std::string product = event->product;
    registry->tables().connections.Refer(product, core::ConnectionsOf(event->target));
    registry->tables().events.Put(*std::move(event));
    registry->tables().events.MarkDurable(product, key);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  const auto row = store.Get(store::Table::kMeta, store::kEventSequenceRow);
  if (!row.ok() || !row->has_value()) return row.status();
  const absl::StatusOr<uint64_t> sequence = store::DecodeSequence(**row);
  if (sequence.ok()) fold->NoteSequence(*sequence);
  return sequence.status();
}

}  // namespace

absl::StatusOr<Recovered> Recover(const store::Store& store, JobRegistry* registry) {
  Recovered found;
  const absl::StatusOr<store::Position> sealed = store.SealedThrough();
  if (!sealed.ok()) return sealed.status();
  found.sealed = *sealed;
  Fold fold(registry, *sealed);
  if (absl::Status s = LoadConnections(store, registry, &fold); !s.ok()) return s;
  if (absl::Status s = LoadEvents(store, registry, &fold); !s.ok()) return s;
  auto unsettled = LoadCalendars(store, &registry->tables().calendars,
                                 [&fold](uint64_t sequence) { fold.NoteSequence(sequence); });
  if (!unsettled.ok()) return unsettled.status();
  found.unsettled_calendars = *std::move(unsettled);
  absl::Status status = store.ReadCheckpoints(
      [&](core::ShardId shard, store::Position position, std::string_view body) {
        return fold.Restore(shard, position, body, &found);
      });
  if (!status.ok()) return status;
  store::Position next = fold.Start() + 1;
  status = store.ReadJournal(fold.Start(), [&](store::Position position, std::string_view bytes) {
    if (position != next++) {
      return errors::StoreCorrupt("journal", "entries were trimmed, and no checkpoint has them");
    }
    absl::StatusOr<store::DecodedEntry> entry = store::DecodeEntry(bytes);
    if (!entry.ok()) return entry.status();
    Fold::NoteTime(position, entry->time_floor, &found);
    ++found.entries;
    found.transitions += static_cast<int64_t>(entry->transitions.size());
    for (const core::Transition& t : entry->transitions) {
      if (absl::Status s = fold.Apply(position, t); !s.ok()) return s;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (absl::Status s = fold.Finish(); !s.ok()) return s;
  return found;
}

}  // namespace scheduler::engine
