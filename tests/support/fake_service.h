#ifndef TESTS_SUPPORT_FAKE_SERVICE_H_
#define TESTS_SUPPORT_FAKE_SERVICE_H_

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/mutex.h"
#include "scheduler/engine/service.h"
#include "tests/support/fake_resources.h"

namespace scheduler::engine {

// An engine without time and disk, for tests of what stands before it: keeps jobs, events,
// calendars, connections and runs in maps, answers at once and on the caller's thread, and remembers what it was
// asked.
//
// SetError makes every call fail; Hold makes replies wait until Release.
class FakeService : public Service {
 public:
  void SetError(absl::Status error) ABSL_LOCKS_EXCLUDED(mu_);
  void Hold() ABSL_LOCKS_EXCLUDED(mu_);
  void Release() ABSL_LOCKS_EXCLUDED(mu_);
  // The calls so far whose replies are held.
  size_t held() const ABSL_LOCKS_EXCLUDED(mu_);

  // Puts a run into a job's history; number and uid are filled in.
  core::Run AddRun(const std::string& product, const std::string& tag, core::Run run)
      ABSL_LOCKS_EXCLUDED(mu_);
  // A copy of the last command of that type.
  const engine::RequestId& last_request() const { return last_request_; }
  int calls() const { return calls_; }

  void Create(CreateJob command, Reply<JobView> reply) override;
  void CreateBatch(std::vector<CreateJob> commands,
                   Reply<std::vector<absl::StatusOr<JobView>>> reply) override;
  void Update(UpdateJob command, Reply<JobView> reply) override;
  void Delete(DeleteJob command, Reply<Done> reply) override;
  void Pause(PauseJob command, Reply<JobView> reply) override;
  void Resume(ResumeJob command, Reply<JobView> reply) override;
  void Skip(SkipOccurrence command, Reply<JobView> reply) override;
  void Backfill(BackfillJob command, Reply<JobView> reply) override;
  void Run(RunJob command, Reply<core::Run> reply) override;
  void Cancel(CancelRun command, Reply<core::Run> reply) override;
  void Create(CreateEvent command, Reply<EventView> reply) override;
  void Update(UpdateEvent command, Reply<EventView> reply) override;
  void Delete(DeleteEvent command, Reply<Done> reply) override;
  void Create(CreateCalendar command, Reply<CalendarView> reply) override;
  void Update(UpdateCalendar command, Reply<CalendarView> reply) override;
  void Delete(DeleteCalendar command, Reply<Done> reply) override;
  void Create(CreateConnection command, Reply<ConnectionView> reply) override;
  void Update(UpdateConnection command, Reply<ConnectionView> reply) override;
  void Delete(DeleteConnection command, Reply<Done> reply) override;
  void GetJob(const std::string& product, const std::string& tag, Reply<JobView> reply) override;
  void List(const ListJobs& query, Reply<JobPage> reply) override;
  void GetEvent(const std::string& product, const core::EventKey& key,
                Reply<EventView> reply) override;
  void List(const ListEvents& query, Reply<EventPage> reply) override;
  void GetCalendar(const std::string& product, const std::string& tag,
                   Reply<CalendarView> reply) override;
  void List(const ListCalendars& query, Reply<CalendarPage> reply) override;
  void GetConnection(const std::string& product, const std::string& tag,
                     Reply<ConnectionView> reply) override;
  void List(const ListConnections& query, Reply<ConnectionPage> reply) override;
  std::vector<std::shared_ptr<const core::Calendar>> FindCalendars(
      const std::string& product, const std::vector<std::string>& tags) override;
  void LastRun(const JobView& job, Reply<std::optional<core::Run>> reply) override;
  void GetRun(const std::string& product, const core::RunKey& key, Reply<core::Run> reply) override;
  void List(const ListRuns& query, Reply<RunPage> reply) override;
  ServerFacts Facts() const override;
  Millis Now() const override { return kNow; }

  static constexpr Millis kNow = 1'700'000'000'000;

 private:
  using JobKey = std::pair<std::string, std::string>;

  template <typename T>
  void Answer(Reply<T> reply, absl::StatusOr<T> result) ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<JobView> CreateLocked(const CreateJob& command) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<JobView> UpdateLocked(UpdateJob* command) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<JobView*> FindLocked(const std::string& product, const std::string& tag)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  core::Run AddRunLocked(JobView* job, core::Run run) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable base::Mutex mu_;
  absl::Status error_ ABSL_GUARDED_BY(mu_);
  bool hold_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::function<void()>> held_ ABSL_GUARDED_BY(mu_);
  uint64_t sequence_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<JobKey, JobView> jobs_ ABSL_GUARDED_BY(mu_);
  FakeResources<FakeEvents> events_ ABSL_GUARDED_BY(mu_);
  FakeResources<FakeCalendars> calendars_ ABSL_GUARDED_BY(mu_);
  FakeResources<FakeConnections> connections_ ABSL_GUARDED_BY(mu_);
  std::map<core::RunKey, core::Run> runs_ ABSL_GUARDED_BY(mu_);
  RequestId last_request_;
  int calls_ = 0;
};

}  // namespace scheduler::engine

#endif  // TESTS_SUPPORT_FAKE_SERVICE_H_
