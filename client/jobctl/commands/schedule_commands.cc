#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/jobctl/commands/commands.h"
#include "client/jobctl/commands/job_flags.h"
#include "client/jobctl/commands/policy_flags.h"
#include "client/jobctl/exit_code.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

constexpr int kExplained = 5;

// Whose schedule: a job's by its tag, or the one that the flags describe.
struct Source {
  explicit Source(CLI::App& command) : flags(command) {}

  std::string tag;
  MessageFlags<v1::Job> flags;
};

struct Preview {
  // `default_count`: as AddPreviewRangeFlags takes it.
  Preview(CLI::App& command, Io& io, const std::string& default_count)
      : source(command), range(command) {
    AddScheduleFlags(source.flags, io);
    AddPreviewRangeFlags(range, io, default_count);
  }

  Source source;
  MessageFlags<v1::PreviewScheduleRequest> range;
};

absl::Status SetSource(const Source& source, v1::PreviewScheduleRequest& request) {
  v1::Job job;
  std::vector<std::string> fields;
  absl::Status status = source.flags.Apply(job, &fields);
  if (!status.ok()) return status;
  if (source.tag.empty() && fields.empty()) {
    return absl::InvalidArgumentError(
        "whose schedule? Give a job's TAG, or --cron, --rule, --every or --at");
  }
  if (!source.tag.empty() && !fields.empty()) {
    return absl::InvalidArgumentError(
        "give either a job's TAG or a schedule; `jobctl job update --dry-run` tries a change");
  }
  if (source.tag.empty()) {
    *request.mutable_job() = std::move(job);
  } else {
    request.set_tag(source.tag);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::PreviewScheduleRequest> RequestOf(const Preview& preview, int fallback_count) {
  v1::PreviewScheduleRequest request;
  std::vector<std::string> fields;
  absl::Status status = SetSource(preview.source, request);
  if (status.ok()) status = preview.range.Apply(request, &fields);
  if (!status.ok()) return status;
  if (request.count() == 0) request.set_count(fallback_count);
  return request;
}

int Show(Session& session, const Preview& preview) {
  auto request = RequestOf(preview, 0);
  if (!request.ok()) return session.WrongUsage(request.status());
  const auto answer = session.client().PreviewSchedule(*std::move(request));
  if (!answer.ok()) return session.CallFailed("preview the schedule", answer.status());
  session.Say(answer->description());
  for (const std::string& warning : answer->warnings()) session.Say("warning: " + warning);
  ListPrinter<v1::PreviewScheduleResponse::Occurrence> printer(session.printer());
  printer.Add(answer->occurrences());
  printer.End();
  return kExitDone;
}

int Explain(Session& session, const Preview& preview) {
  auto request = RequestOf(preview, kExplained);
  if (!request.ok()) return session.WrongUsage(request.status());
  const auto answer = session.client().PreviewSchedule(*std::move(request));
  if (!answer.ok()) return session.CallFailed("explain the schedule", answer.status());
  PrintOne(session.printer(), *answer);
  return kExitDone;
}

void AddTag(CLI::App& command, Source& source) {
  command.add_option("tag", source.tag, "The job whose schedule it is; none: that of the flags")
      ->type_name("JOB");
}

}  // namespace

void AddScheduleCommands(CLI::App& app, Session& session) {
  CLI::App* noun =
      app.add_subcommand("schedule", "Schedules: when a job is due, before there is one too");
  noun->require_subcommand(1);

  CLI::App* preview = noun->add_subcommand(
      "preview",
      "List the times of a schedule\n"
      "  jobctl schedule preview --cron '30 2 * * *' --time-zone Europe/Berlin --count 3");
  auto shown = std::make_shared<Preview>(*preview, session.io(), "10, or 1000 with --to");
  AddTag(*preview, shown->source);
  session.Bind(*preview, [shown](Session& s) { return Show(s, *shown); });

  CLI::App* explain =
      noun->add_subcommand("explain",
                           "Say in words what a schedule does, and what is odd about it\n"
                           "  jobctl schedule explain --cron '0 9 * * MON-FRI'");
  auto explained = std::make_shared<Preview>(*explain, session.io(), absl::StrCat(kExplained));
  AddTag(*explain, explained->source);
  session.Bind(*explain, [explained](Session& s) { return Explain(s, *explained); });
}

}  // namespace jobctl
