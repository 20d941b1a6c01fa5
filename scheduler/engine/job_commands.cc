#include "scheduler/engine/job_commands.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/base/interned.h"
#include "scheduler/engine/etag.h"
#include "scheduler/engine/run_commands.h"
#include "scheduler/engine/shared_schedule.h"
#include "scheduler/store/rows.h"

namespace scheduler::engine {

namespace errors = base::errors;
using core::JobState;
using core::RunState;

namespace {

bool SameTiming(const core::JobSpec& a, const core::JobSpec& b) {
  return a.timing == b.timing && a.interval_mode == b.interval_mode &&
         a.start_time == b.start_time && a.end_time == b.end_time && a.time_zone == b.time_zone &&
         a.dst == b.dst && a.jitter == b.jitter && a.exclude == b.exclude &&
         a.exclude_calendars == b.exclude_calendars;
}

bool IsFixedRate(const core::JobSpec& spec) {
  return spec.timing.IsInterval() && spec.interval_mode == core::IntervalMode::kFixedRate;
}

// Where the new times of an update begin: after the commit, or with it for a list that is new and
// holds it.
Millis RestartCursor(const core::JobSpec& spec, const core::JobSpec& before, Millis cursor,
                     Millis now) {
  const bool new_list =
      !spec.timing.times.empty() && spec.timing.times != before.timing.times && cursor != now;
  return new_list ? now - 1 : now;
}

constexpr char kChangedMeanwhile[] = "it has changed meanwhile";

// What open runs keep of the definition that they were created with: not what decides times.
std::shared_ptr<const core::JobSpec> KeptByOpenRuns(const core::JobSpec& before) {
  auto former = std::make_shared<core::JobSpec>(before);
  former->labels.clear();
  former->timing = core::Timing();
  former->time_zone.clear();
  former->dst = core::DstPolicy();
  former->jitter = 0;
  former->exclude.clear();
  former->exclude_calendars.clear();
  return former;
}

absl::Status CheckTimeout(const core::JobSpec& spec, const core::Event* event) {
  if (event == nullptr) return absl::OkStatus();
  const Millis most = core::MaxAttemptTimeout(event->target);
  if (spec.attempt_timeout <= most) return absl::OkStatus();
  return errors::FieldOutOfRange(
      "job.attempt_timeout", std::to_string(spec.attempt_timeout) + " ms",
      "1 ms to " + std::to_string(most) + " ms, since the job's event has no worker target");
}

}  // namespace

Shard& JobCommands::ShardOfTag(const std::string& product, const std::string& tag) {
  return core_.shard(core::ShardForTag(product, tag));
}

absl::StatusOr<Slot> FindSeen(const Shard& s, const std::string& product, const std::string& tag,
                              const JobCommands::Seen& seen) {
  const auto slot = s.Find(base::FindInterned(product), tag);
  if (!slot.has_value()) return errors::JobNotFound(product, tag);
  if (s.record(*slot).uid != seen.uid || s.Generation(*slot) != seen.generation) {
    return ChangedMeanwhile();
  }
  return *slot;
}

absl::Status ChangedMeanwhile() { return absl::AbortedError(kChangedMeanwhile); }

bool IsChangedMeanwhile(const absl::Status& status) {
  return absl::IsAborted(status) && status.message() == kChangedMeanwhile;
}

void Remember(LoopCore* core, const std::string& product, const RequestId& request, core::Uid uid,
              int64_t number) {
  if (request.id.empty()) return;
  core->Put(store::Table::kRequests, store::RequestRowKey(product, request.id),
            store::EncodeRequest({request.body_hash, uid, number, core->now()}));
}

void JobCommands::PutJob(const core::Job& job) {
  core_.Put(store::Table::kJobs, store::JobRowKey(job.spec.product, job.uid),
            store::EncodeJob(job));
}

absl::StatusOr<JobView> JobCommands::Create(CreateJob command) {
  const core::ShardId id = core::ShardForTag(command.spec.product, command.spec.tag);
  Shard& s = core_.shard(id);
  base::MutexLock lock(&s.mu);
  JobView view;
  core::Job& job = view.job;
  job.spec = std::move(command.spec);
  if (s.Find(base::FindInterned(job.spec.product), job.spec.tag).has_value()) {
    return errors::JobAlreadyExists(job.spec.product, job.spec.tag);
  }
  const Millis now = core_.now();
  SettleTiming(&job.spec, now);
  CalendarHold calendars(&core_.tables().calendars);
  if (absl::Status status = calendars.Take(job.spec); !status.ok()) return status;
  if (absl::Status status =
          CheckFires(job.spec, command.timing.get(), &core_.tables().calendars, now - 1);
      !status.ok()) {
    return status;
  }
  // Holds the event until the definition refers to it.
  absl::StatusOr<catalog::EventId> event =
      core_.tables().events.Refer(job.spec.product, job.spec.event);
  if (!event.ok()) return event.status();
  if (absl::Status status = CheckTimeout(job.spec, core_.tables().events.Get(*event).get());
      !status.ok()) {
    core_.tables().events.Unrefer(*event);
    return status;
  }
  job.generation = 1;
  job.create_time = job.update_time = now;
  if (command.validate_only) {
    core_.tables().events.Unrefer(*event);
    view.status.generation = 1;
    return view;
  }
  job.uid = core::MakeUid(core_.registry().last_sequence.fetch_add(1) + 1, id);
  std::shared_ptr<core::JobDefined> t = ResidentDefinition(job, command.timing.get());
  t->is_new = true;
  t->cursor = now - 1;
  t->at = now;
  const Slot slot = core_.RecordNew(s, std::move(t));
  core_.tables().events.Unrefer(*event);
  PutJob(job);
  Remember(&core_, job.spec.product, command.request, job.uid);
  core_.Advance(s, slot);
  view.status = s.StatusOf(slot, now);
  return view;
}

absl::StatusOr<JobView> JobCommands::Update(const Patched& command) {
  core::Job job = command.job;
  Shard& s = ShardOfTag(job.spec.product, job.spec.tag);
  base::MutexLock lock(&s.mu);
  const auto slot = s.Find(base::FindInterned(job.spec.product), job.spec.tag);
  if (!slot.has_value()) return errors::JobNotFound(job.spec.product, job.spec.tag);
  const Millis now = core_.now();
  core_.Advance(s, *slot);  // what is due up to now is decided as it was defined
  const core::JobStatus status = s.StatusOf(*slot, now);
  if (status.uid != job.uid || status.generation != command.expected_generation) {
    return ChangedMeanwhile();
  }
  if (absl::Status etag = CheckEtag(command.etag, status); !etag.ok()) return etag;
  SettleUpdatedTiming(&job.spec, command.before, s.record(*slot).cursor, now);
  if (job.spec == command.before) {  // changes nothing
    if (!command.validate_only) Remember(&core_, job.spec.product, command.request, job.uid);
    return JobView{std::move(job), status};
  }
  // A calendar that the update does not name anew may be missing: it covers nothing.
  CalendarHold calendars(&core_.tables().calendars);
  if (absl::Status named = calendars.Take(job.spec, command.before.exclude_calendars);
      !named.ok()) {
    return named;
  }
  if (!SameTiming(job.spec, command.before)) {
    const Millis restart = RestartCursor(job.spec, command.before, s.record(*slot).cursor, now);
    absl::Status fires =
        CheckFires(job.spec, command.timing.get(), &core_.tables().calendars, restart);
    if (!fires.ok()) return fires;
  }
  if (job.spec.attempt_timeout != command.before.attempt_timeout ||
      !(job.spec.event == command.before.event)) {
    const catalog::EventEntry named = core_.tables().events.Find(job.spec.product, job.spec.event);
    if (absl::Status fits = CheckTimeout(job.spec, named.event.get()); !fits.ok()) return fits;
  }
  // An event that the update does not name anew may be missing: it is what it was.
  std::optional<catalog::EventId> event;
  if (!(job.spec.event == command.before.event)) {
    absl::StatusOr<catalog::EventId> found =
        core_.tables().events.Refer(job.spec.product, job.spec.event);
    if (!found.ok()) return found.status();
    event = *found;
  }
  ++job.generation;
  job.update_time = now;
  if (!command.validate_only) {
    Redefine(s, *slot, job, command);
    Remember(&core_, job.spec.product, command.request, job.uid);
  }
  if (event.has_value()) core_.tables().events.Unrefer(*event);
  core::JobStatus after = command.validate_only ? status : s.StatusOf(*slot, now);
  after.generation = job.generation;
  return JobView{std::move(job), std::move(after)};
}

void JobCommands::Redefine(Shard& s, Slot slot, const core::Job& job, const Patched& command) {
  const Millis now = core_.now();
  const core::JobSpec& before = command.before;
  const core::JobRecord& r = s.record(slot);
  const bool timing_changes = !SameTiming(job.spec, before);
  if (timing_changes) {
    core_.CloseStretch(s, slot);
    SettlePast(s, slot);
  }
  std::shared_ptr<core::JobDefined> t = ResidentDefinition(job, command.timing.get());
  t->state = r.state == JobState::kCompleted ? JobState::kActive : r.state;
  // Where nothing was to come any more, the time until now had no occurrences.
  const bool starts_anew =
      timing_changes || r.state == JobState::kCompleted || s.Remaining(slot) <= 0;
  t->cursor = starts_anew ? RestartCursor(job.spec, before, r.cursor, now) : r.cursor;
  // The phase in force may have moved (after runs of a FIXED_DELAY job, or with the clock): it is
  // kept unless what it belongs to changes.
  const bool same_kind = timing_changes && IsFixedRate(job.spec) && IsFixedRate(before) &&
                         job.spec.start_time == before.start_time;
  if (!timing_changes || same_kind) t->start_time = r.start_time;
  t->at = now;
  const ActiveJob* open = s.active(job.uid);
  const bool keeps =
      open != nullptr && std::any_of(open->runs.begin(), open->runs.end(),
                                     [](const OpenRun& run) { return run.former == nullptr; });
  if (keeps) {
    t->former = KeptByOpenRuns(before);
  }
  core_.RecordUpdate(s, slot, std::move(t));
  if (timing_changes) KeepSkips(s, slot, /*backfill=*/std::nullopt);
  PutJob(job);
  core_.Reconsider(s, slot);
}

void JobCommands::KeepSkips(Shard& s, Slot slot, std::optional<core::Backfill> backfill) {
  const core::Amendments& before = s.amendments(slot);
  if (before.empty()) return;
  core::Amendments left;
  left.backfill = std::move(backfill);
  s.WithSchedule(slot, [&](const auto& schedule, const core::ScheduleContext& context) {
    for (const Millis time : before.skipped) {
      const auto occurrence = schedule.Next(context, time - 1);
      if (occurrence.has_value() && occurrence->nominal == time) left.skipped.push_back(time);
    }
  });
  if (!(left == before)) core_.RecordAmendments(s, slot, std::move(left));
}

void JobCommands::CancelOpenRuns(Shard& s, Slot slot, const std::string& reason) {
  Batch::Cancels cancels;
  cancels.reason = reason;
  const core::Uid uid = s.record(slot).uid;
  // Each end may change what is open, so the numbers are taken first.
  std::vector<int64_t> numbers;
  if (const ActiveJob* job = s.active(uid)) {
    for (const OpenRun& run : job->runs) numbers.push_back(run.number);
  }
  for (const int64_t number : numbers) {
    OpenRun* run = s.active(uid)->Find(number);
    core::RunEnded ended = CancelledEnd(uid, *run, core_.epoch(), reason);
    if (run->state == RunState::kRunning) cancels.runs.push_back({{uid, number}, ended.last.token});
    ended.at = core_.now();
    if (ended.last.attempt > 0) ended.last.end_time = ended.at;
    core_.Record(s, slot, std::move(ended));
    core_.registry().open_runs.fetch_sub(1, std::memory_order_relaxed);
    core_.registry().unsealed_runs.fetch_add(1, std::memory_order_relaxed);
  }
  if (!cancels.runs.empty()) core_.batch().cancels.push_back(std::move(cancels));
}

absl::StatusOr<Done> JobCommands::Delete(const DeleteJob& command) {
  Shard& s = ShardOfTag(command.product, command.tag);
  base::MutexLock lock(&s.mu);
  const auto slot = s.Find(base::FindInterned(command.product), command.tag);
  if (!slot.has_value()) {
    if (command.allow_missing) return Done();
    return errors::JobNotFound(command.product, command.tag);
  }
  const core::JobStatus status = s.StatusOf(*slot, core_.now());
  if (absl::Status etag = CheckEtag(command.etag, status); !etag.ok()) return etag;
  CancelOpenRuns(s, *slot, "DELETED");
  core_.CloseStretch(s, *slot);
  SettlePast(s, *slot);
  core_.RecordDelete(s, *slot);
  core_.Put(store::Table::kJobs, store::JobRowKey(command.product, status.uid), std::nullopt);
  core_.Put(store::Table::kDeletedJobs, store::DeletedJobKey(status.uid),
            store::EncodeDeletedJob({status.uid, command.product, command.tag, core_.now()}));
  Remember(&core_, command.product, command.request, status.uid);
  return Done();
}

absl::StatusOr<core::JobStatus> JobCommands::Pause(const PauseJob& command, const Seen& seen) {
  Shard& s = ShardOfTag(command.product, command.tag);
  base::MutexLock lock(&s.mu);
  const absl::StatusOr<Slot> slot = FindSeen(s, command.product, command.tag, seen);
  if (!slot.ok()) return slot.status();
  const core::JobStatus status = s.StatusOf(*slot, core_.now());
  if (absl::Status etag = CheckEtag(command.etag, status); !etag.ok()) return etag;
  if (status.state == JobState::kCompleted) {
    return errors::JobCompleted(command.product, command.tag);
  }
  if (status.state != JobState::kPaused) {
    core_.CloseStretch(s, *slot);  // what follows is skipped for another reason
    core::JobStateChanged t{status.uid,          JobState::kPaused, true,
                            "PAUSED_BY_REQUEST", command.note,      core_.now()};
    core_.Record(s, *slot, std::move(t));
    core_.wheel().Disarm(*slot);
  }
  if (command.cancel_active) {
    CancelOpenRuns(s, *slot, "REQUESTED");
    core_.ContinueBackfill(s, *slot);
  }
  Remember(&core_, command.product, command.request, status.uid);
  return s.StatusOf(*slot, core_.now());
}

void JobCommands::SettlePast(Shard& s, Slot slot) {
  const core::JobRecord& r = s.record(slot);
  const Millis now = core_.now();
  if (r.state == JobState::kCompleted || s.Remaining(slot) <= 0) return;
  core::PlannedStretch past;
  s.WithSchedule(slot, [&](const auto& schedule, const core::ScheduleContext& context) {
    const Millis due_until = schedule.DueUntil(context, now);
    past.count = schedule.Count(context, r.cursor, due_until);
    const auto first = schedule.Next(context, r.cursor);
    const auto last = schedule.Previous(context, due_until + 1);
    // Behind calendars that cover too much in a row neither is found.
    const bool found = first.has_value() && last.has_value() && first->nominal <= last->nominal;
    if (past.count > 0 && found) {
      past.first = first->nominal;
      past.last = last->nominal;
    } else {
      past.count = 0;
    }
  });
  if (past.count == 0) return;
  const bool paused = r.state == JobState::kPaused;
  core_.RecordStretch(s, slot, paused ? RunState::kSkipped : RunState::kMissed,
                      paused ? core::kReasonPaused : core::kReasonCatchup, past);
}

void JobCommands::Replan(Shard& s, Slot slot) {
  core_.Advance(s, slot);
  core_.CloseStretch(s, slot);
  SettlePast(s, slot);
  const Millis now = core_.now();
  // What jitter puts off is still to come.
  const Millis decided =
      s.WithSchedule(slot, [now](const auto& schedule, const core::ScheduleContext& context) {
        return schedule.DueUntil(context, now);
      });
  s.RefreshCalendars(slot);
  KeepSkips(s, slot, s.amendments(slot).backfill);
  const core::JobRecord& r = s.record(slot);
  if (r.cursor < decided) core_.Record(s, slot, core::CursorMoved{r.uid, decided, r.start_time});
  // It had completed since its calendars left nothing.
  if (r.state == JobState::kCompleted && s.Remaining(slot) > 0 && s.HasOccurrence(slot)) {
    core_.Record(
        s, slot,
        core::JobStateChanged{r.uid, JobState::kActive, /*by_request=*/false, "", "", now});
  }
  core_.Reconsider(s, slot);
}

absl::StatusOr<core::JobStatus> JobCommands::Resume(const ResumeJob& command, const Seen& seen) {
  Shard& s = ShardOfTag(command.product, command.tag);
  base::MutexLock lock(&s.mu);
  const absl::StatusOr<Slot> slot = FindSeen(s, command.product, command.tag, seen);
  if (!slot.ok()) return slot.status();
  const core::JobStatus status = s.StatusOf(*slot, core_.now());
  if (absl::Status etag = CheckEtag(command.etag, status); !etag.ok()) return etag;
  if (status.state == JobState::kPaused) {
    const core::JobRecord& r = s.record(*slot);
    const Millis cursor = r.cursor;
    if (!command.catch_up) SettlePast(s, *slot);
    // The occurrence of a FIXED_DELAY job that came due meanwhile runs now, not an interval later.
    const bool again = (r.flags & core::kFixedDelay) != 0 && r.cursor != cursor;
    const Millis at = std::max(core_.now(), r.cursor + 1);
    if (again) core_.Record(s, *slot, core::CursorMoved{r.uid, r.cursor, at});
    core_.Record(s, *slot,
                 core::JobStateChanged{status.uid, JobState::kActive, true, "", "", core_.now()});
    core_.ResumeOpenRuns(s, *slot);
    core_.Advance(s, *slot);
  }
  Remember(&core_, command.product, command.request, status.uid);
  return s.StatusOf(*slot, core_.now());
}

absl::StatusOr<core::Run> JobCommands::Run(const RunJob& command) {
  Shard& s = ShardOfTag(command.product, command.tag);
  base::MutexLock lock(&s.mu);
  const auto slot = s.Find(base::FindInterned(command.product), command.tag);
  if (!slot.has_value()) return errors::JobNotFound(command.product, command.tag);
  const core::Uid uid = s.record(*slot).uid;
  const ActiveJob* job = s.active(uid);
  const core::OverlapPolicy overlap = command.overlap.value_or(s.profile(*slot).overlap);
  const core::Admission admission =
      core::Admit(overlap, job == nullptr ? 0 : static_cast<int>(job->runs.size()),
                  job != nullptr && job->HasBuffered());
  if (admission == core::Admission::kSkipOverlap || admission == core::Admission::kSkipBufferFull) {
    return errors::RunActive(command.product, command.tag);
  }
  std::shared_ptr<core::RunOrigin> origin;
  if (command.input_json.has_value() || !command.actor.empty()) {
    origin = std::make_shared<core::RunOrigin>();
    origin->has_input = command.input_json.has_value();
    origin->input_json = command.input_json.value_or("");
    origin->actor = command.actor;
  }
  const Millis now = core_.now();
  const int64_t number =
      core_.CreateRun(s, *slot, core::Occurrence{now, now, {}}, core::Trigger::kManual,
                      admission == core::Admission::kBuffer, std::move(origin));
  Remember(&core_, command.product, command.request, uid, number);
  job = s.active(uid);
  for (const OpenRun& run : job->runs) {
    if (run.number == number) return s.ViewOf(*job, run, core_.epoch());
  }
  return errors::Internal("the run that was just created is not open");
}

}  // namespace scheduler::engine
