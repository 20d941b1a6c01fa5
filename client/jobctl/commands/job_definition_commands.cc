#include <memory>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/cpp/error.h"
#include "client/jobctl/commands/batch_create.h"
#include "client/jobctl/commands/change_flags.h"
#include "client/jobctl/commands/edit.h"
#include "client/jobctl/commands/job_commands.h"
#include "client/jobctl/commands/job_flags.h"
#include "client/jobctl/commands/waiting.h"
#include "client/jobctl/exit_code.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

struct Definition {
  explicit Definition(CLI::App& command) : flags(command) {}

  std::string tag;
  MessageFlags<v1::Job> flags;
  ChangeFlags change;
  WaitFlags wait;
};

// The tag of the command line wins over the file's.
absl::Status NameJob(const Definition& definition, v1::Job& job) {
  if (!definition.tag.empty()) job.set_tag(definition.tag);
  if (!job.tag().empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("which job? Give its TAG, or --file with a `tag`");
}

// Whether every run succeeded that was not passed over by a rule.
bool HasSucceeded(const v1::Job& job) {
  return job.stats().failed() == 0 && job.stats().cancelled() == 0 && job.stats().missed() == 0;
}

// Waits until the job that was just created is COMPLETED, and prints it.
int WaitForJob(Session& session, const WaitFlags& flags, const std::string& tag) {
  absl::StatusOr<absl::Duration> limit = ParseDuration(flags.timeout);
  if (!limit.ok()) return session.WrongUsage(limit.status());
  v1::GetJobRequest request;
  request.set_tag(tag);
  absl::StatusOr<v1::Job> job = PollUntil<v1::Job>(
      session.io(), *limit, [&] { return session.client().GetJob(request); },
      [](const v1::Job& answer) { return answer.state() == v1::Job::COMPLETED; });
  if (!job.ok()) return session.CallFailed("wait for job " + tag, job.status());
  PrintOne(session.printer(), *job);
  return HasSucceeded(*job) ? kExitDone : kExitFailed;
}

int CreateOne(Session& session, const Definition& definition, v1::Job job) {
  absl::Status status = NameJob(definition, job);
  if (!status.ok()) return session.WrongUsage(status);
  v1::CreateJobRequest request;
  *request.mutable_job() = std::move(job);
  FillCreate(definition.change, &request);
  const std::string what = absl::StrCat("create job ", request.job().tag());
  absl::StatusOr<v1::Job> created = session.client().CreateJob(std::move(request));
  if (!created.ok()) return session.CallFailed(what, created.status());
  if (definition.wait.wait) return WaitForJob(session, definition.wait, created->tag());
  PrintChanged(session.printer(), *created);
  return kExitDone;
}

int Create(Session& session, const Definition& definition) {
  std::vector<v1::Job> jobs(1);
  if (!definition.change.file.empty()) {
    absl::StatusOr<std::vector<v1::Job>> read =
        ReadMessages<v1::Job>(definition.change.file, session.io().in);
    if (!read.ok()) return session.WrongUsage(read.status());
    jobs = *std::move(read);
  }
  for (v1::Job& job : jobs) {
    std::vector<std::string> fields;
    absl::Status status = definition.flags.Apply(job, &fields);
    if (!status.ok()) return session.WrongUsage(status);
  }
  if (jobs.size() == 1) return CreateOne(session, definition, std::move(jobs[0]));
  if (!definition.tag.empty() || !definition.change.request_id.empty() || definition.wait.wait) {
    return session.WrongUsage(absl::InvalidArgumentError(
        "a file with several jobs takes neither TAG nor --request-id nor --wait"));
  }
  return CreateMany(session, std::move(jobs), definition.change.dry_run);
}

// The policies of which flags set some members. None with a file, whose mask is empty or everything.
std::vector<std::string> PoliciesSetInPart(const Definition& definition,
                                           const v1::UpdateJobRequest& update) {
  std::vector<std::string> policies;
  for (const std::string& path : update.update_mask().paths()) {
    const bool policy = path == "overlap_policy" || path == "catchup_policy" ||
                        path == "retry_policy" || path == "dst_policy";
    if (policy && !absl::c_linear_search(definition.change.clear, path)) policies.push_back(path);
  }
  return policies;
}

// Updates the job on top of the `policies` that it has now, and only while it has them.
absl::StatusOr<v1::Job> UpdateWithinPolicies(Session& session, const Definition& definition,
                                             const std::vector<std::string>& policies,
                                             v1::UpdateJobRequest update) {
  v1::GetJobRequest get;
  get.set_tag(update.job().tag());
  absl::StatusOr<v1::Job> present = session.client().GetJob(get);
  if (absl::IsNotFound(present.status()) && update.allow_missing()) {
    return session.client().UpdateJob(std::move(update));
  }
  if (!present.ok()) return present.status();
  for (const std::string& policy : policies) {
    absl::Status status = definition.flags.ApplyTo(policy, *present);
    if (!status.ok()) return status;
    v1::Job::GetReflection()->SwapFields(update.mutable_job(), &*present,
                                         {v1::Job::GetDescriptor()->FindFieldByName(policy)});
  }
  // A repetition with the same request id has to be the same request, whose etag would be another.
  if (update.job().etag().empty() && update.request_id().empty()) {
    update.mutable_job()->set_etag(present->etag());
  }
  return session.client().UpdateJob(std::move(update));
}

// Flags that set some members of a policy leave the others as they are, although to the server a
// policy is one field: the job is read first, and again if someone else changes it meanwhile.
absl::StatusOr<v1::Job> SendUpdate(Session& session, const Definition& definition,
                                   const v1::UpdateJobRequest& update) {
  constexpr int kMaxRetries = 3;
  const std::vector<std::string> policies = PoliciesSetInPart(definition, update);
  if (policies.empty()) return session.client().UpdateJob(update);
  for (int retries = 0;; ++retries) {
    absl::StatusOr<v1::Job> job = UpdateWithinPolicies(session, definition, policies, update);
    const bool changed_meanwhile = update.job().etag().empty() &&
                                   ductape::jobs::ErrorOf(job.status()).reason == "ETAG_MISMATCH";
    if (!changed_meanwhile || retries == kMaxRetries) return job;
  }
}

int Update(Session& session, const Definition& definition) {
  absl::StatusOr<Edit<v1::Job>> edit = ReadEdit(definition.flags, definition.change, session.io());
  if (!edit.ok()) return session.WrongUsage(edit.status());
  absl::Status status = NameJob(definition, edit->resource);
  if (!status.ok()) return session.WrongUsage(status);
  v1::UpdateJobRequest request;
  *request.mutable_job() = std::move(edit->resource);
  status = FillUpdate(edit->fields, definition.change, &request, request.mutable_job());
  if (!status.ok()) return session.WrongUsage(status);
  const std::string what = absl::StrCat("update job ", request.job().tag());
  absl::StatusOr<v1::Job> updated = SendUpdate(session, definition, request);
  if (!updated.ok()) return session.CallFailed(what, updated.status());
  PrintChanged(session.printer(), *updated);
  return kExitDone;
}

std::shared_ptr<Definition> AddDefinition(CLI::App& command, Session& session) {
  auto definition = std::make_shared<Definition>(command);
  command.add_option("tag", definition->tag, "The job's tag")->type_name("JOB");
  AddJobFlags(definition->flags, session.io());
  AddFileFlag(command, definition->change);
  AddDryRunFlag(command, definition->change);
  AddRequestIdFlag(command, definition->change);
  return definition;
}

}  // namespace

void AddJobCreate(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand(
      "create",
      "Create a job, or all jobs of a file\n"
      "  jobctl job create my_job --name \"My job\" --event ACTION/ping --executions 0 --every 1m");
  std::shared_ptr<Definition> definition = AddDefinition(*command, session);
  AddWaitFlags(*command, definition->wait,
               "Wait until the job is COMPLETED; exit code 1 if a run did not succeed");
  command->get_option("--wait")->excludes("--dry-run");
  session.Bind(*command, [definition](Session& s) { return Create(s, *definition); });
}

void AddJobUpdate(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand(
      "update",
      "Change what is given, and nothing else; labels, times and lists of codes are replaced as a "
      "whole\n"
      "  jobctl job update my_job --every 5m\n"
      "  jobctl job update my_job --max-retries 3");
  std::shared_ptr<Definition> definition = AddDefinition(*command, session);
  AddMaskFlags(*command, definition->change);
  AddEtagFlag(*command, definition->change);
  AddAllowMissingFlag(*command, definition->change, "Create the job if it does not exist");
  session.Bind(*command, [definition](Session& s) { return Update(s, *definition); });
}

}  // namespace jobctl
