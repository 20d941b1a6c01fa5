#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/jobctl/commands/change_flags.h"
#include "client/jobctl/commands/job_commands.h"
#include "client/jobctl/commands/policy_flags.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/message_flags.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

// A job's tag and what fills the rest of the request.
template <class Request>
struct RequestFlags {
  explicit RequestFlags(CLI::App& command) : message(command) {
    command.add_option("tag", tag, "The job's tag")->type_name("JOB")->required();
    AddRequestIdFlag(command, change);
  }

  absl::StatusOr<Request> Make() const {
    Request request;
    std::vector<std::string> fields;
    absl::Status status = message.Apply(request, &fields);
    if (!status.ok()) return status;
    request.set_tag(tag);
    request.set_request_id(change.request_id);
    return request;
  }

  std::string tag;
  MessageFlags<Request> message;
  ChangeFlags change;
  bool reverse = false;  // --undo, --cancel
};

using SkipFlags = RequestFlags<v1::SkipOccurrenceRequest>;
using BackfillFlags = RequestFlags<v1::BackfillJobRequest>;

int Skip(Session& session, const SkipFlags& flags) {
  auto request = flags.Make();
  if (!request.ok()) return session.WrongUsage(request.status());
  request->set_undo(flags.reverse);
  const auto job = session.client().SkipOccurrence(*std::move(request));
  if (!job.ok()) return session.CallFailed("skip an occurrence of job " + flags.tag, job.status());
  PrintChanged(session.printer(), *job);
  return kExitDone;
}

int Backfill(Session& session, const BackfillFlags& flags) {
  auto request = flags.Make();
  if (!request.ok()) return session.WrongUsage(request.status());
  request->set_cancel(flags.reverse);
  const auto answer = session.client().BackfillJob(*std::move(request));
  if (!answer.ok()) return session.CallFailed("backfill job " + flags.tag, answer.status());
  if (!flags.reverse) session.Say(absl::StrCat(answer->occurrences(), " runs are to be created"));
  PrintChanged(session.printer(), answer->job());
  return kExitDone;
}

}  // namespace

void AddJobSkip(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand("skip",
                                          "Leave out one occurrence that is to come\n"
                                          "  jobctl job skip nightly 2026-12-25T02:30:00Z");
  auto flags = std::make_shared<SkipFlags>(*command);
  Io& io = session.io();
  flags->message.AddPositional("time", "TIME", "scheduled_time",
                               "The time of the occurrence, as `jobctl schedule preview` lists it",
                               [&io](const std::string& text, v1::SkipOccurrenceRequest& request) {
                                 return SetTime(text, io, request.mutable_scheduled_time());
                               });
  command->add_flag("--undo", flags->reverse, "Run it after all");
  session.Bind(*command, [flags](Session& s) { return Skip(s, *flags); });
}

void AddJobBackfill(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand("backfill",
                                          "Run the occurrences of a range of the past\n"
                                          "  jobctl job backfill nightly --from -7d --to now");
  auto flags = std::make_shared<BackfillFlags>(*command);
  Io& io = session.io();
  flags->message.Add("--from", "TIME", "start_time", "Where the range begins",
                     [&io](const std::string& text, v1::BackfillJobRequest& request) {
                       return SetTime(text, io, request.mutable_start_time());
                     });
  flags->message.Add("--to", "TIME", "end_time", "Where it ends: before this time",
                     [&io](const std::string& text, v1::BackfillJobRequest& request) {
                       return SetTime(text, io, request.mutable_end_time());
                     });
  flags->message.Add(
      "--parallel", "N", "overlap",
      "How many active runs of the job there may be (default: one after another)",
      [](const std::string& text, v1::BackfillJobRequest& request) {
        request.mutable_overlap()->set_mode(v1::OverlapPolicy::ALLOW);
        return SetInt32(text, [&request](int32_t n) { request.mutable_overlap()->set_limit(n); });
      });
  command->add_flag("--cancel", flags->reverse, "Create no more runs of the one under way")
      ->excludes("--from")
      ->excludes("--to")
      ->excludes("--parallel");
  session.Bind(*command, [flags](Session& s) { return Backfill(s, *flags); });
}

}  // namespace jobctl
