#include "client/jobctl/commands/job_flags.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/commands/policy_flags.h"
#include "client/jobctl/parse/duration.h"
#include "client/jobctl/parse/enum.h"
#include "client/jobctl/parse/event_ref.h"
#include "client/jobctl/parse/time.h"

namespace jobctl {
namespace {

using ductape::jobs::v1::CatchupPolicy;
using ductape::jobs::v1::DstPolicy;
using ductape::jobs::v1::Job;
using ductape::jobs::v1::PreviewScheduleRequest;
using JobFlags = MessageFlags<Job>;

absl::Status SetEvent(const std::string& text, Job& job) {
  const absl::StatusOr<EventRef> event = ParseEventRef(text);
  if (!event.ok()) return event.status();
  job.set_event_type(event->type);
  job.set_event_tag(event->tag);
  return absl::OkStatus();
}

absl::Status SetEvery(const std::string& text, Job& job) {
  const absl::StatusOr<absl::Duration> every = ParseDuration(text);
  if (!every.ok()) return every.status();
  job.set_intervals(absl::ToInt64Milliseconds(*every));
  return absl::OkStatus();
}

void AddIdentityFlags(JobFlags& flags) {
  AddNameFlag(flags);
  // Two fields, one flag: an update names both.
  flags.Add("--event", "EVENT", "event_type,event_tag", "The event to execute, TYPE/TAG", SetEvent);
  flags.Add("--executions", "N", "executions", "How many times to execute it; 0 = without limit",
            [](const std::string& text, Job& job) {
              return SetInt64(text, [&job](int64_t n) { job.set_executions(n); });
            });
}

void AddTimingFlags(JobFlags& flags, Io& io) {
  flags.Add("--every", "DURATION", "intervals", "The time between executions: 500ms, 1m30s, 2h",
            SetEvery);
  flags.Add("--cron", "PATTERN", "cron", "When to execute it: '0 9 * * MON-FRI', @daily",
            [](const std::string& text, Job& job) {
              job.set_cron(text);
              return absl::OkStatus();
            });
  flags.Add("--rule", "RRULE", "rule", "When to execute it: 'FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9'",
            [](const std::string& text, Job& job) {
              job.set_rule(text);
              return absl::OkStatus();
            });
  flags.AddRepeated("--at", "TIME", "times", "Execute it at this time (RFC 3339, or +5m from now)",
                    [&io](const std::string& text, Job& job) {
                      return SetTime(text, io, job.mutable_times()->add_at());
                    });
  flags.OneOf({"--every", "--cron", "--at", "--rule"});
  flags.Add("--interval-mode", EnumChoices<Job::IntervalMode>(), "interval_mode",
            "What --every is measured from: the time before, or the end of the run before",
            [](const std::string& text, Job& job) {
              const auto mode = ParseEnum<Job::IntervalMode>(text);
              if (mode.ok()) job.set_interval_mode(*mode);
              return mode.status();
            });
  flags.Add("--start", "TIME", "start_time", "The first execution (default: at once)",
            [&io](const std::string& text, Job& job) {
              return SetTime(text, io, job.mutable_start_time());
            });
  flags.Add("--end", "TIME", "end_time", "No execution at or after this time",
            [&io](const std::string& text, Job& job) {
              return SetTime(text, io, job.mutable_end_time());
            });
}

void AddLocalTimeFlags(JobFlags& flags, Io& io) {
  flags.Add("--time-zone", "NAME", "time_zone",
            "The zone of --cron and --rule: Europe/Berlin (default UTC)",
            [](const std::string& text, Job& job) {
              job.set_time_zone(text);
              return absl::OkStatus();
            });
  flags.Add("--dst-gap", EnumChoices<DstPolicy::Gap>(), "dst_policy",
            "What happens to a local time that a clock change leaves out (default run_after)",
            [](const std::string& text, Job& job) {
              const auto gap = ParseEnum<DstPolicy::Gap>(text);
              if (gap.ok()) job.mutable_dst_policy()->set_gap(*gap);
              return gap.status();
            });
  flags.Add("--dst-fold", EnumChoices<DstPolicy::Fold>(), "dst_policy",
            "What happens to a local time that comes twice (default first)",
            [](const std::string& text, Job& job) {
              const auto fold = ParseEnum<DstPolicy::Fold>(text);
              if (fold.ok()) job.mutable_dst_policy()->set_fold(*fold);
              return fold.status();
            });
  flags.Add(
      "--jitter", "DURATION", "jitter", "Spread the executions by up to so much",
      [](const std::string& text, Job& job) { return SetDuration(text, job.mutable_jitter()); });
  flags.AddRepeated(
      "--exclude", "TIME", "exclude", "Not at this time",
      [&io](const std::string& text, Job& job) { return SetTime(text, io, job.add_exclude()); });
  flags.AddRepeated("--exclude-calendar", "CALENDAR", "exclude_calendars",
                    "Not in the times of this calendar", [](const std::string& text, Job& job) {
                      job.add_exclude_calendars(text);
                      return absl::OkStatus();
                    });
}

void AddCatchupFlags(JobFlags& flags) {
  flags.Add("--catch-up", EnumChoices<CatchupPolicy::Mode>(), "catchup_policy",
            "What happens to times that passed while the server was down (default latest)",
            [](const std::string& text, Job& job) {
              const auto mode = ParseEnum<CatchupPolicy::Mode>(text);
              if (!mode.ok()) return mode.status();
              // As for --overlap: window and limit belong to ALL.
              if (*mode != CatchupPolicy::ALL) job.clear_catchup_policy();
              job.mutable_catchup_policy()->set_mode(*mode);
              return absl::OkStatus();
            });
  flags.Add("--catch-up-window", "DURATION", "catchup_policy",
            "With all: how old a time may be (default 1h)", [](const std::string& text, Job& job) {
              return SetDuration(text, job.mutable_catchup_policy()->mutable_window());
            });
  flags.Add("--catch-up-limit", "N", "catchup_policy", "With all: how many at most (default 1000)",
            [](const std::string& text, Job& job) {
              return SetInt32(text,
                              [&job](int32_t n) { job.mutable_catchup_policy()->set_limit(n); });
            });
}

void AddRunFlags(JobFlags& flags, Io& io) {
  flags.Add("--input", "JSON|@FILE", "input", "The input of each run, a JSON object",
            [&io](const std::string& text, Job& job) {
              return SetStruct(text, io.in, job.mutable_input());
            });
  flags.Add("--env", "SLUG", "env", "The environment to run in, for example prd",
            [](const std::string& text, Job& job) {
              job.set_env(text);
              return absl::OkStatus();
            });
  flags.Add("--history-limit", "N", "history_limit", "How many runs to keep (default 100)",
            [](const std::string& text, Job& job) {
              return SetInt32(text, [&job](int32_t n) { job.set_history_limit(n); });
            });
}

}  // namespace

void AddScheduleFlags(JobFlags& flags, Io& io) {
  AddTimingFlags(flags, io);
  AddLocalTimeFlags(flags, io);
}

void AddPreviewRangeFlags(MessageFlags<PreviewScheduleRequest>& flags, Io& io,
                          const std::string& default_count) {
  flags.Add("--from", "TIME", "from_time", "From when on (default now)",
            [&io](const std::string& text, PreviewScheduleRequest& request) {
              return SetTime(text, io, request.mutable_from_time());
            });
  flags.Add("--to", "TIME", "to_time", "Until when",
            [&io](const std::string& text, PreviewScheduleRequest& request) {
              return SetTime(text, io, request.mutable_to_time());
            });
  flags.Add("--before", "TIME", "from_time", "The last ones before this time instead",
            [&io](const std::string& text, PreviewScheduleRequest& request) {
              request.set_previous(true);
              return SetTime(text, io, request.mutable_from_time());
            });
  // --before looks back from its time, so neither end of a range goes with it.
  flags.OneOf({"--from", "--before"});
  flags.OneOf({"--to", "--before"});
  flags.Add("--count", "N", "count", absl::StrCat("How many (default ", default_count, ")"),
            [](const std::string& text, PreviewScheduleRequest& request) {
              return SetInt32(text, [&request](int32_t n) { request.set_count(n); });
            });
}

void AddJobFlags(JobFlags& flags, Io& io) {
  AddIdentityFlags(flags);
  AddScheduleFlags(flags, io);
  AddRunFlags(flags, io);
  AddOverlapFlags<Job>(flags, "overlap_policy", "skip",
                       [](Job& job) { return job.mutable_overlap_policy(); });
  AddCatchupFlags(flags);
  AddCommonFlags(flags);
}

}  // namespace jobctl
