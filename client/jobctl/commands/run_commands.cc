#include <memory>
#include <string>
#include <utility>

#include "client/cpp/error.h"
#include "client/jobctl/commands/change_flags.h"
#include "client/jobctl/commands/commands.h"
#include "client/jobctl/commands/paging.h"
#include "client/jobctl/commands/run_waiting.h"
#include "client/jobctl/commands/watching.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/print/text_width.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

struct RunFlags {
  std::string run_id;
  std::string reason;
  ChangeFlags change;
  WaitFlags wait;
  WatchFlags watch;
};

struct ListFlags {
  std::string tag;
  std::string job_uid;
  int64_t limit = 0;
  WatchFlags watch;
};

bool HasEnded(const v1::Run& run) {
  switch (run.state()) {
    case v1::Run::COMPLETED:
    case v1::Run::FAILED:
    case v1::Run::CANCELLED:
    case v1::Run::SKIPPED:
    case v1::Run::MISSED:
      return true;
    default:
      return false;
  }
}

int Get(Session& session, const RunFlags& flags) {
  if (flags.wait.wait) return WaitForRun(session, flags.run_id, flags.wait, /*exists=*/false);
  v1::GetRunRequest request;
  request.set_run_id(flags.run_id);
  const auto get = [&] { return session.client().GetRun(request); };
  if (flags.watch.watch) {
    return WatchOne<v1::Run>(session, "watch run " + flags.run_id, flags.watch, get, HasEnded);
  }
  absl::StatusOr<v1::Run> run = get();
  if (!run.ok()) return session.CallFailed("get run " + flags.run_id, run.status());
  PrintOne(session.printer(), *run);
  return kExitDone;
}

int Cancel(Session& session, const RunFlags& flags) {
  v1::CancelRunRequest request;
  request.set_run_id(flags.run_id);
  request.set_reason(flags.reason);
  request.set_request_id(flags.change.request_id);
  absl::StatusOr<v1::Run> run = session.client().CancelRun(std::move(request));
  if (!run.ok()) return session.CallFailed("cancel run " + flags.run_id, run.status());
  PrintChanged(session.printer(), *run);
  return kExitDone;
}

int List(Session& session, const ListFlags& flags) {
  v1::ListRunsRequest request;
  request.set_tag(flags.tag);
  request.set_job_uid(flags.job_uid);
  const std::string what = flags.tag.empty() ? "list runs" : "list runs of job " + flags.tag;
  const auto fetch = [&](const v1::ListRunsRequest& page) {
    return session.client().ListRuns(page);
  };
  const auto items = [](v1::ListRunsResponse& page) { return page.mutable_runs(); };
  if (!flags.watch.watch) {
    return PrintPages<v1::Run>(session, what, request, flags.limit, fetch, items);
  }
  // A run that is not listed any more has succeeded, or its record is not kept: no news.
  return WatchPages<v1::Run>(session, what, flags.watch, request, fetch, items,
                             [](const std::string&) {});
}

void AddRunId(CLI::App& command, RunFlags& flags) {
  command.add_option("run_id", flags.run_id, "The run's id, <job uid>-<number>")
      ->type_name("RUN")
      ->required();
}

}  // namespace

bool IsRunNotFound(const absl::Status& status) {
  return ductape::jobs::ErrorOf(status).reason == "RUN_NOT_FOUND";
}

int RunNotKept(Session& session, const std::string& run_id) {
  session.io().err << "jobctl: run " << Printable(run_id)
                   << " has ended, and its record is not kept: how it ended is not known\n"
                      "  hint: `jobctl job update TAG --history-limit N` keeps the last N runs\n";
  return kExitNotKept;
}

int WaitForRun(Session& session, const std::string& run_id, const WaitFlags& flags, bool exists) {
  absl::StatusOr<absl::Duration> limit = ParseDuration(flags.timeout);
  if (!limit.ok()) return session.WrongUsage(limit.status());
  v1::GetRunRequest request;
  request.set_run_id(run_id);
  absl::StatusOr<v1::Run> run = PollUntil<v1::Run>(
      session.io(), *limit,
      [&] {
        absl::StatusOr<v1::Run> answer = session.client().GetRun(request);
        exists = exists || answer.ok();
        return answer;
      },
      HasEnded);
  if (exists && IsRunNotFound(run.status())) return RunNotKept(session, run_id);
  if (!run.ok()) return session.CallFailed("wait for run " + run_id, run.status());
  PrintOne(session.printer(), *run);
  return run->state() == v1::Run::COMPLETED ? kExitDone : kExitFailed;
}

void AddRunCommands(CLI::App& app, Session& session) {
  CLI::App* noun = app.add_subcommand("run", "Runs: what became of each execution");
  noun->require_subcommand(1);

  CLI::App* list = noun->add_subcommand(
      "list", "List the runs of a job; without one, the product's active and unsuccessful runs");
  auto list_flags = std::make_shared<ListFlags>();
  auto* job = list->add_option("--job", list_flags->tag, "The runs of this job")->type_name("JOB");
  list->add_option("--job-uid", list_flags->job_uid, "The runs of this job, which may be deleted")
      ->type_name("UID")
      ->excludes(job);
  AddLimitFlag(*list, list_flags->limit);
  AddWatchFlags(*list, list_flags->watch, "Go on with those that are new or change");
  list->get_option("--watch")->excludes("--limit");
  session.Bind(*list, [list_flags](Session& s) { return List(s, *list_flags); });

  CLI::App* get = noun->add_subcommand("get", "Show a run and its attempts");
  auto get_flags = std::make_shared<RunFlags>();
  AddRunId(*get, *get_flags);
  AddWaitFlags(*get, get_flags->wait, "Wait until the run has ended; exit code 1 if it failed");
  AddWatchFlags(*get, get_flags->watch, "Print it whenever it changes, until it has ended");
  get->get_option("--watch")->excludes("--wait");
  session.Bind(*get, [get_flags](Session& s) { return Get(s, *get_flags); });

  CLI::App* cancel = noun->add_subcommand("cancel", "Cancel a run that has not ended");
  auto cancel_flags = std::make_shared<RunFlags>();
  AddRunId(*cancel, *cancel_flags);
  cancel->add_option("--reason", cancel_flags->reason, "Why, kept with the run")->type_name("TEXT");
  AddRequestIdFlag(*cancel, cancel_flags->change);
  session.Bind(*cancel, [cancel_flags](Session& s) { return Cancel(s, *cancel_flags); });
}

}  // namespace jobctl
