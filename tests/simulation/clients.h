#ifndef TESTS_SIMULATION_CLIENTS_H_
#define TESTS_SIMULATION_CLIENTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/world.h"

namespace sim {

// Clients that ask for everything at random times, and check each answer against what is durable when
// it comes: what is acknowledged stands, what is shown is neither newer than the last commit nor older
// than the question.
class Clients {
 public:
  explicit Clients(World* world) : world_(*world) {}

  // Creates the events that jobs name, then begins.
  void Begin();
  // No more questions.
  void Stop() { stopped_ = true; }
  // So that what is due is not held up by limits. REQUIRES: the server is up.
  void LiftLimits();

  bool Resuming(const std::string& product, const std::string& tag) const {
    const auto it = resumes_.find({product, tag});
    return it != resumes_.end() && it->second.first == world_.incarnation() &&
           it->second.second > 0;
  }

 private:
  static constexpr int kCalendars = 2;  // of a product

  template <typename T>
  using Reply = engine::Reply<T>;
  using JobView = engine::JobView;

  // What was asked when.
  struct Question {
    Op op = Op::kGet;
    std::string product;
    std::string tag;
    Position asked = 0;
    std::string request_id;
  };

  void Act();
  Op Choose();
  Question Ask(Op op);
  std::string RandomCalendar() {
    return absl::StrCat("calendar", world_.random().Below(kCalendars));
  }
  std::string ProductOf(int tag) const { return tag % 3 == 2 ? "other" : "main"; }
  Millis RandomInterval();
  core::JobSpec RandomSpec(const std::string& product, const std::string& tag);
  core::Timing RandomTiming();
  void Change(core::JobSpec* spec, const core::JobSpec& other, uint64_t members);
  core::Event RandomEvent(const std::string& product, int number);

  void CreateEvents(const std::string& product);
  void CreateCalendars();
  void Create(bool again);
  void SendCreate(engine::CreateJob command, const Question& q);
  void BatchCreate();
  void Update();
  void Delete();
  void Pause();
  void Resume();
  void Skip();
  void Backfill();
  void Run();
  void Cancel();
  void Get();
  void ListJobs();
  void ListJobsPage(Question q, core::Uid after, std::vector<core::Uid> seen);
  void ListRuns();
  void ChangeEvent(Op op);
  void PutCalendar();
  void DeleteCalendar();

  // Every answer passes here: traces it, and checks errors.
  bool Answered(const Question& q, const absl::Status& status);
  void CheckView(const Question& q, const JobView& view);
  void CheckState(const Question& q, core::Uid uid, core::JobState wanted);
  void CheckRunPage(const Question& q, core::Uid uid, const std::vector<core::Run>& runs);
  const ModelJob* StandingJob(const std::string& product, const std::string& tag) const {
    return world_.model().FindTag(product, tag);
  }

  World& world_;
  bool stopped_ = false;
  uint64_t next_request_ = 0;
  std::vector<engine::CreateJob> creates_;  // with request ids, to be sent again
  // By request id: what was answered, and by which clock.
  std::map<std::string, std::pair<core::Uid, Millis>> created_;
  // Resumes without an answer, by job: of which incarnation, how many.
  std::map<std::pair<std::string, std::string>, std::pair<uint64_t, int>> resumes_;
};

}  // namespace sim

#endif  // TESTS_SIMULATION_CLIENTS_H_
