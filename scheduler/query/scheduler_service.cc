#include "scheduler/query/scheduler_service.h"

#include <atomic>
#include <memory>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/engine/shared_schedule.h"
#include "scheduler/query/mutate.h"

namespace scheduler::query {

namespace errors = base::errors;
using engine::JobView;
using engine::Reply;
using Mutation = engine::Engine::Mutation;

SchedulerService::SchedulerService(engine::Engine* engine, std::string server_id,
                                   Millis history_age)
    : engine_(*engine),
      server_id_(std::move(server_id)),
      jobs_(engine),
      runs_(engine, &jobs_, history_age),
      requests_(&engine->store()) {}

int SchedulerService::LoopOfTag(const std::string& product, const std::string& tag) const {
  return engine_.registry().LoopOf(core::ShardForTag(product, tag));
}

void SchedulerService::WhenAllDurable(engine::DurableGate::Then then) {
  engine::JobRegistry& registry = engine_.registry();
  std::vector<engine::Ticket> tickets(registry.loops(), 0);
  for (int i = 0; i < base::limits::kShards; ++i) {
    const auto id = static_cast<core::ShardId>(i);
    engine::Shard& s = registry.shard(id);
    base::MutexLock lock(&s.mu);
    engine::Ticket& ticket = tickets[registry.LoopOf(id)];
    ticket = std::max(ticket, s.last_ticket);
  }
  // From gate to gate: the last one calls.
  for (int loop = 0; loop < registry.loops(); ++loop) {
    then = [&gate = registry.gate(loop), ticket = tickets[loop],
            then = std::move(then)](absl::Status status) mutable {
      if (status.ok()) {
        gate.When(ticket, std::move(then));
      } else {
        then(std::move(status));
      }
    };
  }
  then(absl::OkStatus());
}

void SchedulerService::ReplayJob(const std::string& product, core::Uid uid, Reply<JobView> reply) {
  const absl::StatusOr<core::Job> row = jobs_.ReadRow(product, uid);
  if (!row.ok()) {
    reply(row.status());
    return;
  }
  JobSight sight = jobs_.Look(product, row->spec.tag);
  if (sight.status.uid != uid) sight.status = core::JobStatus();  // deleted since
  ReadJob(product, row->spec.tag, std::move(sight), std::move(reply), uid);
}

// ---- commands -----------------------------------------------------------------------------------

// Reads a pattern or rule here and not on the loop. A rule counts from its start, so it needs one now; for
// other timings the loop takes the time of the commit.
absl::StatusOr<std::shared_ptr<const engine::PreparedTiming>> SchedulerService::Prepare(
    core::JobSpec* spec) {
  if (!spec->timing.IsPattern()) return nullptr;
  if (!spec->timing.rule.empty() && !spec->start_time.has_value()) spec->start_time = engine_.Now();
  return engine::PreparedTiming::Make(*spec, &engine_.registry().tables().patterns);
}

void SchedulerService::Create(engine::CreateJob command, Reply<JobView> reply) {
  auto timing = Prepare(&command.spec);
  if (!timing.ok()) return reply(timing.status());
  command.timing = *std::move(timing);
  const std::string product = command.spec.product;
  const engine::RequestId request = command.request;
  const int loop = LoopOfTag(product, command.spec.tag);
  Mutate<JobView>(
      product, request, loop, std::move(reply),
      [command = std::move(command)](engine::Loop& l) mutable {
        return l.jobs().Create(std::move(command));
      },
      [this, product](const store::RequestRecord& r, Reply<JobView> again) {
        ReplayJob(product, r.uid, std::move(again));
      });
}

void SchedulerService::Update(engine::UpdateJob command, Reply<JobView> reply) {
  SubmitUpdate(std::make_shared<engine::UpdateJob>(std::move(command)), std::move(reply),
               kReadTries);
}

void SchedulerService::SubmitUpdate(std::shared_ptr<engine::UpdateJob> command,
                                    Reply<JobView> reply, int tries) {
  const std::string product = command->product;
  const std::string tag = command->tag;
  // Before the reading, which waits for commits.
  absl::Status admitted = engine_.AdmitMutation(LoopOfTag(product, tag), Mutation::kAddsWork);
  if (!admitted.ok()) {
    reply(std::move(admitted));
    return;
  }
  ReadJob(product, tag, jobs_.Look(product, tag),
          [this, command = std::move(command), tries,
           reply = std::move(reply)](absl::StatusOr<JobView> view) mutable {
            if (absl::IsNotFound(view.status()) && command->if_missing.has_value()) {
              CreateMissing(std::move(command), std::move(reply), tries);
            } else if (!view.ok()) {
              reply(view.status());
            } else {
              ApplyUpdate(std::move(command), *std::move(view), std::move(reply), tries);
            }
          });
}

void SchedulerService::CreateMissing(std::shared_ptr<engine::UpdateJob> command,
                                     Reply<JobView> reply, int tries) {
  // Another call may create the job just before: then this one updates it.
  auto unless_there = [this, command, tries,
                       reply = std::move(reply)](absl::StatusOr<JobView> result) mutable {
    if (absl::IsAlreadyExists(result.status()) && tries > 0) {
      SubmitUpdate(std::move(command), std::move(reply), tries - 1);
    } else {
      reply(std::move(result));
    }
  };
  Create({*command->if_missing, nullptr, command->request, command->validate_only},
         std::move(unless_there));
}

Reply<JobView> SchedulerService::UnlessConflict(Reply<JobView> reply, int tries,
                                                absl::AnyInvocable<void(Reply<JobView>)> again) {
  return [tries, reply = std::move(reply),
          again = std::move(again)](absl::StatusOr<JobView> result) mutable {
    if (!engine::IsChangedMeanwhile(result.status())) {
      reply(std::move(result));
    } else if (tries > 0) {
      again(std::move(reply));
    } else {
      reply(errors::Overloaded("updates of the job", 100));
    }
  };
}

void SchedulerService::ApplyUpdate(std::shared_ptr<engine::UpdateJob> command, JobView view,
                                   Reply<JobView> reply, int tries) {
  engine::JobCommands::Patched patched;
  patched.job = std::move(view.job);
  patched.before = patched.job.spec;
  patched.expected_generation = patched.job.generation;
  patched.etag = command->etag;
  patched.request = command->request;
  patched.validate_only = command->validate_only;
  if (absl::Status s = command->patch(&patched.job.spec); !s.ok()) return reply(std::move(s));
  auto timing = Prepare(&patched.job.spec);
  if (!timing.ok()) return reply(timing.status());
  patched.timing = *std::move(timing);
  auto retry =
      UnlessConflict(std::move(reply), tries, [this, command, tries](Reply<JobView> reply) mutable {
        SubmitUpdate(std::move(command), std::move(reply), tries - 1);
      });
  Mutate<JobView>(
      command->product, command->request, LoopOfTag(command->product, command->tag),
      std::move(retry),
      [patched = std::move(patched)](engine::Loop& l) { return l.jobs().Update(patched); },
      [this, product = command->product](const store::RequestRecord& r, Reply<JobView> again) {
        ReplayJob(product, r.uid, std::move(again));
      });
}

void SchedulerService::Delete(engine::DeleteJob command, Reply<engine::Done> reply) {
  const std::string product = command.product;
  const engine::RequestId request = command.request;
  const int loop = LoopOfTag(product, command.tag);
  Mutate<engine::Done>(
      product, request, loop, std::move(reply),
      [command = std::move(command)](engine::Loop& l) { return l.jobs().Delete(command); },
      [](const store::RequestRecord&, Reply<engine::Done> again) { again(engine::Done()); },
      Mutation::kEndsWork);
}

void SchedulerService::Run(engine::RunJob command, Reply<core::Run> reply) {
  const std::string product = command.product;
  const engine::RequestId request = command.request;
  const int loop = LoopOfTag(product, command.tag);
  Mutate<core::Run>(
      product, request, loop, std::move(reply),
      [command = std::move(command)](engine::Loop& l) { return l.jobs().Run(command); },
      [this, product](const store::RequestRecord& r, Reply<core::Run> again) {
        GetRun(product, {r.uid, r.number}, std::move(again));
      });
}

void SchedulerService::Pause(engine::PauseJob command, Reply<JobView> reply) {
  const Change<engine::PauseJob> change = [](engine::Loop& l, const auto& pause, const auto& seen) {
    return l.jobs().Pause(pause, seen);
  };
  ChangeState(std::make_shared<engine::PauseJob>(std::move(command)), change, Mutation::kEndsWork,
              std::move(reply), kReadTries);
}

void SchedulerService::Resume(engine::ResumeJob command, Reply<JobView> reply) {
  const Change<engine::ResumeJob> change = [](engine::Loop& l, const auto& resume,
                                              const auto& seen) {
    return l.jobs().Resume(resume, seen);
  };
  ChangeState(std::make_shared<engine::ResumeJob>(std::move(command)), change, Mutation::kAddsWork,
              std::move(reply), kReadTries);
}

void SchedulerService::Skip(engine::SkipOccurrence command, Reply<JobView> reply) {
  const Change<engine::SkipOccurrence> change = [](engine::Loop& l, const auto& skip,
                                                   const auto& seen) {
    return l.amendments().Skip(skip, seen);
  };
  const Mutation kind = command.undo ? Mutation::kAddsWork : Mutation::kEndsWork;
  ChangeState(std::make_shared<engine::SkipOccurrence>(std::move(command)), change, kind,
              std::move(reply), kReadTries);
}

void SchedulerService::Backfill(engine::BackfillJob command, Reply<JobView> reply) {
  const Change<engine::BackfillJob> change = [](engine::Loop& l, const auto& backfill,
                                                const auto& seen) {
    return l.amendments().Backfill(backfill, seen);
  };
  const Mutation kind = command.cancel ? Mutation::kEndsWork : Mutation::kAddsWork;
  ChangeState(std::make_shared<engine::BackfillJob>(std::move(command)), change, kind,
              std::move(reply), kReadTries);
}

template <typename Command>
void SchedulerService::ChangeState(std::shared_ptr<Command> command, Change<Command> change,
                                   Mutation kind, Reply<JobView> reply, int tries) {
  const std::string product = command->product;
  const std::string tag = command->tag;
  absl::Status admitted = engine_.AdmitMutation(LoopOfTag(product, tag), kind);
  if (!admitted.ok()) {
    reply(std::move(admitted));
    return;
  }
  auto carry_out = [this, command, change, kind, tries,
                    reply = std::move(reply)](absl::StatusOr<JobView> read) mutable {
    if (!read.ok()) {
      reply(read.status());
      return;
    }
    auto again = [this, command, change, kind, tries](Reply<JobView> reply) mutable {
      ChangeState(std::move(command), change, kind, std::move(reply), tries - 1);
    };
    auto work = [command, change, view = *std::move(read)](engine::Loop& l) mutable {
      const engine::JobCommands::Seen seen{view.job.uid, view.job.generation};
      absl::StatusOr<core::JobStatus> status = change(l, *command, seen);
      if (!status.ok()) return absl::StatusOr<JobView>(status.status());
      status->conditions = std::move(view.status.conditions);
      view.status = *std::move(status);
      return absl::StatusOr<JobView>(std::move(view));
    };
    Mutate<JobView>(
        command->product, command->request, LoopOfTag(command->product, command->tag),
        UnlessConflict(std::move(reply), tries, std::move(again)), std::move(work),
        [this, product = command->product](const store::RequestRecord& r, Reply<JobView> replayed) {
          ReplayJob(product, r.uid, std::move(replayed));
        },
        kind);
  };
  ReadJob(product, tag, jobs_.Look(product, tag), std::move(carry_out));
}

void SchedulerService::Cancel(engine::CancelRun command, Reply<core::Run> reply) {
  const std::string product = command.product;
  const core::RunKey key = command.key;
  const engine::RequestId request = command.request;
  const int loop = engine_.registry().LoopOf(core::ShardOf(key.uid));
  // A run that is not open may have ended: then it is said how.
  auto then = [this, product, key,
               reply = std::move(reply)](absl::StatusOr<core::Run> result) mutable {
    if (!absl::IsNotFound(result.status())) {
      reply(std::move(result));
      return;
    }
    absl::StatusOr<core::Run> ended = runs_.Get(product, key);
    if (!ended.ok() || ended->state == core::RunState::kCancelled) {
      reply(std::move(ended));
      return;
    }
    reply(errors::RunEnded(core::FormatRunId(key), core::RunStateName(ended->state)));
  };
  Mutate<core::Run>(
      product, request, loop, std::move(then),
      [command = std::move(command)](engine::Loop& l) { return l.runs().Cancel(command); },
      [this, product, key](const store::RequestRecord&, Reply<core::Run> again) {
        GetRun(product, key, std::move(again));
      },
      Mutation::kEndsWork);
}

// ---- reads --------------------------------------------------------------------------------------

void SchedulerService::ReadJob(const std::string& product, const std::string& tag, JobSight sight,
                               Reply<JobView> reply, core::Uid only, int tries) {
  const engine::Ticket ticket = sight.ticket;
  const int loop = sight.loop;
  auto read = [this, product, tag, only, tries, sight = std::move(sight),
               reply = std::move(reply)](const absl::Status& durable) mutable {
    if (!durable.ok()) {
      reply(durable);
      return;
    }
    absl::StatusOr<std::optional<JobView>> view = jobs_.Read(product, tag, std::move(sight));
    if (!view.ok()) {
      reply(view.status());
    } else if (view->has_value()) {
      reply(**std::move(view));
    } else if (tries == 0) {
      reply(errors::Overloaded("updates of the job", 100));
    } else {
      JobSight again = jobs_.Look(product, tag);
      if (only != 0 && again.status.uid != only) again.status = core::JobStatus();
      ReadJob(product, tag, std::move(again), std::move(reply), only, tries - 1);
    }
  };
  engine_.registry().gate(loop).When(ticket, std::move(read));
}

void SchedulerService::GetJob(const std::string& product, const std::string& tag,
                              Reply<JobView> reply) {
  ReadJob(product, tag, jobs_.Look(product, tag), std::move(reply));
}

void SchedulerService::List(const engine::ListJobs& query, Reply<engine::JobPage> reply) {
  WhenAllDurable([this, query, reply = std::move(reply)](const absl::Status& durable) mutable {
    if (!durable.ok()) return reply(durable);
    absl::StatusOr<JobListing> listing = jobs_.List(query);
    if (!listing.ok()) return reply(listing.status());
    FinishListing(query, *std::move(listing), std::move(reply), kReadTries);
  });
}

void SchedulerService::FinishListing(const engine::ListJobs& query, JobListing listing,
                                     Reply<engine::JobPage> reply, int tries) {
  WhenAllDurable([this, query, tries, listing = std::move(listing),
                  reply = std::move(reply)](const absl::Status& durable) mutable {
    if (!durable.ok()) return reply(durable);
    if (listing.torn.empty()) return reply(std::move(listing.page));
    if (tries == 0) return reply(errors::Overloaded("updates of the jobs", 100));
    if (absl::Status s = jobs_.Mend(query, &listing); !s.ok()) return reply(std::move(s));
    FinishListing(query, std::move(listing), std::move(reply), tries - 1);
  });
}

void SchedulerService::LastRun(const JobView& job, Reply<std::optional<core::Run>> reply) {
  if (job.status.last_number == 0) {
    reply(std::optional<core::Run>());
    return;
  }
  const core::RunKey key{job.job.uid, job.status.last_number};
  GetRun(job.job.spec.product, key,
         [reply = std::move(reply)](absl::StatusOr<core::Run> run) mutable {
           if (run.ok()) {
             reply(std::optional(*std::move(run)));
           } else if (absl::IsNotFound(run.status())) {
             reply(std::optional<core::Run>());
           } else {
             reply(run.status());
           }
         });
}

void SchedulerService::GetRun(const std::string& product, const core::RunKey& key,
                              Reply<core::Run> reply) {
  const core::ShardId id = core::ShardOf(key.uid);
  absl::StatusOr<core::Run> run = runs_.Get(product, key);
  engine::Ticket ticket = 0;
  {
    engine::Shard& s = engine_.registry().shard(id);
    base::MutexLock lock(&s.mu);
    ticket = s.last_ticket;
  }
  auto& gate = engine_.registry().gate(engine_.registry().LoopOf(id));
  gate.When(ticket, WhenDurable(std::move(reply), std::move(run)));
}

void SchedulerService::List(const engine::ListRuns& query, Reply<engine::RunPage> reply) {
  WhenAllDurable(WhenDurable(std::move(reply), runs_.List(query)));
}

engine::ServerFacts SchedulerService::Facts() const {
  engine::ServerFacts facts;
  facts.server_id = server_id_;
  facts.store = std::string(engine_.store().name());
  facts.epoch = engine_.epoch();
  facts.job_count = engine_.registry().jobs.load();
  facts.start_time = engine_.start_time();
  return facts;
}

}  // namespace scheduler::query
