#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/parse/event_ref.h"
#include "client/jobctl/print/relative_time.h"
#include "client/jobctl/print/view_parts.h"
#include "client/jobctl/print/views.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::Job;
using ductape::jobs::v1::Run;

// `every 1m30s`, `5 given times`, `0 9 * * MON-FRI Europe/Berlin`.
std::string ScheduleText(const Job& job) {
  if (job.timing_case() == Job::kIntervals) {
    std::string text = absl::StrCat("every ", DurationText(absl::Milliseconds(job.intervals())));
    if (job.interval_mode() == Job::FIXED_DELAY) absl::StrAppend(&text, " after the run before");
    return text;
  }
  if (job.timing_case() == Job::kTimes) {
    return absl::StrCat(job.times().at_size(), " given time",
                        job.times().at_size() == 1 ? "" : "s");
  }
  const std::string& pattern = job.has_cron() ? job.cron() : job.rule();
  return job.time_zone().empty() ? pattern : absl::StrCat(pattern, " ", job.time_zone());
}

// `3 of 5`, or `3` without limit.
std::string ExecutedText(const Job& job) {
  if (job.executions() == 0) return absl::StrCat(job.execution_count());
  return absl::StrCat(job.execution_count(), " of ", job.executions());
}

std::string NextText(const Job& job, absl::Time now) {
  if (job.overdue()) return "overdue";
  return job.has_next_run_time() ? RelativeTime(ToTime(job.next_run_time()), now) : "";
}

absl::Time TimeOf(const Run& run) {
  return ToTime(run.has_end_time()     ? run.end_time()
                : run.has_start_time() ? run.start_time()
                                       : run.create_time());
}

Cell LastRunCell(const Job& job, absl::Time now) {
  if (!job.has_last_run()) return {};
  Cell cell = StateCell(job.last_run().state());
  absl::StrAppend(&cell.text, " ", RelativeTime(TimeOf(job.last_run()), now));
  return cell;
}

std::string StatsText(const Job::Stats& stats) {
  std::string text = absl::StrCat(stats.completed(), " completed");
  const auto add = [&text](int64_t count, absl::string_view what) {
    if (count != 0) absl::StrAppend(&text, ", ", count, " ", what);
  };
  add(stats.failed(), "failed");
  add(stats.cancelled(), "cancelled");
  add(stats.skipped(), "skipped");
  add(stats.missed(), "missed");
  add(stats.retried(), "retried");
  add(stats.consecutive_failures(), "failures in a row");
  return text;
}

std::string OverlapText(const Job& job) {
  if (!job.has_overlap_policy()) return "";
  std::string text = ductape::jobs::v1::OverlapPolicy::Mode_Name(job.overlap_policy().mode());
  if (job.overlap_policy().limit() != 0) {
    absl::StrAppend(&text, ", at most ", job.overlap_policy().limit());
  }
  return text;
}

std::string CatchupText(const Job& job) {
  if (!job.has_catchup_policy()) return "";
  const auto& policy = job.catchup_policy();
  std::string text = ductape::jobs::v1::CatchupPolicy::Mode_Name(policy.mode());
  if (policy.has_window()) {
    absl::StrAppend(&text, ", of the last ", DurationText(ToDuration(policy.window())));
  }
  if (policy.limit() != 0) absl::StrAppend(&text, ", at most ", policy.limit());
  return text;
}

std::string StateText(const Job& job) {
  std::string text = Job::State_Name(job.state());
  if (!job.state_reason().empty()) absl::StrAppend(&text, " (", job.state_reason(), ")");
  if (!job.pause_note().empty()) absl::StrAppend(&text, ": ", job.pause_note());
  return text;
}

std::string SkippedText(const Job& job) {
  return absl::StrJoin(job.skipped_times(), ", ", [](std::string* out, const auto& time) {
    absl::StrAppend(out, TimeText(ToTime(time)));
  });
}

// `2 of 5 runs created, 2026-11-01T00:00:00Z to 2026-11-06T00:00:00Z`.
std::string BackfillText(const Job& job) {
  if (!job.has_backfill()) return "";
  const Job::Backfill& backfill = job.backfill();
  return absl::StrCat(backfill.created(), " of ", backfill.total(), " runs created, ",
                      TimeText(ToTime(backfill.start_time())), " to ",
                      TimeText(ToTime(backfill.end_time())));
}

void AddConditions(const Job& job, absl::Time now, Fields* fields) {
  for (const Job::Condition& condition : job.conditions()) {
    fields->push_back(
        {"Condition", Cell{absl::StrCat(condition.type(), ": ", condition.message(), ", since ",
                                        RelativeTime(ToTime(condition.since()), now)),
                           Tone::kBad}});
  }
}

template <class Message>
std::string When(bool is_set, const Message& time, absl::Time now) {
  return is_set ? TimeAndDistance(ToTime(time), now) : "";
}

std::string LastRunText(const Job& job, absl::Time now) {
  if (!job.has_last_run()) return "";
  const Run& run = job.last_run();
  return absl::StrCat(run.run_id(), " ", Run::State_Name(run.state()), " ",
                      RelativeTime(TimeOf(run), now),
                      run.has_error() ? ", " + ErrorText(run.error()) : "");
}

}  // namespace

template <>
std::vector<std::string> HeaderOf<Job>() {
  return {"JOB", "STATE", "EVENT", "SCHEDULE", "EXECUTED", "NEXT", "LAST RUN"};
}

std::string NameOf(const Job& job) { return job.tag(); }

Row RowOf(const Job& job, absl::Time now) {
  return {{job.tag()},
          StateCell(job.state()),
          {EventRefText(job.event_type(), job.event_tag())},
          {ScheduleText(job)},
          {ExecutedText(job)},
          {NextText(job, now), job.overdue() ? Tone::kBad : Tone::kPlain},
          LastRunCell(job, now)};
}

Fields PageOf(const Job& job, absl::Time now) {
  const auto plain = [](std::string text) { return Cell{std::move(text)}; };
  Fields fields = {
      {"Job", plain(job.tag())},
      {"Name", plain(job.name())},
      {"Product", plain(job.product())},
      {"State", Cell{StateText(job), StateCell(job.state()).tone}},
      {"Event", plain(EventRefText(job.event_type(), job.event_tag()))},
      {"Schedule", plain(ScheduleText(job))},
      {"From", plain(When(job.has_start_time(), job.start_time(), now))},
      {"Until", plain(When(job.has_end_time(), job.end_time(), now))},
      {"Not in", plain(absl::StrJoin(job.exclude_calendars(), ", "))},
      {"Executed", plain(ExecutedText(job))},
      {"Next run", plain(When(job.has_next_run_time(), job.next_run_time(), now))},
      {"Skipped", plain(SkippedText(job))},
      {"Backfill", plain(BackfillText(job))},
      {"Last run", Cell{LastRunText(job, now), StateCell(job.last_run().state()).tone}},
      {"Active runs", plain(absl::StrJoin(job.active_run_ids(), ", "))},
      {"Runs", plain(StatsText(job.stats()))},
      {"Environment", plain(job.env())},
      {"Labels", plain(LabelsText(job.labels()))},
      {"Input", plain(job.has_input() ? StructText(job.input()) : "")},
      {"Overlap", plain(OverlapText(job))},
      {"Catch-up", plain(CatchupText(job))},
      {"Retries", plain(job.has_retry_policy() ? RetryText(job.retry_policy()) : "")},
      {"Attempt timeout",
       plain(job.has_attempt_timeout() ? DurationText(ToDuration(job.attempt_timeout())) : "")},
      {"History",
       plain(job.has_history_limit() ? absl::StrCat("last ", job.history_limit(), " runs") : "")},
      {"Created", plain(When(job.has_create_time(), job.create_time(), now))},
      {"Updated", plain(When(job.has_update_time(), job.update_time(), now))},
      {"Generation", plain(absl::StrCat(job.generation()))},
      {"Etag", plain(job.etag())},
      {"Uid", plain(job.uid())}};
  if (job.overdue()) fields.push_back({"Overdue", Cell{"yes", Tone::kBad}});
  AddConditions(job, now, &fields);
  return fields;
}

}  // namespace jobctl
