// How the model follows the journal: definitions, states, and what is asked of it. The rules for runs
// and stretches are in model_rules.cc.

#include "tests/simulation/journal_model.h"

#include <algorithm>

#include "scheduler/store/rows.h"

namespace sim {

using core::JobState;

void JournalModel::OnEntry(Position position, const core::Transitions& transitions, Millis latest) {
  if (position != position_ + 1) {
    findings_.Violate("journal", "entry ", position, " follows ", position_);
  }
  position_ = position;
  latest_ = latest;
  for (const core::Transition& transition : transitions) {
    if (!findings_.ok()) return;
    std::visit(
        [this](const auto& t) {
          using T = std::decay_t<decltype(t)>;
          if constexpr (std::is_same_v<T, std::shared_ptr<const core::JobDefined>>) {
            Define(*t);
          } else if constexpr (std::is_same_v<T, std::shared_ptr<const core::ScheduleAmended>>) {
            if (ModelJob* job = Standing(t->uid)) Amend(job, *t);
          } else {
            if (ModelJob* job = Standing(t.uid)) Apply(job, t);
          }
        },
        transition);
  }
}

void JournalModel::OnRows(absl::Span<const scheduler::store::RowChange> changes, Millis at) {
  for (const scheduler::store::RowChange& change : changes) {
    if (change.table != scheduler::store::Table::kCalendars) continue;
    Windows windows;
    if (change.value.has_value()) {
      const auto calendar = scheduler::store::DecodeCalendar(*change.value);
      if (!calendar.ok()) {
        findings_.Violate("durability", "a calendar that cannot be read");
        return;
      }
      calendar_rows_[change.key] = Tag(calendar->spec.product, calendar->spec.tag);
      windows = WindowsOf(calendar->spec);
    }
    calendars_[calendar_rows_.at(change.key)].Change(at, std::move(windows));
  }
}

NominalTimes JournalModel::TimesOf(const core::JobDefined& t) {
  NominalTimes times = sim::TimesOf(t);
  for (const std::string& tag : t.spec.exclude_calendars) {
    times.calendars.push_back(&calendars_[{t.spec.product, tag}]);
  }
  return times;
}

ModelJob* JournalModel::Standing(core::Uid uid) {
  const auto it = jobs_.find(uid);
  if (it != jobs_.end() && it->second.deleted_at == 0) return &it->second;
  findings_.Violate("R8", "a transition of a job that does not stand: ", core::FormatUid(uid));
  return nullptr;
}

void JournalModel::Define(const core::JobDefined& t) {
  const auto existing = jobs_.find(t.uid);
  if (!t.is_new) {
    if (existing == jobs_.end() || existing->second.deleted_at != 0) {
      findings_.Violate("R8", "an update of a job that does not stand: ", core::FormatUid(t.uid));
      return;
    }
    Redefine(&existing->second, t);
    return;
  }
  const Tag tag(t.spec.product, t.spec.tag);
  if (existing != jobs_.end()) findings_.Violate("identity", "uid twice: ", core::FormatUid(t.uid));
  if (tags_.contains(tag)) findings_.Violate("identity", "tag twice: ", t.spec.tag);
  ModelJob& job = jobs_[t.uid];
  job.uid = t.uid;
  job.spec = t.spec;
  job.times = TimesOf(t);
  job.covered = t.cursor;
  job.states.emplace_back(position_, t.state);
  tags_[tag] = t.uid;
  tag_history_[tag].emplace_back(position_, t.uid);
  if (t.generation != 1 || t.state != JobState::kActive) Broken(job, "create", "not a first one");
  if (t.cursor != t.at - 1) Broken(job, "create", "begins at ", t.cursor, ", created ", t.at);
}

void JournalModel::Redefine(ModelJob* job, const core::JobDefined& t) {
  if (t.generation != job->generation + 1) {
    Broken(*job, "update", "generation ", t.generation, " after ", job->generation);
  }
  if (t.spec.tag != job->spec.tag || t.spec.product != job->spec.product) {
    Broken(*job, "update", "changes its name");
  }
  const bool leaves_completed = job->state == JobState::kCompleted;
  const JobState state = leaves_completed ? JobState::kActive : job->state;
  if (t.state != state) Broken(*job, "update", "changes the state");
  if (t.cursor != job->covered) {
    if (t.cursor != t.at && t.cursor != t.at - 1) Broken(*job, "update", "cursor ", t.cursor);
    if (!job->over()) CheckNothingLeft(*job, t.cursor, "update");
  }
  job->generation = t.generation;
  job->limit_changed |= t.spec.history_limit != job->spec.history_limit;
  job->executions_changed |= t.spec.executions != job->spec.executions;
  job->spec = t.spec;
  job->times = TimesOf(t);
  Cover(job, t.cursor);
  if (state != job->state) job->states.emplace_back(position_, state);
  job->state = state;
}

void JournalModel::Apply(ModelJob* job, const core::JobStateChanged& t) {
  const JobState from = job->state;
  const bool pause = t.state == JobState::kPaused && from == JobState::kActive;
  const bool resume = t.state == JobState::kActive && from == JobState::kPaused;
  const bool complete = t.state == JobState::kCompleted && from == JobState::kActive;
  // A calendar has left it nothing, and now does.
  const bool again = t.state == JobState::kActive && from == JobState::kCompleted &&
                     !t.by_request && job->remaining() > 0 && !job->times.calendars.empty();
  if (!pause && !resume && !complete && !again) Broken(*job, "state", "from ", int(from));
  if (t.by_request != (pause || resume)) Broken(*job, "state", "who asked");
  if (pause && job->stretch.has_value()) Broken(*job, "R1", "a stretch goes on in a pause");
  if (complete) {
    if (!job->open.empty()) Broken(*job, "state", "completed with a run active");
    // While a change of a calendar is settled, it may have left nothing until then: at rest it must not.
    const bool has_next = job->times.Next(job->covered).has_value() && job->times.calendars.empty();
    if (job->remaining() > 0 && has_next) {
      Broken(*job, "state", "completed before its next occurrence");
    }
    const bool goes_on = job->times.fixed_delay && job->remaining() > 0 &&
                         job->times.phase <= job->covered &&
                         t.at + job->times.interval < job->times.end;
    if (goes_on) Broken(*job, "state", "completed before its next delay");
  }
  if (pause && t.by_request) ++job->pause_count;
  job->state = t.state;
  job->states.emplace_back(position_, t.state);
}

void JournalModel::Apply(ModelJob* job, const core::JobDeleted& t) {
  if (!job->open.empty()) Broken(*job, "delete", "runs are open");
  if (job->stretch.has_value()) Broken(*job, "delete", "a stretch is open");
  if (!job->over()) CheckNothingLeft(*job, t.at, "delete");
  job->deleted_at = position_;
  const Tag tag(job->spec.product, job->spec.tag);
  tags_.erase(tag);
  tag_history_[tag].emplace_back(position_, 0);
}

void JournalModel::Apply(ModelJob* job, const core::CursorMoved& t) {
  NominalTimes& times = job->times;
  const bool may_step = job->steps_used < steps_;
  const bool back = t.cursor < job->covered;
  // A calendar has changed: the job goes on from now.
  if (t.cursor > job->covered && t.start_time == times.phase && !times.calendars.empty()) {
    if (t.cursor > latest_) Broken(*job, "R4 early", "the cursor moves beyond now");
    if (!job->over()) CheckNothingLeft(*job, t.cursor, "a change of a calendar");
    Cover(job, t.cursor);
    return;
  }
  if (t.cursor > job->covered) Broken(*job, "R1", "the cursor moves forward without a record");
  if (back && !may_step) Broken(*job, "R9", "the cursor goes back without a clock step");
  if (!times.times.empty()) Broken(*job, "R9", "given times come again");
  if (!times.fixed_delay) {
    if (!may_step) Broken(*job, "R1", "the phase of a fixed rate moves");
    if (!times.KeepsPhase(t.start_time)) Broken(*job, "R9", "phase lost");
  }
  if (back) ++job->steps_used;
  Cover(job, t.cursor);
  times.phase = t.start_time;
}

// What is skipped by request is an occurrence to come; a backfill begins with all runs before it.
void JournalModel::Amend(ModelJob* job, const core::ScheduleAmended& t) {
  const std::set<Millis> skipped(t.amendments.skipped.begin(), t.amendments.skipped.end());
  if (skipped.size() != t.amendments.skipped.size() || skipped.size() > 100) {
    Broken(*job, "skip", "times twice, or too many");
  }
  for (const Millis time : skipped) {
    const bool is_new = !job->skipped.contains(time);
    // While a change of a calendar is settled, it may still be one.
    const bool is_occurrence = job->times.Next(time - 1) == time || !job->times.calendars.empty();
    if (is_new && (time <= job->covered || !is_occurrence)) {
      Broken(*job, "skip", time, " is no occurrence to come");
    }
  }
  job->skipped = skipped;
  const std::optional<core::Backfill>& backfill = t.amendments.backfill;
  if (backfill.has_value() && !job->backfill.has_value()) {
    const int64_t count = job->TimesOf(*backfill).Count(backfill->start - 1, backfill->end - 1);
    if (backfill->total != count || count == 0) {
      Broken(*job, "backfill", backfill->total, " runs of ", count, " occurrences");
    }
    if (backfill->created != 0 || backfill->end > t.at) Broken(*job, "backfill", "begins anew");
  } else if (backfill.has_value() && backfill != job->backfill) {
    Broken(*job, "backfill", "changes by itself");
  }
  job->backfill = backfill;
}

std::optional<Millis> ModelJob::NextRun(Millis after) const {
  std::optional<Millis> next = times.Next(after);
  while (next.has_value() && skipped.contains(*next)) next = times.Next(*next);
  return next;
}

// Not bound by the start of the schedule, unless it counts from there.
NominalTimes ModelJob::TimesOf(const core::Backfill& range) const {
  NominalTimes wider = times;
  wider.end = std::min(times.end, range.end);
  const bool is_interval = times.interval != 0 && !times.is_rule;
  if (is_interval) {
    while (wider.phase > range.start) wider.phase -= times.interval;
  } else if (!times.is_rule) {
    wider.phase = std::min(wider.phase, range.start);
  }
  return wider;
}

// ---- what is asked ------------------------------------------------------------------------------

const CalendarHistory* JournalModel::FindCalendar(const std::string& product,
                                                  const std::string& tag) const {
  const auto it = calendars_.find({product, tag});
  return it == calendars_.end() ? nullptr : &it->second;
}

const ModelJob* JournalModel::FindTag(const std::string& product, const std::string& tag) const {
  const auto it = tags_.find({product, tag});
  return it == tags_.end() ? nullptr : Find(it->second);
}

namespace {

// Whether `wanted` held at some moment since `from`.
template <typename Wanted>
bool HeldSince(const std::vector<std::pair<Position, core::Uid>>& history, Position from,
               Wanted wanted) {
  core::Uid before = 0;
  for (const auto& [position, uid] : history) {
    if (position <= from) {
      before = uid;
    } else if (wanted(uid)) {
      return true;
    }
  }
  return wanted(before);
}

}  // namespace

bool JournalModel::StoodSince(const std::string& product, const std::string& tag,
                              Position from) const {
  const auto it = tag_history_.find({product, tag});
  return it != tag_history_.end() &&
         HeldSince(it->second, from, [](core::Uid uid) { return uid != 0; });
}

bool JournalModel::MissingSince(const std::string& product, const std::string& tag,
                                Position from) const {
  const auto it = tag_history_.find({product, tag});
  return it == tag_history_.end() ||
         HeldSince(it->second, from, [](core::Uid uid) { return uid == 0; });
}

const ModelRun* JournalModel::FindOpen(const core::RunKey& key) const {
  const ModelJob* job = Find(key.uid);
  if (job == nullptr) return nullptr;
  const auto it = job->open.find(key.number);
  return it == job->open.end() ? nullptr : &it->second;
}

const ModelRecord* JournalModel::FindRecord(const core::RunKey& key) const {
  const ModelJob* job = Find(key.uid);
  if (job == nullptr) return nullptr;
  const auto it = job->records.find(key.number);
  return it == job->records.end() ? nullptr : &it->second;
}

int64_t JournalModel::alive() const {
  return std::count_if(jobs_.begin(), jobs_.end(),
                       [](const auto& entry) { return entry.second.deleted_at == 0; });
}

}  // namespace sim
