#include "scheduler/engine/amendment_commands.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/base/rfc3339.h"
#include "scheduler/engine/backfill.h"

namespace scheduler::engine {

namespace errors = base::errors;

namespace {

// What stands around a time that is no occurrence.
std::string Neighbours(const core::Schedule& schedule, const core::ScheduleContext& context,
                       Millis time) {
  const std::optional<core::Occurrence> previous = schedule.Previous(context, time);
  const std::optional<core::Occurrence> next = schedule.Next(context, time);
  std::string text = "its occurrences around it are ";
  text += previous.has_value() ? base::FormatRfc3339(previous->nominal) : "none before";
  text += " and ";
  return text + (next.has_value() ? base::FormatRfc3339(next->nominal) : "none after");
}

}  // namespace

absl::Status AmendmentCommands::CheckSkip(Shard& s, Slot slot, const SkipOccurrence& command) {
  const core::JobRecord& r = s.record(slot);
  const Millis time = command.scheduled_time;
  if (r.flags & core::kFixedDelay) return errors::NoNominalTimes(command.product, command.tag);
  const auto refuse = [&command, time](std::string_view why) {
    return errors::NotAnOccurrence(command.product, command.tag, base::FormatRfc3339(time), why);
  };
  if (r.state == core::JobState::kCompleted || s.Remaining(slot) <= 0) {
    return refuse("nothing is to come of this job");
  }
  if (time <= std::max(r.cursor, core_.now())) return refuse("it lies in the past");
  return s.WithSchedule(slot, [&](const auto& schedule, const core::ScheduleContext& context) {
    const std::optional<core::Occurrence> next = schedule.Next(context, time - 1);
    if (next.has_value() && next->nominal == time) return absl::OkStatus();
    return refuse(Neighbours(schedule, context, time));
  });
}

absl::StatusOr<core::JobStatus> AmendmentCommands::Skip(const SkipOccurrence& command,
                                                        const JobCommands::Seen& seen) {
  Shard& s = core_.shard(core::ShardForTag(command.product, command.tag));
  base::MutexLock lock(&s.mu);
  const absl::StatusOr<Slot> slot = FindSeen(s, command.product, command.tag, seen);
  if (!slot.ok()) return slot.status();
  core_.Advance(s, *slot);  // what is due up to now is decided as it was
  if (absl::Status status = CheckSkip(s, *slot, command); !status.ok()) return status;
  core::Amendments amended = s.amendments(*slot);
  std::vector<Millis>& skipped = amended.skipped;
  const auto place = std::lower_bound(skipped.begin(), skipped.end(), command.scheduled_time);
  const bool is_skipped = place != skipped.end() && *place == command.scheduled_time;
  if (is_skipped == command.undo) {
    if (command.undo) {
      skipped.erase(place);
    } else if (skipped.size() >= base::limits::kMaxSkips) {
      return errors::TooManySkips(command.product, command.tag, base::limits::kMaxSkips);
    } else {
      skipped.insert(place, command.scheduled_time);
    }
    core_.RecordAmendments(s, *slot, std::move(amended));
  }
  Remember(&core_, command.product, command.request, seen.uid);
  return s.StatusOf(*slot, core_.now());
}

absl::StatusOr<core::Backfill> AmendmentCommands::MakeBackfill(Shard& s, Slot slot,
                                                               const BackfillJob& command) {
  if (s.record(slot).flags & core::kFixedDelay) {
    return errors::NoNominalTimes(command.product, command.tag);
  }
  if (const auto& running = s.amendments(slot).backfill; running.has_value()) {
    return errors::BackfillActive(command.product, command.tag, running->total - running->created);
  }
  if (command.end > core_.now()) {
    return errors::FieldOutOfRange("end_time", base::FormatRfc3339(command.end),
                                   "at most the present time: what is to come is the schedule's");
  }
  core::Backfill backfill;
  backfill.start = command.start;
  backfill.end = command.end;
  backfill.parallel = command.parallel;
  backfill.actor = command.actor;
  backfill.cursor = command.start - 1;
  backfill.total = CountBackfill(s, slot, backfill);
  if (backfill.total == 0) {
    return errors::ScheduleNeverFires("start_time", "no occurrence lies between it and end_time");
  }
  if (backfill.total > base::limits::kMaxBackfillRuns) {
    return errors::FieldOutOfRange("end_time", base::FormatRfc3339(command.end),
                                   "such that at most 10,000 occurrences lie after start_time");
  }
  return backfill;
}

absl::StatusOr<core::JobStatus> AmendmentCommands::Backfill(const BackfillJob& command,
                                                            const JobCommands::Seen& seen) {
  Shard& s = core_.shard(core::ShardForTag(command.product, command.tag));
  base::MutexLock lock(&s.mu);
  const absl::StatusOr<Slot> slot = FindSeen(s, command.product, command.tag, seen);
  if (!slot.ok()) return slot.status();
  core::Amendments amended = s.amendments(*slot);
  if (command.cancel) {
    if (amended.backfill.has_value()) {
      core_.RecordAmendments(s, *slot, {std::move(amended.skipped), std::nullopt});
    }
  } else {
    absl::StatusOr<core::Backfill> backfill = MakeBackfill(s, *slot, command);
    if (!backfill.ok()) return backfill.status();
    amended.backfill = *backfill;
    core_.RecordAmendments(s, *slot, std::move(amended));
    core_.ContinueBackfill(s, *slot);
  }
  Remember(&core_, command.product, command.request, seen.uid);
  return s.StatusOf(*slot, core_.now());
}

}  // namespace scheduler::engine
