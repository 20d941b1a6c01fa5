#ifndef TESTS_CRASH_SERVER_FORWARDING_SERVICE_H_
#define TESTS_CRASH_SERVER_FORWARDING_SERVICE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/engine/service.h"

namespace tests::crash {

// A service that is another one: a fault overrides what it spoils.
class ForwardingService : public scheduler::engine::Service {
 public:
  template <typename T>
  using Reply = scheduler::engine::Reply<T>;
  using JobView = scheduler::engine::JobView;
  using EventView = scheduler::engine::EventView;
  using CalendarView = scheduler::engine::CalendarView;
  using ConnectionView = scheduler::engine::ConnectionView;
  using Done = scheduler::engine::Done;

  explicit ForwardingService(scheduler::engine::Service* service) : base_(*service) {}

  void Create(scheduler::engine::CreateJob command, Reply<JobView> reply) override {
    base_.Create(std::move(command), std::move(reply));
  }
  void CreateBatch(std::vector<scheduler::engine::CreateJob> commands,
                   Reply<std::vector<absl::StatusOr<JobView>>> reply) override {
    base_.CreateBatch(std::move(commands), std::move(reply));
  }
  void Update(scheduler::engine::UpdateJob command, Reply<JobView> reply) override {
    base_.Update(std::move(command), std::move(reply));
  }
  void Delete(scheduler::engine::DeleteJob command, Reply<Done> reply) override {
    base_.Delete(std::move(command), std::move(reply));
  }
  void Pause(scheduler::engine::PauseJob command, Reply<JobView> reply) override {
    base_.Pause(std::move(command), std::move(reply));
  }
  void Resume(scheduler::engine::ResumeJob command, Reply<JobView> reply) override {
    base_.Resume(std::move(command), std::move(reply));
  }
  void Skip(scheduler::engine::SkipOccurrence command, Reply<JobView> reply) override {
    base_.Skip(std::move(command), std::move(reply));
  }
  void Backfill(scheduler::engine::BackfillJob command, Reply<JobView> reply) override {
    base_.Backfill(std::move(command), std::move(reply));
  }
  void Run(scheduler::engine::RunJob command, Reply<scheduler::core::Run> reply) override {
    base_.Run(std::move(command), std::move(reply));
  }
  void Cancel(scheduler::engine::CancelRun command, Reply<scheduler::core::Run> reply) override {
    base_.Cancel(std::move(command), std::move(reply));
  }
  void Create(scheduler::engine::CreateEvent command, Reply<EventView> reply) override {
    base_.Create(std::move(command), std::move(reply));
  }
  void Update(scheduler::engine::UpdateEvent command, Reply<EventView> reply) override {
    base_.Update(std::move(command), std::move(reply));
  }
  void Delete(scheduler::engine::DeleteEvent command, Reply<Done> reply) override {
    base_.Delete(std::move(command), std::move(reply));
  }
  void Create(scheduler::engine::CreateCalendar command, Reply<CalendarView> reply) override {
    base_.Create(std::move(command), std::move(reply));
  }
  void Update(scheduler::engine::UpdateCalendar command, Reply<CalendarView> reply) override {
    base_.Update(std::move(command), std::move(reply));
  }
  void Delete(scheduler::engine::DeleteCalendar command, Reply<Done> reply) override {
    base_.Delete(std::move(command), std::move(reply));
  }
  void Create(scheduler::engine::CreateConnection command, Reply<ConnectionView> reply) override {
    base_.Create(std::move(command), std::move(reply));
  }
  void Update(scheduler::engine::UpdateConnection command, Reply<ConnectionView> reply) override {
    base_.Update(std::move(command), std::move(reply));
  }
  void Delete(scheduler::engine::DeleteConnection command, Reply<Done> reply) override {
    base_.Delete(std::move(command), std::move(reply));
  }
  void GetJob(const std::string& product, const std::string& tag, Reply<JobView> reply) override {
    base_.GetJob(product, tag, std::move(reply));
  }
  void List(const scheduler::engine::ListJobs& query,
            Reply<scheduler::engine::JobPage> reply) override {
    base_.List(query, std::move(reply));
  }
  void GetEvent(const std::string& product, const scheduler::core::EventKey& key,
                Reply<EventView> reply) override {
    base_.GetEvent(product, key, std::move(reply));
  }
  void List(const scheduler::engine::ListEvents& query,
            Reply<scheduler::engine::EventPage> reply) override {
    base_.List(query, std::move(reply));
  }
  void GetCalendar(const std::string& product, const std::string& tag,
                   Reply<CalendarView> reply) override {
    base_.GetCalendar(product, tag, std::move(reply));
  }
  std::vector<std::shared_ptr<const scheduler::core::Calendar>> FindCalendars(
      const std::string& product, const std::vector<std::string>& tags) override {
    return base_.FindCalendars(product, tags);
  }
  void List(const scheduler::engine::ListCalendars& query,
            Reply<scheduler::engine::CalendarPage> reply) override {
    base_.List(query, std::move(reply));
  }
  void GetConnection(const std::string& product, const std::string& tag,
                     Reply<ConnectionView> reply) override {
    base_.GetConnection(product, tag, std::move(reply));
  }
  void List(const scheduler::engine::ListConnections& query,
            Reply<scheduler::engine::ConnectionPage> reply) override {
    base_.List(query, std::move(reply));
  }
  void LastRun(const JobView& job, Reply<std::optional<scheduler::core::Run>> reply) override {
    base_.LastRun(job, std::move(reply));
  }
  void GetRun(const std::string& product, const scheduler::core::RunKey& key,
              Reply<scheduler::core::Run> reply) override {
    base_.GetRun(product, key, std::move(reply));
  }
  void List(const scheduler::engine::ListRuns& query,
            Reply<scheduler::engine::RunPage> reply) override {
    base_.List(query, std::move(reply));
  }
  scheduler::engine::ServerFacts Facts() const override { return base_.Facts(); }
  scheduler::base::Millis Now() const override { return base_.Now(); }

 protected:
  scheduler::engine::Service& base_;
};

}  // namespace tests::crash

#endif  // TESTS_CRASH_SERVER_FORWARDING_SERVICE_H_
