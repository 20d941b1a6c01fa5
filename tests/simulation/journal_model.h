#ifndef TESTS_SIMULATION_JOURNAL_MODEL_H_
#define TESTS_SIMULATION_JOURNAL_MODEL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "scheduler/core/run_port.h"
#include "scheduler/core/transitions.h"
#include "scheduler/store/store.h"
#include "tests/simulation/findings.h"
#include "tests/simulation/nominal_times.h"

// What the service has durably decided, followed entry by entry as it is committed, and the rules that
// every decision must keep. Written from the specification, without a line of the scheduler's own
// logic: who folds the journal into this must come to the same state as the engine, and each record
// must be one that the rules allow.
namespace sim {

namespace core = scheduler::core;
using scheduler::store::Position;

struct ModelRun {
  int64_t nominal = 0;
  Millis due = 0;
  Millis created = 0;
  core::Trigger trigger = core::Trigger::kSchedule;
  core::RunState state = core::RunState::kQueued;  // SCHEDULED, QUEUED or RETRY_SCHEDULED
  int64_t generation = 1;
  std::optional<core::RetryPolicy> retry;  // of the job when it was created
  Millis next_attempt = 0;
  int32_t attempts = 0;
  int32_t retries = 0;
  int32_t redeliveries = 0;
};

// A record that has ended.
struct ModelRecord {
  core::RunState state = core::RunState::kCompleted;
  core::Trigger trigger = core::Trigger::kSchedule;
  std::string reason;
  Millis first = 0;
  Millis last = 0;
  int64_t count = 1;
  Millis end = 0;
  int32_t attempts = 0;
};

struct ModelStats {
  int64_t completed = 0, failed = 0, cancelled = 0, skipped = 0, missed = 0, retried = 0;
};

struct ModelJob {
  core::Uid uid = 0;
  core::JobSpec spec;
  int64_t generation = 1;
  core::JobState state = core::JobState::kActive;
  NominalTimes times;
  Millis covered = 0;  // every nominal time up to it is decided
  int64_t last_number = 0;
  int64_t counted = 0;
  int64_t pause_count = 0;
  bool limit_changed = false;  // history_limit: what is kept is not checked exactly
  bool executions_changed = false;
  std::map<int64_t, ModelRun> open;
  std::optional<core::StretchOpened> stretch;
  std::set<Millis> skipped;  // nominal times to come that are not to run
  std::optional<core::Backfill> backfill;
  std::map<int64_t, ModelRecord> records;
  ModelStats stats;
  Position deleted_at = 0;  // 0: it stands
  int steps_used = 0;       // steps back of the clock that have moved it
  // What a reader could see when: (position, state).
  std::vector<std::pair<Position, core::JobState>> states;

  int64_t remaining() const { return spec.executions == 0 ? INT64_MAX : spec.executions - counted; }
  // The first time after `after` that is to run.
  std::optional<Millis> NextRun(Millis after) const;
  // The times of a backfill.
  NominalTimes TimesOf(const core::Backfill& range) const;
  bool over() const { return state == core::JobState::kCompleted || remaining() <= 0; }
};

class JournalModel {
 public:
  explicit JournalModel(Findings* findings) : findings_(*findings) {}

  // One entry that is durable now. `latest`: the latest engine time that the clocks allow.
  void OnEntry(Position position, const core::Transitions& transitions, Millis latest);

  // What was committed with the entry that follows, at that engine time: follows the calendars.
  void OnRows(absl::Span<const scheduler::store::RowChange> changes, Millis at);

  // The wall clock went back by more than is slewed: each job may be pulled back by it, once.
  void OnBackwardStep() { ++steps_; }

  // A run was claimed. Checks that it may be: it is durable, due, not held (unless a resume is under
  // way), and its token rises.
  void CheckClaim(const core::ClaimedRun& claimed, bool resuming, Millis latest);

  // The last token with which a run was claimed; 0: never.
  uint64_t LastToken(const core::RunKey& key) const {
    const auto it = claims_.find(key);
    return it == claims_.end() ? 0 : it->second;
  }

  Position position() const { return position_; }
  const std::map<core::Uid, ModelJob>& jobs() const { return jobs_; }
  const ModelJob* Find(core::Uid uid) const {
    const auto it = jobs_.find(uid);
    return it == jobs_.end() ? nullptr : &it->second;
  }
  // Null if there never was one.
  const CalendarHistory* FindCalendar(const std::string& product, const std::string& tag) const;
  // The job that stands under a tag; null if none does.
  const ModelJob* FindTag(const std::string& product, const std::string& tag) const;
  // Whether some job, or none, stood under a tag at some moment in [from, now].
  bool StoodSince(const std::string& product, const std::string& tag, Position from) const;
  bool MissingSince(const std::string& product, const std::string& tag, Position from) const;
  const ModelRun* FindOpen(const core::RunKey& key) const;
  const ModelRecord* FindRecord(const core::RunKey& key) const;
  int64_t alive() const;

 private:
  using Tag = std::pair<std::string, std::string>;

  template <typename... Parts>
  void Broken(const ModelJob& job, std::string_view rule, const Parts&... parts) {
    findings_.Violate(rule, "job ", job.spec.tag, " (", core::FormatUid(job.uid), " ",
                      job.spec.timing.cron, job.spec.timing.rule, "): ", parts...);
  }
  // The job of a transition; null, and a violation, if it does not stand.
  ModelJob* Standing(core::Uid uid);
  NominalTimes TimesOf(const core::JobDefined& t);
  void Define(const core::JobDefined& t);
  void Redefine(ModelJob* job, const core::JobDefined& t);
  void CheckNumber(ModelJob* job, int64_t number);
  // Everything up to there is decided.
  static void Cover(ModelJob* job, Millis to) {
    job->covered = to;
    job->skipped.erase(job->skipped.begin(), job->skipped.upper_bound(to));
  }
  // The occurrences in (covered, to] have no record, and must not exist.
  void CheckNothingLeft(const ModelJob& job, Millis to, std::string_view what);
  void CheckCounted(const ModelJob& job, const core::RunCreated& t);
  void CheckOverlap(const ModelJob& job, const core::RunCreated& t);
  void CheckAttempt(const ModelJob& job, int64_t number, const ModelRun& run,
                    const core::AttemptRecord& attempt);

  void Apply(ModelJob* job, const core::RunCreated& t);
  void Apply(ModelJob* job, const core::RunEnded& t);
  void Apply(ModelJob* job, const core::RunReleased& t);
  void Apply(ModelJob* job, const core::RunRetry& t);
  void Apply(ModelJob* job, const core::RunRedelivered& t);
  void Apply(ModelJob* job, const core::StretchOpened& t);
  void Apply(ModelJob* job, const core::StretchClosed& t);
  void Apply(ModelJob* job, const core::CursorMoved& t);
  void Apply(ModelJob* job, const core::JobStateChanged& t);
  void Apply(ModelJob* job, const core::JobDeleted& t);
  void Amend(ModelJob* job, const core::ScheduleAmended& t);
  void CheckBackfill(ModelJob* job, const core::RunCreated& t);

  Findings& findings_;
  std::map<core::Uid, ModelJob> jobs_;
  std::map<Tag, core::Uid> tags_;
  std::map<Tag, std::vector<std::pair<Position, core::Uid>>> tag_history_;
  std::map<core::RunKey, uint64_t> claims_;
  std::map<Tag, CalendarHistory> calendars_;
  std::map<std::string, Tag> calendar_rows_;  // by key
  Position position_ = 0;
  Millis latest_ = 0;
  uint64_t last_sequence_ = 0;
  int steps_ = 0;  // of the clock, back by more than is slewed
};

}  // namespace sim

#endif  // TESTS_SIMULATION_JOURNAL_MODEL_H_
