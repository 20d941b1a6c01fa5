#include <memory>
#include <string>
#include <utility>

#include "client/cpp/error.h"
#include "client/jobctl/commands/change_flags.h"
#include "client/jobctl/commands/job_commands.h"
#include "client/jobctl/commands/policy_flags.h"
#include "client/jobctl/commands/run_waiting.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/message_flags.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

struct StateFlags {
  std::string tag;
  std::string note;
  bool cancel_active = false;
  bool catch_up = false;
  ChangeFlags change;
};

struct RunFlags {
  explicit RunFlags(CLI::App& command) : flags(command) {}

  std::string tag;
  MessageFlags<v1::RunJobRequest> flags;
  ChangeFlags change;
  WaitFlags wait;
};

// Fills in what the requests have in common.
template <class Request>
Request RequestOf(const StateFlags& flags) {
  Request request;
  request.set_tag(flags.tag);
  request.set_etag(flags.change.etag);
  request.set_request_id(flags.change.request_id);
  return request;
}

int Finish(Session& session, const std::string& what, const absl::StatusOr<v1::Job>& job) {
  if (!job.ok()) return session.CallFailed(what, job.status());
  PrintChanged(session.printer(), *job);
  return kExitDone;
}

int Delete(Session& session, const StateFlags& flags) {
  auto request = RequestOf<v1::DeleteJobRequest>(flags);
  request.set_allow_missing(flags.change.allow_missing);
  absl::Status status = session.client().DeleteJob(std::move(request));
  if (!status.ok()) return session.CallFailed("delete job " + flags.tag, status);
  session.Say("deleted job " + flags.tag);
  return kExitDone;
}

int Pause(Session& session, const StateFlags& flags) {
  auto request = RequestOf<v1::PauseJobRequest>(flags);
  request.set_note(flags.note);
  request.set_cancel_active(flags.cancel_active);
  return Finish(session, "pause job " + flags.tag, session.client().PauseJob(std::move(request)));
}

int Resume(Session& session, const StateFlags& flags) {
  auto request = RequestOf<v1::ResumeJobRequest>(flags);
  request.set_catch_up(flags.catch_up);
  return Finish(session, "resume job " + flags.tag, session.client().ResumeJob(std::move(request)));
}

int RunNow(Session& session, const RunFlags& flags) {
  v1::RunJobRequest request;
  std::vector<std::string> fields;
  absl::Status status = flags.flags.Apply(request, &fields);
  if (!status.ok()) return session.WrongUsage(status);
  request.set_tag(flags.tag);
  request.set_request_id(flags.change.request_id);
  absl::StatusOr<v1::Run> run = session.client().RunJob(std::move(request));
  // Not found is the run of an earlier call with this request id.
  if (IsRunNotFound(run.status())) {
    return RunNotKept(session, ductape::jobs::ErrorOf(run.status()).metadata["run_id"]);
  }
  if (!run.ok()) return session.CallFailed("run job " + flags.tag, run.status());
  if (flags.wait.wait) return WaitForRun(session, run->run_id(), flags.wait, /*exists=*/true);
  PrintChanged(session.printer(), *run);
  return kExitDone;
}

std::shared_ptr<StateFlags> AddStateFlags(CLI::App& command) {
  auto flags = std::make_shared<StateFlags>();
  command.add_option("tag", flags->tag, "The job's tag")->type_name("JOB")->required();
  AddEtagFlag(command, flags->change);
  AddRequestIdFlag(command, flags->change);
  return flags;
}

}  // namespace

void AddJobDelete(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand("delete", "Delete a job and cancel its active runs");
  auto flags = AddStateFlags(*command);
  AddAllowMissingFlag(*command, flags->change, "Do not fail if there is no such job");
  session.Bind(*command, [flags](Session& s) { return Delete(s, *flags); });
}

void AddJobPause(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand("pause", "Stop a job until it is resumed");
  auto flags = AddStateFlags(*command);
  command->add_option("--note", flags->note, "Who and why, shown with the job")->type_name("TEXT");
  command->add_flag("--cancel-active", flags->cancel_active, "Cancel its active runs as well");
  session.Bind(*command, [flags](Session& s) { return Pause(s, *flags); });
}

void AddJobResume(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand("resume", "Let a paused job go on");
  auto flags = AddStateFlags(*command);
  command->add_flag("--catch-up", flags->catch_up,
                    "Catch up the times since the pause by the job's catch-up policy");
  session.Bind(*command, [flags](Session& s) { return Resume(s, *flags); });
}

void AddJobRun(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand("run", "Run a job now, besides its schedule");
  auto flags = std::make_shared<RunFlags>(*command);
  command->add_option("tag", flags->tag, "The job's tag")->type_name("JOB")->required();
  flags->flags.Add("--input", "JSON|@FILE", "input", "The input of this run instead of the job's",
                   [&session](const std::string& text, v1::RunJobRequest& request) {
                     return SetStruct(text, session.io().in, request.mutable_input());
                   });
  AddOverlapFlags<v1::RunJobRequest>(
      flags->flags, "overlap", "the job's policy",
      [](v1::RunJobRequest& request) { return request.mutable_overlap(); });
  AddRequestIdFlag(*command, flags->change);
  AddWaitFlags(*command, flags->wait, "Wait until the run has ended; exit code 1 if it failed");
  session.Bind(*command, [flags](Session& s) { return RunNow(s, *flags); });
}

}  // namespace jobctl
