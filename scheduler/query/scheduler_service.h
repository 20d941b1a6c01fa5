#ifndef SCHEDULER_QUERY_SCHEDULER_SERVICE_H_
#define SCHEDULER_QUERY_SCHEDULER_SERVICE_H_

#include <string>
#include <vector>

#include "scheduler/engine/engine.h"
#include "scheduler/engine/service.h"
#include "scheduler/query/job_reader.h"
#include "scheduler/query/request_ids.h"
#include "scheduler/query/run_reader.h"

namespace scheduler::query {

// engine::Service over an engine: commands go to the loop that owns the job, with admission and
// request ids before and the answer after the commit; reads go to the readers once what they saw is
// durable. The engine outlives it.
class SchedulerService final : public engine::Service {
 public:
  SchedulerService(engine::Engine* engine, std::string server_id,
                   Millis history_age = base::limits::kHistoryAge);

  void Create(engine::CreateJob command, engine::Reply<engine::JobView> reply) override;
  void CreateBatch(std::vector<engine::CreateJob> commands,
                   engine::Reply<std::vector<absl::StatusOr<engine::JobView>>> reply) override;
  void Update(engine::UpdateJob command, engine::Reply<engine::JobView> reply) override;
  void Delete(engine::DeleteJob command, engine::Reply<engine::Done> reply) override;
  void Pause(engine::PauseJob command, engine::Reply<engine::JobView> reply) override;
  void Resume(engine::ResumeJob command, engine::Reply<engine::JobView> reply) override;
  void Skip(engine::SkipOccurrence command, engine::Reply<engine::JobView> reply) override;
  void Backfill(engine::BackfillJob command, engine::Reply<engine::JobView> reply) override;
  void Run(engine::RunJob command, engine::Reply<core::Run> reply) override;
  void Cancel(engine::CancelRun command, engine::Reply<core::Run> reply) override;
  void Create(engine::CreateEvent command, engine::Reply<engine::EventView> reply) override;
  void Update(engine::UpdateEvent command, engine::Reply<engine::EventView> reply) override;
  void Delete(engine::DeleteEvent command, engine::Reply<engine::Done> reply) override;

  void Create(engine::CreateCalendar command, engine::Reply<engine::CalendarView> reply) override;
  void Update(engine::UpdateCalendar command, engine::Reply<engine::CalendarView> reply) override;
  void Delete(engine::DeleteCalendar command, engine::Reply<engine::Done> reply) override;

  void Create(engine::CreateConnection command,
              engine::Reply<engine::ConnectionView> reply) override;
  void Update(engine::UpdateConnection command,
              engine::Reply<engine::ConnectionView> reply) override;
  void Delete(engine::DeleteConnection command, engine::Reply<engine::Done> reply) override;

  void GetJob(const std::string& product, const std::string& tag,
              engine::Reply<engine::JobView> reply) override;
  void List(const engine::ListJobs& query, engine::Reply<engine::JobPage> reply) override;
  void GetEvent(const std::string& product, const core::EventKey& key,
                engine::Reply<engine::EventView> reply) override;
  void List(const engine::ListEvents& query, engine::Reply<engine::EventPage> reply) override;
  void GetCalendar(const std::string& product, const std::string& tag,
                   engine::Reply<engine::CalendarView> reply) override;
  void List(const engine::ListCalendars& query, engine::Reply<engine::CalendarPage> reply) override;
  void GetConnection(const std::string& product, const std::string& tag,
                     engine::Reply<engine::ConnectionView> reply) override;
  void List(const engine::ListConnections& query,
            engine::Reply<engine::ConnectionPage> reply) override;
  std::vector<std::shared_ptr<const core::Calendar>> FindCalendars(
      const std::string& product, const std::vector<std::string>& tags) override;
  void LastRun(const engine::JobView& job, engine::Reply<std::optional<core::Run>> reply) override;
  void GetRun(const std::string& product, const core::RunKey& key,
              engine::Reply<core::Run> reply) override;
  void List(const engine::ListRuns& query, engine::Reply<engine::RunPage> reply) override;

  engine::ServerFacts Facts() const override;
  Millis Now() const override { return engine_.Now(); }

 private:
  // An update between two looks makes them disagree; this many in a row do not happen.
  static constexpr int kReadTries = 100;

  // Makes what a command needs of a cron pattern or rule, and gives a rule its start_time; null for others.
  absl::StatusOr<std::shared_ptr<const engine::PreparedTiming>> Prepare(core::JobSpec* spec);

  // Carries `work` out on `loop` unless admission or the request id says otherwise. `replay` answers
  // a request that was carried out before.
  template <typename T, typename Work, typename Replay>
  void Mutate(const std::string& product, const engine::RequestId& request, int loop,
              engine::Reply<T> reply, Work work, Replay replay,
              engine::Engine::Mutation kind = engine::Engine::Mutation::kAddsWork);

  // Answers with the job as `sight` has it when that is durable; looks again where an update comes in
  // between. With `only`, another job that stands under the tag by then is not taken for it.
  void ReadJob(const std::string& product, const std::string& tag, JobSight sight,
               engine::Reply<engine::JobView> reply, core::Uid only = 0, int tries = kReadTries);
  void SubmitUpdate(std::shared_ptr<engine::UpdateJob> command,
                    engine::Reply<engine::JobView> reply, int tries);
  void CreateMissing(std::shared_ptr<engine::UpdateJob> command,
                     engine::Reply<engine::JobView> reply, int tries);
  void ApplyUpdate(std::shared_ptr<engine::UpdateJob> command, engine::JobView view,
                   engine::Reply<engine::JobView> reply, int tries);
  // `reply`, but for a conflict with another change of the job: then `again`, which is not the caller's
  // concern, for `tries` times.
  static engine::Reply<engine::JobView> UnlessConflict(
      engine::Reply<engine::JobView> reply, int tries,
      absl::AnyInvocable<void(engine::Reply<engine::JobView>)> again);
  // Answers with the job as it is now; by uid, so that a re-created tag is not taken for it.
  void ReplayJob(const std::string& product, core::Uid uid, engine::Reply<engine::JobView> reply);
  // Changes that leave the definition alone, as pauses. It is read before, so that the answer shows the
  // job at the change's own commit and not after a later update.
  template <typename Command>
  using Change = absl::StatusOr<core::JobStatus> (*)(engine::Loop&, const Command&,
                                                     const engine::JobCommands::Seen&);
  template <typename Command>
  void ChangeState(std::shared_ptr<Command> command, Change<Command> change,
                   engine::Engine::Mutation kind, engine::Reply<engine::JobView> reply, int tries);
  // Answers with a page when what it shows is durable; reads again what is torn.
  void FinishListing(const engine::ListJobs& query, JobListing listing,
                     engine::Reply<engine::JobPage> reply, int tries);
  void PutCalendar(engine::CalendarCommands::Prepared prepared,
                   engine::Reply<engine::CalendarView> reply);
  void UpdateCalendar(std::shared_ptr<engine::UpdateCalendar> command,
                      engine::Reply<engine::CalendarView> reply, int tries);
  // Answers a repeated call with the connection that was made or changed then, not another one of the tag.
  void ReplayConnection(const std::string& product, const std::string& tag, core::Uid uid,
                        engine::Reply<engine::ConnectionView> reply);
  // Calls `then` when everything that was decided up to now is durable, or cannot be at present.
  void WhenAllDurable(engine::DurableGate::Then then);
  // Answers with a result that was read, once what it rests on is durable.
  template <typename T>
  static engine::DurableGate::Then WhenDurable(engine::Reply<T> reply, absl::StatusOr<T> result) {
    return [reply = std::move(reply), result = std::move(result)](absl::Status durable) mutable {
      if (durable.ok()) {
        reply(std::move(result));
      } else {
        reply(std::move(durable));
      }
    };
  }
  int LoopOfTag(const std::string& product, const std::string& tag) const;

  engine::Engine& engine_;
  const std::string server_id_;
  JobReader jobs_;
  RunReader runs_;
  RequestIds requests_;
};

}  // namespace scheduler::query

#endif  // SCHEDULER_QUERY_SCHEDULER_SERVICE_H_
