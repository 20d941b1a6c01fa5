#include <memory>
#include <string>

#include "client/jobctl/commands/job_commands.h"
#include "client/jobctl/commands/paging.h"
#include "client/jobctl/commands/waiting.h"
#include "client/jobctl/commands/watching.h"
#include "client/jobctl/exit_code.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

struct GetFlags {
  std::string tag;
  WaitFlags wait;
  WatchFlags watch;
};

struct ListFlags {
  int64_t limit = 0;
  bool full = false;
  WatchFlags watch;
};

bool IsCompleted(const v1::Job& job) { return job.state() == v1::Job::COMPLETED; }

int Get(Session& session, const GetFlags& flags) {
  v1::GetJobRequest request;
  request.set_tag(flags.tag);
  const auto get = [&] { return session.client().GetJob(request); };
  if (flags.watch.watch) {
    return WatchOne<v1::Job>(session, "watch job " + flags.tag, flags.watch, get, IsCompleted);
  }
  absl::StatusOr<v1::Job> job = absl::UnknownError("not asked yet");
  if (flags.wait.wait) {
    absl::StatusOr<absl::Duration> limit = ParseDuration(flags.wait.timeout);
    if (!limit.ok()) return session.WrongUsage(limit.status());
    job = PollUntil<v1::Job>(session.io(), *limit, get, IsCompleted);
  } else {
    job = get();
  }
  if (!job.ok()) {
    return session.CallFailed(
        absl::StrCat(flags.wait.wait ? "wait for job " : "get job ", flags.tag), job.status());
  }
  PrintOne(session.printer(), *job);
  return kExitDone;
}

int List(Session& session, const ListFlags& flags) {
  v1::ListJobsRequest request;
  if (flags.full) request.set_view(v1::ListJobsRequest::FULL);
  const auto fetch = [&](const v1::ListJobsRequest& page) {
    return session.client().ListJobs(page);
  };
  const auto items = [](v1::ListJobsResponse& page) { return page.mutable_jobs(); };
  if (!flags.watch.watch) {
    return PrintPages<v1::Job>(session, "list jobs", request, flags.limit, fetch, items);
  }
  return WatchPages<v1::Job>(
      session, "watch jobs", flags.watch, request, fetch, items,
      [&session](const std::string& tag) { session.Say("deleted job " + tag); });
}

}  // namespace

void AddJobGet(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand("get", "Show a job and how it stands");
  auto flags = std::make_shared<GetFlags>();
  command->add_option("tag", flags->tag, "The job's tag")->type_name("JOB")->required();
  AddWaitFlags(*command, flags->wait, "Wait until the job is COMPLETED");
  AddWatchFlags(*command, flags->watch, "Print it whenever it changes, until it is COMPLETED");
  command->get_option("--watch")->excludes("--wait");
  session.Bind(*command, [flags](Session& s) { return Get(s, *flags); });
}

void AddJobList(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand("list", "List the jobs of the product");
  auto flags = std::make_shared<ListFlags>();
  AddLimitFlag(*command, flags->limit);
  command->add_flag("--full", flags->full, "With their inputs (in json, jsonl and yaml)");
  AddWatchFlags(*command, flags->watch, "Go on with those that are new or change");
  command->get_option("--watch")->excludes("--limit");
  session.Bind(*command, [flags](Session& s) { return List(s, *flags); });
}

}  // namespace jobctl
