#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/commands/job_commands.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/print/timeline.h"

namespace jobctl {
namespace {

namespace v1 = ductape::jobs::v1;

constexpr int kMost = 1'000;

struct TimelineFlags {
  std::string tag;
  int past = 10;
  int next = 5;
};

std::string CheckCount(const std::string& text) {
  int number = 0;
  if (absl::SimpleAtoi(text, &number) && number >= 0 && number <= kMost) return "";
  return absl::StrCat("\"", text, "\" is no whole number from 0 to ", kMost);
}

// The last `count` runs, oldest first.
absl::StatusOr<std::vector<v1::Run>> LastRuns(Session& session, const std::string& tag, int count) {
  std::vector<v1::Run> runs;
  v1::ListRunsRequest request;
  request.set_tag(tag);
  while (static_cast<int>(runs.size()) < count) {
    request.set_page_size(count - static_cast<int>(runs.size()));
    absl::StatusOr<v1::ListRunsResponse> page = session.client().ListRuns(request);
    if (!page.ok()) return page.status();
    std::move(page->mutable_runs()->begin(), page->mutable_runs()->end(), std::back_inserter(runs));
    request.set_page_token(page->next_page_token());
    if (request.page_token().empty()) break;
  }
  std::reverse(runs.begin(), runs.end());
  return runs;
}

// How many times to come may still be run: none of a job that is COMPLETED.
int64_t LeftOf(const v1::Job& job) {
  if (job.state() == v1::Job::COMPLETED) return 0;
  if (job.executions() == 0) return INT64_MAX;
  return std::max<int64_t>(0, job.executions() - job.execution_count());
}

absl::StatusOr<v1::PreviewScheduleResponse> NextTimes(Session& session, const v1::Job& job,
                                                      int count) {
  v1::PreviewScheduleRequest request;
  request.set_tag(job.tag());
  // One is asked for all the same, for the description.
  request.set_count(std::max(1, count));
  absl::StatusOr<v1::PreviewScheduleResponse> next = session.client().PreviewSchedule(request);
  if (!next.ok()) return next;
  const int64_t wanted = std::min<int64_t>(count, LeftOf(job));
  if (next->occurrences_size() > wanted) {
    const int from = static_cast<int>(wanted);
    next->mutable_occurrences()->DeleteSubrange(from, next->occurrences_size() - from);
  }
  return next;
}

int Show(Session& session, const TimelineFlags& flags) {
  const std::string what = "show the timeline of job " + flags.tag;
  v1::GetJobRequest get;
  get.set_tag(flags.tag);
  absl::StatusOr<v1::Job> job = session.client().GetJob(get);
  if (!job.ok()) return session.CallFailed(what, job.status());
  absl::StatusOr<std::vector<v1::Run>> past = LastRuns(session, flags.tag, flags.past);
  if (!past.ok()) return session.CallFailed(what, past.status());
  absl::StatusOr<v1::PreviewScheduleResponse> next = NextTimes(session, *job, flags.next);
  if (!next.ok()) return session.CallFailed(what, next.status());
  for (const std::string& warning : next->warnings()) session.Say("warning: " + warning);
  PrintTimeline(session.printer(), Timeline{.job = *std::move(job),
                                            .past = *std::move(past),
                                            .next = *std::move(next),
                                            .now = session.io().now()});
  return kExitDone;
}

}  // namespace

void AddJobTimeline(CLI::App& noun, Session& session) {
  CLI::App* command = noun.add_subcommand("timeline",
                                          "Show what became of a job's last times, and the next\n"
                                          "  jobctl job timeline nightly --past 20 --next 3");
  auto flags = std::make_shared<TimelineFlags>();
  command->add_option("tag", flags->tag, "The job's tag")->type_name("JOB")->required();
  command->add_option("--past", flags->past, "How many runs of the past (default 10)")
      ->type_name("N")
      ->check(CheckCount);
  command->add_option("--next", flags->next, "How many times to come (default 5)")
      ->type_name("N")
      ->check(CheckCount);
  session.Bind(*command, [flags](Session& s) { return Show(s, *flags); });
}

}  // namespace jobctl
