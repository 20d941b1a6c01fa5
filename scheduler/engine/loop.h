#ifndef SCHEDULER_ENGINE_LOOP_H_
#define SCHEDULER_ENGINE_LOOP_H_

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "scheduler/base/mutex.h"
#include "scheduler/engine/amendment_commands.h"
#include "scheduler/engine/calendar_commands.h"
#include "scheduler/engine/connection_commands.h"
#include "scheduler/engine/event_commands.h"
#include "scheduler/engine/job_commands.h"
#include "scheduler/engine/loop_core.h"
#include "scheduler/engine/run_commands.h"

namespace scheduler::engine {

// One owner of many shards: a mailbox of commands and outcomes, a timing wheel, and the decisions
// that follow from both. A stepped object: threads are attached to it in server/, simulations step it
// themselves.
//
// Step is called by one thread; Post and the counters may be used from any.
class Loop {
 public:
  // Runs on the loop with all its shards' state at hand.
  using Command = absl::AnyInvocable<void(Loop&)>;

  struct Hooks {
    std::function<void()> on_post;    // wakes the thread that steps
    std::function<bool()> must_rest;  // nothing is planned while it says so
  };

  Loop(int index, JobRegistry* registry, Committer* committer, int64_t epoch, Millis now,
       Hooks hooks);

  void Post(Command command);
  // Commands that were posted and not carried out.
  int64_t mailbox_size() const { return mailbox_size_.load(std::memory_order_relaxed); }

  // Carries out what is due at engine time `now` and hands it to the committer. Returns the engine
  // time at which to step again if nothing is posted before.
  Millis Step(Millis now);

  // Arms the timers of all jobs and hands open runs to dispatch: once, after recovery. `stepped_from`:
  // the engine time that was committed, where the wall clock is behind it by more than is slewed; else 0.
  void StartAll(Millis stepped_from);

  // Hands the runs of an event that wait for dispatch over again: it was deleted or goes elsewhere.
  void RequeueWaiting(const std::string& product, const core::EventKey& key);
  // Plans the jobs of a shard anew that exclude a calendar, which has changed.
  void ReplanExcluding(core::ShardId shard, const std::string& product,
                       const std::string& calendar);

  // Looks at slots, in turn, for jobs that are due and have no timer, and repairs them. An interval job is
  // worth 1 of the `effort`, others more. Returns how many it repaired.
  int Audit(int effort);

  int index() const { return index_; }
  LoopCore& core() { return core_; }
  JobCommands& jobs() { return jobs_; }
  AmendmentCommands& amendments() { return amendments_; }
  CalendarCommands& calendars() { return calendars_; }
  RunCommands& runs() { return runs_; }
  EventCommands& events() { return events_; }
  ConnectionCommands& connections() { return connections_; }

  // While the engine rests it looks again this often.
  static constexpr Millis kRestMillis = 50;

 private:
  // A hand-over at least this often while much is due, so that the first runs are not held up by the
  // last.
  static constexpr size_t kMaxBatchRows = 2048;

  // The wall clock went back from `from` by more than is slewed: what was decided for times that come
  // again is decided anew, so that nothing is silent until then.
  void PullBack(Millis from);
  void PullJobBack(Shard& s, Slot slot, Millis from) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  // The phase of a job whose cursor is pulled back to now.
  Millis PulledPhase(Shard& s, Slot slot, Millis from) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  // Arms the timer for what comes next. Decides nothing: that is for the steps, in order of time.
  void ArmTimer(Shard& s, Slot slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(s.mu);
  void RunMailbox();
  // Returns false if the engine must rest.
  bool FireTimers();

  const int index_;
  const Hooks hooks_;
  LoopCore core_;
  JobCommands jobs_{&core_};
  AmendmentCommands amendments_{&core_};
  CalendarCommands calendars_{&core_};
  RunCommands runs_{&core_};
  EventCommands events_{&core_};
  ConnectionCommands connections_{&core_};
  Slot audit_next_ = 0;
  std::vector<core::TimingWheel::Slot> due_;

  std::atomic<int64_t> mailbox_size_{0};
  base::Mutex mu_;
  std::vector<Command> mailbox_ ABSL_GUARDED_BY(mu_);
  std::vector<Command> running_;  // of the stepping thread
};

}  // namespace scheduler::engine

#endif  // SCHEDULER_ENGINE_LOOP_H_
