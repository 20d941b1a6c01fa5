#ifndef SCHEDULER_ENGINE_SHARD_H_
#define SCHEDULER_ENGINE_SHARD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "scheduler/base/mutex.h"
#include "scheduler/catalog/calendar_table.h"
#include "scheduler/catalog/connection_table.h"
#include "scheduler/catalog/event_table.h"
#include "scheduler/core/calendar/calendar_schedule.h"
#include "scheduler/core/planner.h"
#include "scheduler/core/schedule/excluding_schedule.h"
#include "scheduler/core/schedule/jittering_schedule.h"
#include "scheduler/core/schedule/schedule.h"
#include "scheduler/core/snapshot.h"
#include "scheduler/engine/excluded_calendars.h"
#include "scheduler/engine/open_run.h"
#include "scheduler/engine/partition.h"
#include "scheduler/engine/shared_schedule.h"
#include "scheduler/engine/tag_index.h"

namespace scheduler::engine {

// The tables that all shards share.
struct SharedTables {
  explicit SharedTables(catalog::LaneTable* lanes) : events(lanes) {}
  catalog::EventTable events;
  catalog::CalendarTable calendars;
  catalog::ConnectionTable connections;
  Interner<Profile> profiles;
  Patterns patterns;
};

// What few jobs have; a job without an entry has these defaults.
struct JobSide {
  Millis end_time = base::kNever;
  Millis jitter = 0;
  std::shared_ptr<const std::vector<Millis>> exclude;  // null: none
  std::shared_ptr<const ExcludedCalendars> calendars;  // null: none
  int64_t generation = 1;
  core::JobCounters counters;
  std::string state_reason;
  std::string pause_note;
  std::optional<core::OpenStretch> stretch;
  std::shared_ptr<const core::Amendments> amendments;  // null: none
};

// The numbers of one group commit of one loop: 1, 2, 3, …
using Ticket = uint64_t;
// Of a terminal record that history has already: it is not kept for sealing.
inline constexpr Ticket kInHistory = ~Ticket{0};

// A terminal record on its way to history, with the loop's ticket of the commit it is part of.
struct UnsealedRun {
  core::TerminalRun run;
  uint64_t ticket = 0;
};

// One slice of the registry: the state of its jobs, as the fold of the transitions applied to it.
// One loop writes (Apply… and the non-const members below), handlers read; both under `mu`.
class Shard {
 public:
  Shard(Partition* partition, SharedTables* tables)
      : partition_(partition), tables_(tables), tags_(partition, &tables->profiles) {}

  base::Mutex mu;

  // ---- the fold. `slot` is the job's; `ticket` that of the commit under way (0 in recovery).

  // A new job; returns its slot. REQUIRES: no job has its product and tag.
  Slot ApplyNew(const core::JobDefined& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::JobDefined& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::JobDeleted& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::JobStateChanged& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::CursorMoved& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::RunCreated& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::RunReleased& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::RunRetry& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::RunRedelivered& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::RunEnded& t, Ticket ticket) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::StretchOpened& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::StretchClosed& t, Ticket ticket)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Apply(Slot slot, const core::ScheduleAmended& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

  // For recovery: jobs are not indexed until BuildIndex, which makes room for all of them at once. An
  // index that grows with each job reads every tag again and again.
  void DeferIndex() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) { index_deferred_ = true; }
  // Indexes all jobs of the shard. Returns false if two have the same product and tag.
  bool BuildIndex(const std::vector<Slot>& slots) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

  // A job from a checkpoint; returns its slot.
  Slot Restore(core::JobSnapshot snapshot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

  // The calendars that the job excludes are from now on as they are now.
  void RefreshCalendars(Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

  // ---- reading

  std::optional<Slot> Find(const std::string* product, std::string_view tag) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return tags_.Find(product, tag);
  }
  const core::JobRecord& record(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return partition_->record(slot);
  }
  const Profile& profile(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return tables_->profiles.Get(record(slot).profile);
  }
  JobText text(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return partition_->texts().Get(record(slot).text);
  }
  // The event that the run is delivered to: of the definition that it was created with.
  catalog::EventId EventOf(Slot slot, const OpenRun& run) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return run.former != nullptr ? run.former->event() : record(slot).event;
  }
  const std::string* EnvOf(Slot slot, const OpenRun& run) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return run.former != nullptr ? run.former->env() : profile(slot).env;
  }
  // REQUIRES: the job has one.
  const Pattern& pattern(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return tables_->patterns.ValueOf(static_cast<uint32_t>(record(slot).pattern));
  }
  // Null if the job has none.
  const JobSide* side(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  const ActiveJob* active(core::Uid uid) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    const auto it = active_.find(uid);
    return it == active_.end() ? nullptr : &it->second;
  }
  ActiveJob* active(core::Uid uid) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    const auto it = active_.find(uid);
    return it == active_.end() ? nullptr : &it->second;
  }
  const absl::flat_hash_map<core::Uid, ActiveJob>& all_active() const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return active_;
  }

  template <typename Visit>
  void ForEachSlot(Visit visit) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    tags_.ForEach(visit);
  }
  // The jobs that exclude this calendar, in the order of their slots.
  std::vector<Slot> SlotsExcluding(const std::string* product, const std::string& calendar) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  size_t jobs() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) { return tags_.size(); }

  int64_t ExecutionCount(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // kUnlimited for a job without a bound.
  int64_t Remaining(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  int64_t Generation(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  core::ScheduleContext ContextOf(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

  // What clients asked of the schedule; nothing where they did not.
  const core::Amendments& amendments(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

  // Calls `use` with the job's schedule, which lives for the call only. It has the occurrences that are
  // skipped by request.
  template <typename Use>
  auto WithSchedule(Slot slot, Use use) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    const core::JobRecord& r = record(slot);
    const core::ScheduleContext context = ContextOf(slot);
    const JobSide* s = side(slot);
    if (s == nullptr || (s->exclude == nullptr && s->calendars == nullptr && s->jitter == 0)) {
      return WithPattern(r, [&](const auto& schedule) { return use(schedule, context); });
    }
    return WithPattern(r, [&](const auto& schedule) {
      const std::vector<Millis> none;
      const core::ExcludingSchedule remaining(&schedule,
                                              s->exclude == nullptr ? &none : s->exclude.get());
      if (s->calendars == nullptr) {
        return use(core::JitteringSchedule(&remaining, s->jitter), context);
      }
      const core::CalendarSchedule uncovered(&remaining, s->calendars->times, s->calendars->zone);
      return use(core::JitteringSchedule(&uncovered, s->jitter), context);
    });
  }

  core::Plan PlanJob(Slot slot, Millis now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // When the job's timer is to go off; kNever if nothing is to come by time.
  Millis NextDue(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // Whether one lies after the cursor, be it of a job that is not active.
  bool HasOccurrence(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // What NextDue costs beyond that of an interval job, in units of the latter (some 0.1 µs), at most; with
  // calendars about as much.
  int EffortOfNext(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

  core::JobStatus StatusOf(Slot slot, Millis now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  core::JobSnapshot SnapshotOf(Slot slot) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // The run as readers see it while it is open.
  core::Run ViewOf(const ActiveJob& job, const OpenRun& run, int64_t epoch) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // The record of a stretch that is still open, with its count so far.
  std::optional<core::Run> OpenStretchView(Slot slot, Millis now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

  // ---- terminal records that are not sealed yet

  // Moves the records whose ticket is at most `durable` to the set being sealed, and returns it. The
  // set stays readable until SealingDone. REQUIRES: no set is being sealed.
  std::shared_ptr<const std::vector<UnsealedRun>> TakeForSealing(Ticket durable)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // The set is in history, or, if not, waits to be taken again.
  void SealingDone(bool sealed) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  size_t unsealed() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) { return unsealed_.size(); }
  // Calls `visit` for every record that history does not have for sure.
  template <typename Visit>
  void VisitUnsealed(Visit visit) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    if (sealing_ != nullptr) {
      for (const UnsealedRun& r : *sealing_) visit(r.run);
    }
    for (const UnsealedRun& r : unsealed_) visit(r.run);
  }

  // The ticket of the last commit that changed this shard; readers wait until it is durable.
  Ticket last_ticket ABSL_GUARDED_BY(mu) = 0;

  size_t MemoryBytes() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

 private:
  // Calls `use` with the schedule that the record names, without what the job excludes.
  template <typename Use>
  auto WithPattern(const core::JobRecord& r, Use use) const {
    if (r.flags & core::kHasPattern) {
      return use(tables_->patterns.Get(static_cast<uint32_t>(r.pattern)));
    }
    if (r.flags & core::kFixedDelay) return use(core::SingleSchedule());
    return use(core::IntervalSchedule(r.pattern));
  }

  JobSide& SideOf(Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  core::JobRecord& rec(Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    return partition_->record(slot);
  }
  OpenRun* FindRun(core::Uid uid, int64_t number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Define(Slot slot, const core::JobDefined& t) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // The open runs keep the definition that they were created with.
  void KeepDefinition(core::Uid uid, const std::shared_ptr<const core::JobSpec>& former)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void ReleaseShared(Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void RemoveRun(core::Uid uid, int64_t number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void CountEnd(Slot slot, core::RunState state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // REQUIRES: not the job's own, which may go.
  void SetAmendments(Slot slot, core::Amendments amendments) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // Drops a backfill whose runs were all created and have ended.
  void EndBackfill(Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  // Times up to the cursor are decided: they are not to be skipped any more.
  void DropPastSkips(Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);
  void Archive(core::TerminalRun run, Ticket ticket) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    if (ticket != kInHistory) unsealed_.push_back(UnsealedRun{std::move(run), ticket});
  }
  core::TerminalRun Terminal(Slot slot, OpenRun* run, const core::RunEnded& t)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu);

  Partition* const partition_;
  SharedTables* const tables_;
  TagIndex tags_ ABSL_GUARDED_BY(mu);
  bool index_deferred_ ABSL_GUARDED_BY(mu) = false;
  absl::flat_hash_map<core::Uid, ActiveJob> active_ ABSL_GUARDED_BY(mu);
  absl::flat_hash_map<Slot, std::unique_ptr<JobSide>> sides_ ABSL_GUARDED_BY(mu);
  std::vector<UnsealedRun> unsealed_ ABSL_GUARDED_BY(mu);
  std::shared_ptr<std::vector<UnsealedRun>> sealing_ ABSL_GUARDED_BY(mu);
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_SHARD_H_
