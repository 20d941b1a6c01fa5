#include "tests/simulation/final_checks.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sim {

using core::JobState;
using core::RunState;
using engine::JobView;

namespace {

class AtRest {
 public:
  explicit AtRest(World* world) : world_(*world), time_(world->engine()->Now()) {}

  void CheckAllProgress(Millis healed_for) {
    for (const auto& [uid, job] : world_.model().jobs()) {
      if (job.deleted_at == 0) CheckProgress(job, healed_for);
    }
  }

  // Until nothing is committed any more.
  void ComeToRest() {
    for (const auto& [uid, job] : world_.model().jobs()) {
      if (job.deleted_at == 0 && job.backfill.has_value()) CancelBackfill(job);
      if (job.deleted_at != 0 || job.state != JobState::kActive) continue;
      CheckView(job);
      if (job.deleted_at != 0 || job.state != JobState::kActive) continue;
      const auto paused = Await<JobView>([&, &spec = job.spec](engine::Reply<JobView> reply) {
        world_.service()->Pause({spec.product, spec.tag, "", false, "", {}}, std::move(reply));
      });
      const bool completed = paused.status().code() == absl::StatusCode::kFailedPrecondition;
      if (!paused.ok() && !completed) Broken(job, "R9", paused.status().ToString());
    }
    world_.RunUntil(world_.now() + 10'000 + world_.config().max_interval);
  }

  void CheckAll() {
    std::map<std::pair<std::string, std::string>, int64_t> uses;
    int64_t open = 0;
    for (const auto& [uid, job] : world_.model().jobs()) {
      if (job.deleted_at == 0) {
        CheckView(job);
        open += static_cast<int64_t>(job.open.size());
        ++uses[{job.spec.product, job.spec.event.tag}];
      }
      CheckHistory(job);
    }
    CheckListing("main");
    CheckListing("other");
    for (const auto& [event, count] : uses) CheckUse(event.first, event.second, count);
    for (const char* product : {"main", "other"}) {
      for (const char* tag : {"calendar0", "calendar1"}) CheckCalendar(product, tag);
    }
    Expect("open runs", world_.engine()->registry().open_runs.load(), open);
    Expect("jobs", world_.engine()->registry().jobs.load(), world_.model().alive());
  }

 private:
  void CancelBackfill(const ModelJob& job) {
    const auto cancelled = Await<JobView>([&, &spec = job.spec](engine::Reply<JobView> reply) {
      engine::BackfillJob command;
      command.product = spec.product;
      command.tag = spec.tag;
      command.cancel = true;
      world_.service()->Backfill(std::move(command), std::move(reply));
    });
    if (!cancelled.ok()) Broken(job, "R9", cancelled.status().ToString());
  }
  template <typename... Parts>
  void Broken(const ModelJob& job, std::string_view rule, const Parts&... parts) {
    world_.findings().Violate(rule, "at rest: job ", job.spec.tag, ": ", parts...);
  }
  void Expect(std::string_view what, int64_t actual, int64_t expected) {
    if (actual == expected) return;
    world_.findings().Violate("R10", "at rest: ", std::string(what), " ", actual, ", durable are ",
                              expected);
  }

  // The answer of a call, carried out while time stands still but for what the call needs.
  template <typename T, typename Call>
  absl::StatusOr<T> Await(Call call) {
    std::optional<absl::StatusOr<T>> answer;
    call([&answer](absl::StatusOr<T> result) { answer = std::move(result); });
    for (int i = 0; i < 100'000 && !answer.has_value() && world_.Next(); ++i) {
    }
    if (!answer.has_value()) {
      world_.findings().Violate("R9", "at rest: a call is not answered");
      return absl::UnknownError("no answer");
    }
    return *std::move(answer);
  }

  // Everything due is decided, everything decided has been sent, and has ended.
  void CheckProgress(const ModelJob& job, Millis healed_for) {
    const bool paused = job.state == JobState::kPaused;
    for (const auto& [number, run] : job.open) {
      // One in the buffer may wait for one that is held.
      const bool held = paused && (core::Counts(run.trigger) || run.state == RunState::kScheduled);
      const bool waits = run.state == RunState::kRetryScheduled && run.next_attempt > time_ - 5000;
      const bool young = run.created > time_ - healed_for / 2;
      if (!held && !waits && !young) {
        Broken(job, "R9", "run ", number, " is stuck in ", core::RunStateName(run.state));
      }
    }
    const bool completed = job.state == JobState::kCompleted && !job.times.fixed_delay;
    if (completed && job.remaining() > 0 && job.times.Next(job.covered).has_value()) {
      Broken(job, "R9", "it is completed before its next occurrence");
    }
    if (job.state != JobState::kActive || !job.open.empty()) return;
    if (job.stretch.has_value()) Broken(job, "R9", "a stretch is open, but nothing is active");
    const std::optional<Millis> next = job.times.Next(job.covered);
    if (job.remaining() <= 0) {
      Broken(job, "R9", "nothing is to come, but it is not completed");
    } else if (!next.has_value()) {
      Broken(job, "R9", "its schedule is over, but it is not completed");
    } else if (job.times.Due(*next) <= time_ - 2000) {
      Broken(job, "R9", "due since ", time_ - job.times.Due(*next), " ms");
    }
  }

  void CheckView(const ModelJob& job) {
    const Position before = world_.model().position();
    const auto view = Await<JobView>([&](engine::Reply<JobView> reply) {
      world_.service()->GetJob(job.spec.product, job.spec.tag, std::move(reply));
    });
    if (!view.ok()) {
      Broken(job, "R1 durability", view.status().ToString());
    } else if (before == world_.model().position()) {
      CompareView(job, view->status);
    }
  }

  void CompareView(const ModelJob& job, const core::JobStatus& s) {
    Expect("uid of " + job.spec.tag, static_cast<int64_t>(s.uid), static_cast<int64_t>(job.uid));
    Expect("generation of " + job.spec.tag, s.generation, job.generation);
    Expect("state of " + job.spec.tag, static_cast<int>(s.state), static_cast<int>(job.state));
    Expect("count of " + job.spec.tag, s.execution_count, job.counted);
    Expect("last number of " + job.spec.tag, s.last_number, job.last_number);
    Expect("completed of " + job.spec.tag, s.stats.completed, job.stats.completed);
    Expect("failed of " + job.spec.tag, s.stats.failed, job.stats.failed);
    Expect("cancelled of " + job.spec.tag, s.stats.cancelled, job.stats.cancelled);
    Expect("skipped of " + job.spec.tag, s.stats.skipped, job.stats.skipped);
    Expect("missed of " + job.spec.tag, s.stats.missed, job.stats.missed);
    Expect("retried of " + job.spec.tag, s.stats.retried, job.stats.retried);
    Expect("skipped times of " + job.spec.tag, static_cast<int64_t>(s.skipped_times.size()),
           static_cast<int64_t>(job.skipped.size()));
    if (s.backfill != job.backfill) Broken(job, "R10", "its backfill is shown as another");
    if (s.overdue_since != 0) Broken(job, "R9", "it is overdue");
    const bool plain = job.state == JobState::kActive && !job.stretch.has_value();
    const std::optional<Millis> next = job.NextRun(job.covered);
    const Millis due = next.has_value() ? job.times.Due(*next) : 0;
    if (plain && job.remaining() > 0 && s.next_run_time.value_or(0) != due) {
      Broken(job, "R10", "its next run is shown for ", s.next_run_time.value_or(0), ", it is ",
             due);
    }
    const bool counted = job.state == JobState::kCompleted && s.state_reason == "EXECUTIONS";
    if (counted && !job.executions_changed && job.counted != job.spec.executions) {
      Broken(job, "R4 counting", job.counted, " of ", job.spec.executions, " runs");
    }
  }

  std::map<int64_t, core::Run> ReadRuns(const ModelJob& job) {
    std::map<int64_t, core::Run> runs;
    engine::ListRuns query;
    query.product = job.spec.product;
    query.uid = job.uid;
    query.page_size = 7;
    do {
      const auto page = Await<engine::RunPage>([&](engine::Reply<engine::RunPage> reply) {
        world_.service()->List(query, std::move(reply));
      });
      if (!page.ok()) {
        Broken(job, "R1 durability", "its runs: ", page.status().ToString());
        return runs;
      }
      for (const core::Run& run : page->runs) {
        const int64_t lowest = runs.empty() ? INT64_MAX : runs.begin()->first;
        if (run.key.number >= lowest) Broken(job, "listing", "run ", run.key.number, " twice");
        runs[run.key.number] = run;
      }
      query.after = page->next;
    } while (query.after.has_value());
    return runs;
  }

  // Every record that retention keeps can be read, and says what the journal said.
  void CheckHistory(const ModelJob& job) {
    const std::map<int64_t, core::Run> runs = ReadRuns(job);
    const int64_t kept_from = job.last_number - job.spec.history_limit + 1;
    for (const auto& [number, record] : job.records) {
      const auto it = runs.find(number);
      if (it == runs.end()) {
        if (number >= kept_from && !job.limit_changed) {
          Broken(job, "R3 history", "record ", number, " is lost");
        }
        continue;
      }
      const core::Run& run = it->second;
      if (job.deleted_at == 0 && number < kept_from) {
        Broken(job, "retention", "record ", number, " is still shown");
      }
      if (run.state != record.state || run.scheduled_time != record.first ||
          run.last_scheduled_time != record.last || run.count != record.count ||
          run.end_time != record.end || run.reason != record.reason ||
          run.trigger != record.trigger || run.attempt_count != record.attempts) {
        Broken(job, "R3 history", "record ", number,
               " says something else: ", core::RunStateName(run.state), " ", run.scheduled_time,
               "..", run.last_scheduled_time, " x", run.count, " ", run.reason);
      }
    }
    for (const auto& [number, run] : runs) {
      const bool stretch = job.stretch.has_value() && job.stretch->number == number;
      if (!job.records.contains(number) && !job.open.contains(number) && !stretch) {
        Broken(job, "R3 history", "record ", number, " never was");
      }
    }
    for (const auto& [number, run] : job.open) {
      if (!runs.contains(number)) Broken(job, "R3 history", "open run ", number, " is not shown");
    }
  }

  void CheckListing(const std::string& product) {
    std::set<core::Uid> listed;
    engine::ListJobs query{product, 4, 0, true};
    do {
      const auto page = Await<engine::JobPage>([&](engine::Reply<engine::JobPage> reply) {
        world_.service()->List(query, std::move(reply));
      });
      if (!page.ok()) return;
      for (const JobView& view : page->jobs) listed.insert(view.job.uid);
      query.after = page->next_after;
    } while (query.after != 0);
    std::set<core::Uid> standing;
    for (const auto& [uid, job] : world_.model().jobs()) {
      if (job.deleted_at == 0 && job.spec.product == product) standing.insert(uid);
    }
    if (listed != standing) world_.findings().Violate("listing", "at rest: jobs of ", product);
  }

  void CheckUse(const std::string& product, const std::string& tag, int64_t count) {
    const auto event = Await<engine::EventView>([&](engine::Reply<engine::EventView> reply) {
      world_.service()->GetEvent(product, {core::EventType::kAction, tag}, std::move(reply));
    });
    if (event.ok()) Expect("jobs that use " + tag, event->job_count, count);
  }

  // It covers what was committed last, and knows the jobs that exclude it.
  void CheckCalendar(const std::string& product, const std::string& tag) {
    const CalendarHistory* history = world_.model().FindCalendar(product, tag);
    if (history == nullptr) return;
    const auto found = Await<engine::CalendarView>([&](engine::Reply<engine::CalendarView> reply) {
      world_.service()->GetCalendar(product, tag, std::move(reply));
    });
    if (!found.ok()) {  // deleted
      if (!history->latest().empty()) {
        world_.findings().Violate("R1 durability", "at rest: ", tag, " of ", product, " is lost");
      }
      return;
    }
    if (WindowsOf(found->calendar.spec) != history->latest()) {
      world_.findings().Violate("R1 durability", "at rest: ", tag, " covers something else");
    }
    int64_t count = 0;
    for (const auto& [uid, job] : world_.model().jobs()) {
      const auto& tags = job.spec.exclude_calendars;
      const bool names_it = std::find(tags.begin(), tags.end(), tag) != tags.end();
      if (job.deleted_at == 0 && job.spec.product == product && names_it) ++count;
    }
    Expect("jobs that exclude " + tag, found->job_count, count);
  }

  World& world_;
  const Millis time_;
};

}  // namespace

void CheckProgress(World* world, Millis healed_for) { AtRest(world).CheckAllProgress(healed_for); }

void CheckAtRest(World* world) {
  AtRest(world).ComeToRest();
  if (world->findings().ok()) AtRest(world).CheckAll();
}

}  // namespace sim
