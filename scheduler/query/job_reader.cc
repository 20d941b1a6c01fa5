#include "scheduler/query/job_reader.h"

#include <utility>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/base/interned.h"
#include "scheduler/store/rows.h"

namespace scheduler::query {

namespace errors = base::errors;
using engine::JobView;

namespace {

// How long a job tells that the clock went back.
constexpr Millis kClockConditionAge = base::kDay;

}  // namespace

void JobReader::AddConditions(core::JobStatus* status, std::optional<Millis> event_missing) const {
  const Millis now = engine_.Now();
  if (event_missing.has_value()) {
    status->conditions.push_back({"EVENT_MISSING", "the job's event was deleted",
                                  std::max(*event_missing, engine_.start_time())});
  }
  if (status->overdue_since != 0) {
    status->conditions.push_back(
        {"OVERDUE", "a due occurrence was not decided", status->overdue_since});
  }
  const Millis stepped = engine_.clock_stepped_at();
  if (stepped != 0 && now - stepped < kClockConditionAge) {
    status->conditions.push_back(
        {"CLOCK_STEPPED", "the server's clock went back; occurrences may have run again", stepped});
  }
}

void JobReader::AddMissingCalendars(const engine::JobSide* side, core::JobStatus* status) const {
  if (side == nullptr || side->calendars == nullptr) return;
  const catalog::CalendarTable& table = engine_.registry().tables().calendars;
  for (size_t i = 0; i < side->calendars->ids.size(); ++i) {
    const catalog::CalendarId id = side->calendars->ids[i];
    if (table.Get(id) != nullptr) continue;
    status->conditions.push_back({"CALENDAR_MISSING",
                                  "calendar " + side->calendars->tags[i] + " was deleted",
                                  std::max(table.MissingSince(id), engine_.start_time())});
  }
}

JobSight JobReader::Look(const std::string& product, const std::string& tag) const {
  const core::ShardId id = core::ShardForTag(product, tag);
  engine::JobRegistry& registry = engine_.registry();
  engine::Shard& s = registry.shard(id);
  JobSight sight;
  sight.loop = registry.LoopOf(id);
  std::optional<Millis> event_missing;
  {
    base::MutexLock lock(&s.mu);
    sight.ticket = s.last_ticket;
    const auto slot = s.Find(base::FindInterned(product), tag);
    if (!slot.has_value()) return sight;
    sight.status = s.StatusOf(*slot, engine_.Now());
    const catalog::EventTable& events = registry.tables().events;
    const catalog::EventId event = s.record(*slot).event;
    if (events.LaneOf(event) == core::kNoLane) event_missing = events.MissingSince(event);
    AddMissingCalendars(s.side(*slot), &sight.status);
  }
  AddConditions(&sight.status, event_missing);
  return sight;
}

absl::StatusOr<core::Job> JobReader::ReadRow(const std::string& product, core::Uid uid) const {
  const auto row = engine_.store().Get(store::Table::kJobs, store::JobRowKey(product, uid));
  if (!row.ok()) return row.status();
  if (!row->has_value()) return errors::JobUidNotFound(product, core::FormatUid(uid));
  return store::DecodeJob(**row);
}

absl::StatusOr<std::optional<JobView>> JobReader::Read(const std::string& product,
                                                       const std::string& tag,
                                                       JobSight sight) const {
  if (sight.status.uid == 0) return errors::JobNotFound(product, tag);
  absl::StatusOr<core::Job> job = ReadRow(product, sight.status.uid);
  if (absl::IsNotFound(job.status())) return std::nullopt;
  if (!job.ok()) return job.status();
  if (job->generation != sight.status.generation) return std::nullopt;
  return JobView{*std::move(job), std::move(sight.status)};
}

absl::StatusOr<JobListing> JobReader::List(const engine::ListJobs& query) const {
  JobListing listing;
  engine::JobPage& page = listing.page;
  absl::Status failed;
  int64_t bytes = 0;
  std::vector<core::Job> rows;
  bool more = false;
  const std::string begin = store::JobRowKey(query.product, query.after + 1);
  const std::string end =
      store::PrefixEnd(store::JobRowKey(query.product, 0).substr(0, query.product.size() + 1));
  const absl::Status scanned = engine_.store().Scan(
      store::Table::kJobs, begin, end, [&](std::string_view, std::string_view value) {
        if (static_cast<int>(rows.size()) >= query.page_size ||
            bytes > base::limits::kMaxPageBytes) {
          more = true;
          return false;
        }
        absl::StatusOr<core::Job> job = store::DecodeJob(value);
        if (!job.ok()) {
          failed = job.status();
          return false;
        }
        // A job's state comes to about as much again as a small definition.
        bytes += static_cast<int64_t>(value.size()) + 400;
        if (!query.with_input) job->spec.input_json.clear();
        rows.push_back(*std::move(job));
        return true;
      });
  if (!failed.ok()) return failed;
  if (!scanned.ok()) return scanned;
  for (core::Job& job : rows) {
    page.next_after = more ? job.uid : 0;
    JobSight sight = Look(query.product, job.spec.tag);
    if (sight.status.uid != job.uid) continue;  // deleted since
    // The registry may be ahead of the disk.
    if (sight.status.generation != job.generation) listing.torn.push_back(page.jobs.size());
    page.jobs.push_back(JobView{std::move(job), std::move(sight.status)});
  }
  return listing;
}

absl::Status JobReader::Mend(const engine::ListJobs& query, JobListing* listing) const {
  std::vector<JobView>& jobs = listing->page.jobs;
  std::vector<size_t> torn;
  for (const size_t place : listing->torn) {
    JobView& view = jobs[place];
    JobSight sight = Look(query.product, view.job.spec.tag);
    absl::StatusOr<core::Job> row = ReadRow(query.product, view.job.uid);
    const bool deleted = sight.status.uid != view.job.uid || absl::IsNotFound(row.status());
    if (!deleted && !row.ok()) return row.status();
    if (deleted) {
      view.job.uid = 0;
    } else if (row->generation != sight.status.generation) {
      torn.push_back(place);
    } else {
      if (!query.with_input) row->spec.input_json.clear();
      view = JobView{*std::move(row), std::move(sight.status)};
    }
  }
  listing->torn = std::move(torn);
  if (listing->torn.empty()) {
    std::erase_if(jobs, [](const JobView& view) { return view.job.uid == 0; });
  }
  return absl::OkStatus();
}

}  // namespace scheduler::query
