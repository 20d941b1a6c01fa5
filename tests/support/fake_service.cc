#include "tests/support/fake_service.h"

#include <algorithm>
#include <memory>

#include "scheduler/base/errors.h"
#include "scheduler/engine/etag.h"

namespace scheduler::engine {

using base::MutexLock;
namespace errors = base::errors;

void FakeService::SetError(absl::Status error) {
  MutexLock lock(&mu_);
  error_ = std::move(error);
}

void FakeService::Hold() {
  MutexLock lock(&mu_);
  hold_ = true;
}

void FakeService::Release() {
  std::vector<std::function<void()>> held;
  {
    MutexLock lock(&mu_);
    hold_ = false;
    held.swap(held_);
  }
  for (const auto& answer : held) answer();
}

size_t FakeService::held() const {
  MutexLock lock(&mu_);
  return held_.size();
}

template <typename T>
void FakeService::Answer(Reply<T> reply, absl::StatusOr<T> result) {
  {
    MutexLock lock(&mu_);
    ++calls_;
    if (!error_.ok()) result = error_;
    if (hold_) {
      auto later = std::make_shared<std::pair<Reply<T>, absl::StatusOr<T>>>(std::move(reply),
                                                                            std::move(result));
      held_.push_back([later] { later->first(std::move(later->second)); });
      return;
    }
  }
  reply(std::move(result));
}

absl::StatusOr<JobView*> FakeService::FindLocked(const std::string& product,
                                                 const std::string& tag) {
  const auto found = jobs_.find({product, tag});
  if (found == jobs_.end()) return errors::JobNotFound(product, tag);
  return &found->second;
}

core::Run FakeService::AddRunLocked(JobView* job, core::Run run) {
  run.key = {job->status.uid, ++job->status.last_number};
  run.product = job->job.spec.product;
  run.job_tag = job->job.spec.tag;
  run.scheduled_time = run.due_time = run.create_time = kNow;
  runs_[run.key] = run;
  return run;
}

core::Run FakeService::AddRun(const std::string& product, const std::string& tag, core::Run run) {
  MutexLock lock(&mu_);
  return AddRunLocked(&jobs_.at({product, tag}), std::move(run));
}

absl::StatusOr<JobView> FakeService::CreateLocked(const CreateJob& command) {
  last_request_ = command.request;
  const core::JobSpec& spec = command.spec;
  if (jobs_.count({spec.product, spec.tag}) > 0) {
    return errors::JobAlreadyExists(spec.product, spec.tag);
  }
  JobView view;
  view.job.spec = spec;
  if (!view.job.spec.start_time.has_value()) view.job.spec.start_time = kNow;
  view.job.uid = view.status.uid =
      core::MakeUid(++sequence_, core::ShardForTag(spec.product, spec.tag));
  view.job.generation = view.status.generation = 1;
  view.job.create_time = view.job.update_time = kNow;
  view.status.next_run_time = kNow;
  if (!command.validate_only) jobs_[{spec.product, spec.tag}] = view;
  return view;
}

void FakeService::Create(CreateJob command, Reply<JobView> reply) {
  absl::StatusOr<JobView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    result = CreateLocked(command);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::CreateBatch(std::vector<CreateJob> commands,
                              Reply<std::vector<absl::StatusOr<JobView>>> reply) {
  std::vector<absl::StatusOr<JobView>> results;
  {
    MutexLock lock(&mu_);
    for (const CreateJob& command : commands) results.push_back(CreateLocked(command));
  }
  Answer<std::vector<absl::StatusOr<JobView>>>(std::move(reply), std::move(results));
}

absl::StatusOr<JobView> FakeService::UpdateLocked(UpdateJob* command) {
  last_request_ = command->request;
  auto job = FindLocked(command->product, command->tag);
  if (!job.ok()) {
    if (!command->if_missing.has_value()) return job.status();
    return CreateLocked({*command->if_missing, nullptr, {}, false});
  }
  const std::string etag = EtagOf((*job)->status);
  if (!command->etag.empty() && command->etag != etag) {
    return errors::EtagMismatch(command->etag, etag);
  }
  JobView changed = **job;
  if (absl::Status status = command->patch(&changed.job.spec); !status.ok()) return status;
  if (!(changed.job.spec == (*job)->job.spec)) changed.status.generation = ++changed.job.generation;
  if (!command->validate_only) **job = changed;
  return changed;
}

void FakeService::Update(UpdateJob command, Reply<JobView> reply) {
  absl::StatusOr<JobView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    result = UpdateLocked(&command);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Delete(DeleteJob command, Reply<Done> reply) {
  absl::StatusOr<Done> result = Done();
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    if (jobs_.erase({command.product, command.tag}) == 0 && !command.allow_missing) {
      result = errors::JobNotFound(command.product, command.tag);
    }
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Pause(PauseJob command, Reply<JobView> reply) {
  absl::StatusOr<JobView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    auto job = FindLocked(command.product, command.tag);
    if (job.ok()) {
      (*job)->status.state = core::JobState::kPaused;
      (*job)->status.state_reason = "PAUSED_BY_REQUEST";
      (*job)->status.pause_note = command.note;
      ++(*job)->status.pause_count;
      (*job)->status.next_run_time.reset();
      result = **job;
    } else {
      result = job.status();
    }
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Resume(ResumeJob command, Reply<JobView> reply) {
  absl::StatusOr<JobView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    auto job = FindLocked(command.product, command.tag);
    if (job.ok()) {
      (*job)->status.state = core::JobState::kActive;
      (*job)->status.pause_note.clear();
      (*job)->status.state_reason.clear();
      result = **job;
    } else {
      result = job.status();
    }
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Skip(SkipOccurrence command, Reply<JobView> reply) {
  absl::StatusOr<JobView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    auto job = FindLocked(command.product, command.tag);
    if (job.ok()) {
      std::vector<Millis>& skipped = (*job)->status.skipped_times;
      std::erase(skipped, command.scheduled_time);
      if (!command.undo) skipped.push_back(command.scheduled_time);
      result = **job;
    } else {
      result = job.status();
    }
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Backfill(BackfillJob command, Reply<JobView> reply) {
  absl::StatusOr<JobView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    auto job = FindLocked(command.product, command.tag);
    if (job.ok()) {
      (*job)->status.backfill.reset();
      if (!command.cancel) {
        (*job)->status.backfill = core::Backfill{
            command.start, command.end, command.parallel, 3, 0, command.start - 1, ""};
      }
      result = **job;
    } else {
      result = job.status();
    }
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Run(RunJob command, Reply<core::Run> reply) {
  absl::StatusOr<core::Run> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    auto job = FindLocked(command.product, command.tag);
    if (job.ok()) {
      core::Run run;
      run.trigger = core::Trigger::kManual;
      run.state = core::RunState::kQueued;
      run.output = command.input_json.value_or("");  // so that tests see what came in
      run.requested_by = command.actor;
      result = AddRunLocked(*job, std::move(run));
    } else {
      result = job.status();
    }
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Cancel(CancelRun command, Reply<core::Run> reply) {
  absl::StatusOr<core::Run> result =
      errors::RunNotFound(command.product, core::FormatRunId(command.key));
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    const auto found = runs_.find(command.key);
    if (found != runs_.end() && found->second.product == command.product) {
      found->second.state = core::RunState::kCancelled;
      found->second.reason = "REQUESTED";
      found->second.end_time = kNow;
      found->second.error =
          core::RunError{.code = "CANCELLED", .message = command.reason, .retryable = {}};
      result = found->second;
    }
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Create(CreateEvent command, Reply<EventView> reply) {
  absl::StatusOr<EventView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    result =
        events_.Create(command.event, core::MakeUid(++sequence_, 0), kNow, command.validate_only);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Update(UpdateEvent command, Reply<EventView> reply) {
  absl::StatusOr<EventView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    result = events_.Update({command.product, command.key}, &command.patch);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Delete(DeleteEvent command, Reply<Done> reply) {
  absl::StatusOr<Done> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    result = events_.Delete({command.product, command.key}, command.allow_missing);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Create(CreateCalendar command, Reply<CalendarView> reply) {
  absl::StatusOr<CalendarView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    result =
        calendars_.Create(command.spec, core::MakeUid(++sequence_, 0), kNow, command.validate_only);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Update(UpdateCalendar command, Reply<CalendarView> reply) {
  absl::StatusOr<CalendarView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    result = calendars_.Update({command.product, command.tag}, &command.patch);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Delete(DeleteCalendar command, Reply<Done> reply) {
  absl::StatusOr<Done> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    result = calendars_.Delete({command.product, command.tag}, command.allow_missing);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Create(CreateConnection command, Reply<ConnectionView> reply) {
  absl::StatusOr<ConnectionView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    result = connections_.Create(command.spec, core::MakeUid(++sequence_, 0), kNow,
                                 command.validate_only);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Update(UpdateConnection command, Reply<ConnectionView> reply) {
  absl::StatusOr<ConnectionView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    result = connections_.Update({command.product, command.tag}, &command.patch);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::Delete(DeleteConnection command, Reply<Done> reply) {
  absl::StatusOr<Done> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    last_request_ = command.request;
    result = connections_.Delete({command.product, command.tag}, command.allow_missing);
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::GetJob(const std::string& product, const std::string& tag, Reply<JobView> reply) {
  absl::StatusOr<JobView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    auto job = FindLocked(product, tag);
    result = job.ok() ? absl::StatusOr<JobView>(**job) : job.status();
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::List(const ListJobs& query, Reply<JobPage> reply) {
  JobPage page;
  {
    MutexLock lock(&mu_);
    std::vector<const JobView*> found;
    for (const auto& [key, job] : jobs_) {
      if (key.first == query.product && job.status.uid > query.after) found.push_back(&job);
    }
    std::sort(found.begin(), found.end(),
              [](const JobView* a, const JobView* b) { return a->status.uid < b->status.uid; });
    for (const JobView* job : found) {
      if (page.jobs.size() == static_cast<size_t>(query.page_size)) {
        page.next_after = page.jobs.back().status.uid;
        break;
      }
      page.jobs.push_back(*job);
      if (!query.with_input) page.jobs.back().job.spec.input_json.clear();
    }
  }
  Answer<JobPage>(std::move(reply), std::move(page));
}

void FakeService::GetEvent(const std::string& product, const core::EventKey& key,
                           Reply<EventView> reply) {
  absl::StatusOr<EventView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    result = events_.Get({product, key});
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::List(const ListEvents& query, Reply<EventPage> reply) {
  EventPage page;
  {
    MutexLock lock(&mu_);
    page.events = events_.List(query, &page.next_after);
  }
  Answer<EventPage>(std::move(reply), std::move(page));
}

void FakeService::GetCalendar(const std::string& product, const std::string& tag,
                              Reply<CalendarView> reply) {
  absl::StatusOr<CalendarView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    result = calendars_.Get({product, tag});
  }
  Answer(std::move(reply), std::move(result));
}

std::vector<std::shared_ptr<const core::Calendar>> FakeService::FindCalendars(
    const std::string& product, const std::vector<std::string>& tags) {
  std::vector<std::shared_ptr<const core::Calendar>> found;
  MutexLock lock(&mu_);
  for (const std::string& tag : tags) {
    const auto view = calendars_.Get({product, tag});
    found.push_back(view.ok() ? *core::Calendar::Make(view->calendar.spec) : nullptr);
  }
  return found;
}

void FakeService::List(const ListCalendars& query, Reply<CalendarPage> reply) {
  CalendarPage page;
  {
    MutexLock lock(&mu_);
    page.calendars = calendars_.List(query, &page.next_after);
  }
  Answer<CalendarPage>(std::move(reply), std::move(page));
}

void FakeService::GetConnection(const std::string& product, const std::string& tag,
                                Reply<ConnectionView> reply) {
  absl::StatusOr<ConnectionView> result = absl::UnknownError("");
  {
    MutexLock lock(&mu_);
    result = connections_.Get({product, tag});
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::List(const ListConnections& query, Reply<ConnectionPage> reply) {
  ConnectionPage page;
  {
    MutexLock lock(&mu_);
    page.connections = connections_.List(query, &page.next_after);
  }
  Answer<ConnectionPage>(std::move(reply), std::move(page));
}

void FakeService::LastRun(const JobView& job, Reply<std::optional<core::Run>> reply) {
  std::optional<core::Run> run;
  {
    MutexLock lock(&mu_);
    const auto found = runs_.find({job.status.uid, job.status.last_number});
    if (found != runs_.end()) run = found->second;
  }
  Answer<std::optional<core::Run>>(std::move(reply), std::move(run));
}

void FakeService::GetRun(const std::string& product, const core::RunKey& key,
                         Reply<core::Run> reply) {
  absl::StatusOr<core::Run> result = errors::RunNotFound(product, core::FormatRunId(key));
  {
    MutexLock lock(&mu_);
    const auto found = runs_.find(key);
    if (found != runs_.end() && found->second.product == product) result = found->second;
  }
  Answer(std::move(reply), std::move(result));
}

void FakeService::List(const ListRuns& query, Reply<RunPage> reply) {
  RunPage page;
  {
    MutexLock lock(&mu_);
    for (auto it = runs_.rbegin(); it != runs_.rend(); ++it) {
      const core::Run& run = it->second;
      if (run.product != query.product || (!query.tag.empty() && run.job_tag != query.tag) ||
          (query.uid != 0 && run.key.uid != query.uid) ||
          (query.after.has_value() && !(run.key < query.after->key))) {
        continue;
      }
      if (page.runs.size() == static_cast<size_t>(query.page_size)) {
        page.next = RunCursor{.unsuccessful = false, .key = page.runs.back().key, .end_time = 0};
        break;
      }
      page.runs.push_back(run);
    }
  }
  Answer<RunPage>(std::move(reply), std::move(page));
}

ServerFacts FakeService::Facts() const {
  MutexLock lock(&mu_);
  return {.server_id = "fake",
          .store = "memory",
          .epoch = 1,
          .job_count = static_cast<int64_t>(jobs_.size()),
          .start_time = kNow};
}

}  // namespace scheduler::engine
