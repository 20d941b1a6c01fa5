// What clients check: every answer against what is durable when it comes.

#include <algorithm>
#include <set>

#include "scheduler/base/errors.h"
#include "tests/simulation/clients.h"

namespace sim {

bool Clients::Answered(const Question& q, const absl::Status& status) {
  const std::string reason = scheduler::base::errors::ReasonOf(status);
  world_.findings().Trace("answer ", static_cast<int>(q.op), " ", q.product, "/", q.tag, " ",
                          status.ok() ? "OK" : reason);
  const JournalModel& model = world_.model();
  // A create that is sent again asks for the job that it made, not for the tag.
  if (reason == "JOB_NOT_FOUND" && q.op != Op::kCreate &&
      !model.MissingSince(q.product, q.tag, q.asked)) {
    world_.findings().Violate("R6", q.tag, " stands, but was not found");
  }
  if (reason == "JOB_ALREADY_EXISTS" && !model.StoodSince(q.product, q.tag, q.asked)) {
    world_.findings().Violate("R6", q.tag, " did not stand, but is said to exist");
  }
  if (reason == "INTERNAL" || absl::IsDataLoss(status)) {
    world_.findings().Violate("errors", status.ToString());
  }
  // A world without events is a dull one.
  if (reason == "EVENT_NOT_FOUND" && !stopped_ && world_.up() && world_.random().Percent(60)) {
    world_.After(1, [this, product = q.product] {
      if (world_.up()) CreateEvents(product);
    });
  }
  return status.ok();
}

// A job that is shown: of the question's tag, not ahead of the disk, not behind the question.
void Clients::CheckView(const Question& q, const JobView& view) {
  Findings& findings = world_.findings();
  const ModelJob* job = world_.model().Find(view.job.uid);
  if (job == nullptr) {
    findings.Violate("R1 durability", q.tag, " is shown, but not durable");
    return;
  }
  if (job->spec.tag != q.tag || view.job.spec.tag != q.tag || view.status.uid != job->uid) {
    findings.Violate("R6", q.tag, " is asked for, ", view.job.spec.tag, " is shown");
  }
  if (view.job.generation > job->generation || view.status.last_number > job->last_number ||
      view.status.execution_count > job->counted) {
    findings.Violate("R1 durability", q.tag, " is shown ahead of the disk");
  }
  if (view.job.generation == job->generation && view.job.spec.executions != job->spec.executions) {
    findings.Violate("R6", q.tag, " is shown with another's definition");
  }
}

void Clients::CheckState(const Question& q, core::Uid uid, core::JobState wanted) {
  const ModelJob* job = world_.model().Find(uid);
  if (job == nullptr) {
    world_.findings().Violate("R1 durability", q.tag, " is shown, but not durable");
    return;
  }
  core::JobState before = core::JobState::kActive;
  bool held = false;
  for (const auto& [position, state] : job->states) {
    if (position <= q.asked) {
      before = state;
    } else {
      held = held || state == wanted;
    }
  }
  // A resume finds completed jobs as they are.
  const bool completed = wanted == core::JobState::kActive && before == core::JobState::kCompleted;
  if (!held && before != wanted && !completed) {
    world_.findings().Violate("R8", "the state of ", q.tag, " is acknowledged, but not durable");
  }
}

void Clients::Get() {
  const Question q = Ask(Op::kGet);
  const ModelJob* job = StandingJob(q.product, q.tag);
  const core::Uid uid = job == nullptr ? 0 : job->uid;
  const int64_t number = job == nullptr ? 0 : job->last_number;
  world_.service()->GetJob(
      q.product, q.tag, [this, q, uid, number](const absl::StatusOr<JobView>& view) {
        if (!Answered(q, view.status())) return;
        CheckView(q, *view);
        if (view->job.uid == uid && view->status.last_number < number) {
          world_.findings().Violate("R6", q.tag, " is shown as it was before the question");
        }
      });
}

// ---- listings -----------------------------------------------------------------------------------

void Clients::ListJobs() { ListJobsPage(Ask(Op::kListJobs), 0, {}); }

// Page by page; what happens between the pages is random.
void Clients::ListJobsPage(Question q, core::Uid after, std::vector<core::Uid> seen) {
  engine::ListJobs query{q.product, 3, after, true};
  world_.service()->List(query, [this, q, seen](const absl::StatusOr<engine::JobPage>& page) {
    if (!Answered(q, page.status())) return;
    std::vector<core::Uid> now_seen = seen;
    for (const JobView& view : page->jobs) {
      now_seen.push_back(view.job.uid);
      CheckView({q.op, q.product, view.job.spec.tag, q.asked, ""}, view);
    }
    if (page->next_after != 0) {
      world_.After(1 + world_.Around(20), [this, q, now_seen, next = page->next_after,
                                           incarnation = world_.incarnation()] {
        if (world_.up() && incarnation == world_.incarnation()) ListJobsPage(q, next, now_seen);
      });
      return;
    }
    const std::set<core::Uid> distinct(now_seen.begin(), now_seen.end());
    if (distinct.size() != now_seen.size()) {
      world_.findings().Violate("listing", "a job of ", q.product, " appears twice");
    }
    for (const auto& [uid, job] : world_.model().jobs()) {
      const bool throughout = job.spec.product == q.product && job.deleted_at == 0 &&
                              job.states.front().first <= q.asked;
      if (throughout && !distinct.contains(uid)) {
        world_.findings().Violate("listing", "it leaves out ", job.spec.tag);
      }
    }
  });
}

void Clients::ListRuns() {
  const Question q = Ask(Op::kListRuns);
  engine::ListRuns query;
  query.product = q.product;
  query.page_size = 50;
  core::Uid uid = 0;
  if (world_.random().Percent(70)) {
    const ModelJob* job = StandingJob(q.product, q.tag);
    if (job == nullptr) return;
    query.uid = uid = job->uid;
  }
  world_.service()->List(query, [this, q, uid](const absl::StatusOr<engine::RunPage>& page) {
    if (Answered(q, page.status())) CheckRunPage(q, uid, page->runs);
  });
}

void Clients::CheckRunPage(const Question& q, core::Uid uid, const std::vector<core::Run>& runs) {
  std::set<core::RunKey> seen;
  const core::Run* before = nullptr;
  for (const core::Run& run : runs) {
    const std::string run_id = core::FormatRunId(run.key);
    if (!seen.insert(run.key).second) world_.findings().Violate("listing", run_id, " twice");
    if (uid != 0 && before != nullptr && before->key.number <= run.key.number) {
      world_.findings().Violate("listing", run_id, " out of order");
    }
    before = &run;
    const ModelJob* job = world_.model().Find(run.key.uid);
    if (job == nullptr || run.key.number > job->last_number) {
      world_.findings().Violate("R1 durability", run_id, " is shown, but not durable");
      continue;
    }
    if (run.product != q.product || job->spec.product != q.product) {
      world_.findings().Violate("listing", run_id, " is another product's");
    }
    const ModelRecord* record = world_.model().FindRecord(run.key);
    const bool ended = core::IsTerminal(run.state) && run.end_time != 0;
    if (ended && (record == nullptr || record->state != run.state || record->end != run.end_time)) {
      world_.findings().Violate("R1 durability", "the end of ", run_id, " is not the durable one");
    }
  }
}

}  // namespace sim
