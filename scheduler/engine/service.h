#ifndef SCHEDULER_ENGINE_SERVICE_H_
#define SCHEDULER_ENGINE_SERVICE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scheduler/core/calendar/calendar.h"
#include "scheduler/engine/commands.h"
#include "scheduler/store/store.h"

// What handlers see of the engine. The interface lets handlers be tested without an engine.
//
// Thread safety: everything may be called from any thread. Calls return at once unless they say
// otherwise; replies come after the commit is durable. Reads answer after the last transition of
// what they show is durable.
namespace scheduler::engine {

struct ServerFacts {
  std::string server_id;
  std::string store;
  int64_t epoch = 0;
  int64_t job_count = 0;
  Millis start_time = 0;
};

// One page of jobs in uid order.
struct ListJobs {
  std::string product;
  int page_size = base::limits::kDefaultPageSize;
  core::Uid after = 0;  // jobs with a greater uid
  bool with_input = true;
};
struct JobPage {
  std::vector<JobView> jobs;
  core::Uid next_after = 0;  // 0: the end
};

struct ListEvents {
  std::string product;
  int page_size = base::limits::kDefaultPageSize;
  core::Uid after = 0;
};
struct EventPage {
  std::vector<EventView> events;
  core::Uid next_after = 0;
};

struct ListCalendars {
  std::string product;
  int page_size = base::limits::kDefaultPageSize;
  core::Uid after = 0;
};
struct CalendarPage {
  std::vector<CalendarView> calendars;
  core::Uid next_after = 0;
};

struct ListConnections {
  std::string product;
  int page_size = base::limits::kDefaultPageSize;
  core::Uid after = 0;
};
struct ConnectionPage {
  std::vector<ConnectionView> connections;
  core::Uid next_after = 0;
};

// Where a listing of runs goes on. By job: `number` descending. Across jobs: the open ones first, by
// key, then the unsuccessful ones, latest end first.
struct RunCursor {
  bool unsuccessful = false;  // in the second part
  core::RunKey key;
  Millis end_time = 0;
};

struct ListRuns {
  std::string product;
  std::string tag;    // empty with no uid: across jobs
  core::Uid uid = 0;  // a job, also a deleted one
  int page_size = base::limits::kDefaultPageSize;
  std::optional<RunCursor> after;
};
struct RunPage {
  std::vector<core::Run> runs;
  std::optional<RunCursor> next;
};

class Service {
 public:
  virtual ~Service() = default;

  virtual void Create(CreateJob command, Reply<JobView> reply) = 0;
  // One result a command, in order; one item's error leaves the others alone.
  virtual void CreateBatch(std::vector<CreateJob> commands,
                           Reply<std::vector<absl::StatusOr<JobView>>> reply) = 0;
  virtual void Update(UpdateJob command, Reply<JobView> reply) = 0;
  virtual void Delete(DeleteJob command, Reply<Done> reply) = 0;
  virtual void Pause(PauseJob command, Reply<JobView> reply) = 0;
  virtual void Resume(ResumeJob command, Reply<JobView> reply) = 0;
  virtual void Skip(SkipOccurrence command, Reply<JobView> reply) = 0;
  virtual void Backfill(BackfillJob command, Reply<JobView> reply) = 0;
  virtual void Run(RunJob command, Reply<core::Run> reply) = 0;
  virtual void Cancel(CancelRun command, Reply<core::Run> reply) = 0;

  virtual void Create(CreateEvent command, Reply<EventView> reply) = 0;
  virtual void Update(UpdateEvent command, Reply<EventView> reply) = 0;
  virtual void Delete(DeleteEvent command, Reply<Done> reply) = 0;

  virtual void Create(CreateCalendar command, Reply<CalendarView> reply) = 0;
  virtual void Update(UpdateCalendar command, Reply<CalendarView> reply) = 0;
  virtual void Delete(DeleteCalendar command, Reply<Done> reply) = 0;

  virtual void Create(CreateConnection command, Reply<ConnectionView> reply) = 0;
  virtual void Update(UpdateConnection command, Reply<ConnectionView> reply) = 0;
  virtual void Delete(DeleteConnection command, Reply<Done> reply) = 0;

  // Reads. They may read the disk (microseconds for one object, milliseconds for a page): the
  // callers run lists on a pool of their own.
  virtual void GetJob(const std::string& product, const std::string& tag, Reply<JobView> reply) = 0;
  virtual void List(const ListJobs& query, Reply<JobPage> reply) = 0;
  virtual void GetEvent(const std::string& product, const core::EventKey& key,
                        Reply<EventView> reply) = 0;
  virtual void List(const ListEvents& query, Reply<EventPage> reply) = 0;
  virtual void GetCalendar(const std::string& product, const std::string& tag,
                           Reply<CalendarView> reply) = 0;
  virtual void List(const ListCalendars& query, Reply<CalendarPage> reply) = 0;
  virtual void GetConnection(const std::string& product, const std::string& tag,
                             Reply<ConnectionView> reply) = 0;
  virtual void List(const ListConnections& query, Reply<ConnectionPage> reply) = 0;
  // The times of calendars, as jobs see them, one for each tag; null for one that does not exist.
  // Answers at once.
  virtual std::vector<std::shared_ptr<const core::Calendar>> FindCalendars(
      const std::string& product, const std::vector<std::string>& tags) = 0;
  // The last record of a job, nothing if it has none: for Job.last_run.
  virtual void LastRun(const JobView& job, Reply<std::optional<core::Run>> reply) = 0;
  virtual void GetRun(const std::string& product, const core::RunKey& key,
                      Reply<core::Run> reply) = 0;
  virtual void List(const ListRuns& query, Reply<RunPage> reply) = 0;

  virtual ServerFacts Facts() const = 0;
  // Engine time.
  virtual Millis Now() const = 0;
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_SERVICE_H_
