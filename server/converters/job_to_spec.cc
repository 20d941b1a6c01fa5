#include "server/converters/job_to_spec.h"

#include <algorithm>
#include <utility>

#include "scheduler/base/errors.h"
#include "scheduler/base/limits.h"
#include "server/converters/enums.h"
#include "server/converters/json.h"
#include "server/converters/policies.h"
#include "server/converters/resource_name.h"
#include "server/converters/text.h"
#include "server/converters/time.h"
#include "server/status_macros.h"
#include "server/strings.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace errors = scheduler::base::errors;
namespace limits = scheduler::base::limits;
namespace v1 = ductape::jobs::v1;
using core::JobSpec;

absl::Status ReadName(const v1::Job& job, JobSpec* spec) {
  if (job.name().empty()) {
    return errors::FieldRequired(
        "job.name", StrCat("a display name of 1 to ", limits::kMaxNameLength, " characters"));
  }
  DUCTAPE_RETURN_IF_ERROR(CheckText("job.name", job.name(), limits::kMaxNameLength));
  spec->name = job.name();
  return absl::OkStatus();
}

absl::Status ReadEventType(const v1::Job& job, JobSpec* spec) {
  DUCTAPE_ASSIGN_OR_RETURN(spec->event.type, ToEventType("job.event_type", job.event_type()));
  return absl::OkStatus();
}

absl::Status ReadEventTag(const v1::Job& job, JobSpec* spec) {
  DUCTAPE_RETURN_IF_ERROR(CheckTag("job.event_tag", job.event_tag()));
  spec->event.tag = job.event_tag();
  return absl::OkStatus();
}

absl::Status ReadExecutions(const v1::Job& job, JobSpec* spec) {
  if (!job.has_executions()) {
    return errors::FieldRequired("job.executions",
                                 "how many times to execute the event; 0 is without limit");
  }
  if (job.executions() < 0) {
    return errors::FieldOutOfRange("job.executions", StrCat(job.executions()),
                                   "0 (without limit) to 9223372036854775807");
  }
  spec->executions = job.executions();
  return absl::OkStatus();
}

absl::Status ReadIntervals(const v1::Job& job, JobSpec* spec) {
  if (!job.has_intervals()) {
    return errors::FieldRequired("job.intervals",
                                 "one of intervals (milliseconds), cron, times and rule");
  }
  if (job.intervals() < limits::kMinInterval || job.intervals() > limits::kMaxInterval) {
    return errors::FieldOutOfRange(
        "job.intervals", StrCat(job.intervals()),
        StrCat(limits::kMinInterval, " to ", limits::kMaxInterval, " milliseconds"));
  }
  spec->timing = core::Timing();
  spec->timing.interval = job.intervals();
  return absl::OkStatus();
}

using Timestamps = google::protobuf::RepeatedPtrField<google::protobuf::Timestamp>;

template <typename T>
std::vector<T> SortedOnce(std::vector<T> items) {
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

// Sorted, without doubles.
absl::StatusOr<std::vector<Millis>> ReadTimeList(std::string_view field, const Timestamps& list,
                                                 int limit) {
  if (list.size() > limit) return errors::FieldTooLarge(field, list.size(), limit);
  std::vector<Millis> times;
  times.reserve(list.size());
  for (int i = 0; i < list.size(); ++i) {
    DUCTAPE_ASSIGN_OR_RETURN(const Millis at, ToMillis(StrCat(field, "[", i, "]"), list.at(i)));
    times.push_back(at);
  }
  return SortedOnce(std::move(times));
}

absl::Status ReadTimes(const v1::Job& job, JobSpec* spec) {
  if (job.times().at().empty()) {
    return errors::FieldRequired("job.times.at", StrCat("1 to ", limits::kMaxTimes, " times"));
  }
  spec->timing = core::Timing();
  DUCTAPE_ASSIGN_OR_RETURN(spec->timing.times,
                           ReadTimeList("job.times.at", job.times().at(), limits::kMaxTimes));
  return absl::OkStatus();
}

// Whether the text is a pattern is for those who make schedules of it.
absl::Status CheckPattern(std::string_view field, const std::string& text, int64_t max_bytes,
                          std::string_view what_is_right) {
  if (text.empty()) return errors::FieldRequired(field, what_is_right);
  const auto size = static_cast<int64_t>(text.size());
  return size <= max_bytes ? absl::OkStatus() : errors::FieldTooLarge(field, size, max_bytes);
}

absl::Status ReadCron(const v1::Job& job, JobSpec* spec) {
  DUCTAPE_RETURN_IF_ERROR(CheckPattern("job.cron", job.cron(), limits::kMaxCronBytes,
                                       "a cron pattern, such as \"0 9 * * MON-FRI\""));
  spec->timing = core::Timing();
  spec->timing.cron = job.cron();
  return absl::OkStatus();
}

absl::Status ReadRule(const v1::Job& job, JobSpec* spec) {
  DUCTAPE_RETURN_IF_ERROR(
      CheckPattern("job.rule", job.rule(), limits::kMaxRuleBytes,
                   "a recurrence rule of RFC 5545, such as \"FREQ=DAILY;BYHOUR=9\""));
  spec->timing = core::Timing();
  spec->timing.rule = job.rule();
  return absl::OkStatus();
}

absl::Status ReadTimeZone(const v1::Job& job, JobSpec* spec) {
  spec->time_zone = job.time_zone();
  return absl::OkStatus();
}

absl::Status ReadDstPolicy(const v1::Job& job, JobSpec* spec) {
  DUCTAPE_ASSIGN_OR_RETURN(spec->dst, ToDstPolicy("job.dst_policy", job.dst_policy()));
  return absl::OkStatus();
}

absl::Status ReadJitter(const v1::Job& job, JobSpec* spec) {
  spec->jitter = 0;
  if (!job.has_jitter()) return absl::OkStatus();
  DUCTAPE_ASSIGN_OR_RETURN(spec->jitter,
                           ToMillis("job.jitter", job.jitter(), 0, limits::kMaxJitter));
  return absl::OkStatus();
}

absl::Status ReadExclude(const v1::Job& job, JobSpec* spec) {
  DUCTAPE_ASSIGN_OR_RETURN(spec->exclude,
                           ReadTimeList("job.exclude", job.exclude(), limits::kMaxExclude));
  return absl::OkStatus();
}

// Sorted, without doubles. Whether they exist is the engine's to know.
absl::Status ReadExcludeCalendars(const v1::Job& job, JobSpec* spec) {
  constexpr std::string_view kField = "job.exclude_calendars";
  const auto& tags = job.exclude_calendars();
  if (tags.size() > limits::kMaxExcludeCalendars) {
    return errors::FieldTooLarge(kField, tags.size(), limits::kMaxExcludeCalendars);
  }
  for (int i = 0; i < tags.size(); ++i) {
    DUCTAPE_RETURN_IF_ERROR(CheckTag(StrCat(kField, "[", i, "]"), tags.Get(i)));
  }
  spec->exclude_calendars = SortedOnce(std::vector<std::string>(tags.begin(), tags.end()));
  return absl::OkStatus();
}

absl::Status ReadIntervalMode(const v1::Job& job, JobSpec* spec) {
  switch (job.interval_mode()) {
    case v1::Job::INTERVAL_MODE_UNSPECIFIED:
    case v1::Job::FIXED_RATE:
      spec->interval_mode = core::IntervalMode::kFixedRate;
      return absl::OkStatus();
    case v1::Job::FIXED_DELAY:
      spec->interval_mode = core::IntervalMode::kFixedDelay;
      return absl::OkStatus();
    default:
      return errors::FieldInvalid("job.interval_mode", "must be FIXED_RATE or FIXED_DELAY");
  }
}

absl::Status ReadStartTime(const v1::Job& job, JobSpec* spec) {
  spec->start_time.reset();
  if (!job.has_start_time()) return absl::OkStatus();
  DUCTAPE_ASSIGN_OR_RETURN(spec->start_time, ToMillis("job.start_time", job.start_time()));
  return absl::OkStatus();
}

absl::Status ReadEndTime(const v1::Job& job, JobSpec* spec) {
  spec->end_time.reset();
  if (!job.has_end_time()) return absl::OkStatus();
  DUCTAPE_ASSIGN_OR_RETURN(spec->end_time, ToMillis("job.end_time", job.end_time()));
  return absl::OkStatus();
}

absl::Status ReadInput(const v1::Job& job, JobSpec* spec) {
  spec->input_json.clear();
  if (!job.has_input()) return absl::OkStatus();
  DUCTAPE_ASSIGN_OR_RETURN(spec->input_json,
                           ToJson("job.input", job.input(), limits::kMaxInputBytes));
  return absl::OkStatus();
}

absl::Status ReadEnv(const v1::Job& job, JobSpec* spec) {
  DUCTAPE_RETURN_IF_ERROR(CheckEnv("job.env", job.env()));
  spec->env = job.env();
  return absl::OkStatus();
}

absl::Status ReadLabels(const v1::Job& job, JobSpec* spec) {
  if (job.labels().empty()) {
    spec->labels.clear();
    return absl::OkStatus();
  }
  DUCTAPE_ASSIGN_OR_RETURN(spec->labels, ToLabels("job.labels", job.labels()));
  return absl::OkStatus();
}

absl::Status ReadOverlap(const v1::Job& job, JobSpec* spec) {
  DUCTAPE_ASSIGN_OR_RETURN(spec->overlap,
                           ToOverlapPolicy("job.overlap_policy", job.overlap_policy()));
  return absl::OkStatus();
}

absl::Status ReadCatchup(const v1::Job& job, JobSpec* spec) {
  DUCTAPE_ASSIGN_OR_RETURN(spec->catchup,
                           ToCatchupPolicy("job.catchup_policy", job.catchup_policy()));
  return absl::OkStatus();
}

absl::Status ReadRetry(const v1::Job& job, JobSpec* spec) {
  spec->retry.reset();
  if (!job.has_retry_policy()) return absl::OkStatus();
  DUCTAPE_ASSIGN_OR_RETURN(spec->retry, ToRetryPolicy("job.retry_policy", job.retry_policy()));
  return absl::OkStatus();
}

absl::Status ReadAttemptTimeout(const v1::Job& job, JobSpec* spec) {
  spec->attempt_timeout = 0;
  if (!job.has_attempt_timeout()) return absl::OkStatus();
  // The bound for worker targets; whether the event has one is the engine's to know.
  DUCTAPE_ASSIGN_OR_RETURN(
      spec->attempt_timeout,
      ToMillis("job.attempt_timeout", job.attempt_timeout(), 1, limits::kMaxWorkerAttemptTimeout));
  return absl::OkStatus();
}

absl::Status ReadHistoryLimit(const v1::Job& job, JobSpec* spec) {
  spec->history_limit = limits::kDefaultHistoryLimit;
  if (!job.has_history_limit()) return absl::OkStatus();
  if (job.history_limit() < 0 || job.history_limit() > limits::kMaxHistoryLimit) {
    return errors::FieldOutOfRange("job.history_limit", StrCat(job.history_limit()),
                                   StrCat("0 to ", limits::kMaxHistoryLimit));
  }
  spec->history_limit = job.history_limit();
  return absl::OkStatus();
}

using JobField = SettableField<v1::Job, JobSpec>;

constexpr int kTiming = 1;

// In the order of the proto: of several faults the first is named.
constexpr JobField kFields[] = {
    {"name", 0, [](const v1::Job& job) { return !job.name().empty(); }, ReadName,
     CopyMember<&JobSpec::name>},
    {"event_type", 0,
     [](const v1::Job& job) { return job.event_type() != v1::Event::TYPE_UNSPECIFIED; },
     ReadEventType, [](const JobSpec& from, JobSpec* to) { to->event.type = from.event.type; }},
    {"event_tag", 0, [](const v1::Job& job) { return !job.event_tag().empty(); }, ReadEventTag,
     [](const JobSpec& from, JobSpec* to) { to->event.tag = from.event.tag; }},
    {"executions", 0, [](const v1::Job& job) { return job.has_executions(); }, ReadExecutions,
     CopyMember<&JobSpec::executions>},
    {"intervals", kTiming, [](const v1::Job& job) { return job.has_intervals(); }, ReadIntervals,
     CopyMember<&JobSpec::timing>},
    {"cron", kTiming, [](const v1::Job& job) { return job.has_cron(); }, ReadCron,
     CopyMember<&JobSpec::timing>},
    {"times", kTiming, [](const v1::Job& job) { return job.has_times(); }, ReadTimes,
     CopyMember<&JobSpec::timing>},
    {"rule", kTiming, [](const v1::Job& job) { return job.has_rule(); }, ReadRule,
     CopyMember<&JobSpec::timing>},
    {"interval_mode", 0,
     [](const v1::Job& job) { return job.interval_mode() != v1::Job::INTERVAL_MODE_UNSPECIFIED; },
     ReadIntervalMode, CopyMember<&JobSpec::interval_mode>},
    {"start_time", 0, [](const v1::Job& job) { return job.has_start_time(); }, ReadStartTime,
     CopyMember<&JobSpec::start_time>},
    {"end_time", 0, [](const v1::Job& job) { return job.has_end_time(); }, ReadEndTime,
     CopyMember<&JobSpec::end_time>},
    {"time_zone", 0, [](const v1::Job& job) { return !job.time_zone().empty(); }, ReadTimeZone,
     CopyMember<&JobSpec::time_zone>},
    {"dst_policy", 0, [](const v1::Job& job) { return job.has_dst_policy(); }, ReadDstPolicy,
     CopyMember<&JobSpec::dst>},
    {"jitter", 0, [](const v1::Job& job) { return job.has_jitter(); }, ReadJitter,
     CopyMember<&JobSpec::jitter>},
    {"exclude", 0, [](const v1::Job& job) { return !job.exclude().empty(); }, ReadExclude,
     CopyMember<&JobSpec::exclude>},
    {"input", 0, [](const v1::Job& job) { return job.has_input(); }, ReadInput,
     CopyMember<&JobSpec::input_json>},
    {"env", 0, [](const v1::Job& job) { return !job.env().empty(); }, ReadEnv,
     CopyMember<&JobSpec::env>},
    {"labels", 0, [](const v1::Job& job) { return !job.labels().empty(); }, ReadLabels,
     CopyMember<&JobSpec::labels>},
    {"overlap_policy", 0, [](const v1::Job& job) { return job.has_overlap_policy(); }, ReadOverlap,
     CopyMember<&JobSpec::overlap>},
    {"catchup_policy", 0, [](const v1::Job& job) { return job.has_catchup_policy(); }, ReadCatchup,
     CopyMember<&JobSpec::catchup>},
    {"retry_policy", 0, [](const v1::Job& job) { return job.has_retry_policy(); }, ReadRetry,
     CopyMember<&JobSpec::retry>},
    {"attempt_timeout", 0, [](const v1::Job& job) { return job.has_attempt_timeout(); },
     ReadAttemptTimeout, CopyMember<&JobSpec::attempt_timeout>},
    {"history_limit", 0, [](const v1::Job& job) { return job.has_history_limit(); },
     ReadHistoryLimit, CopyMember<&JobSpec::history_limit>},
    {"exclude_calendars", 0, [](const v1::Job& job) { return !job.exclude_calendars().empty(); },
     ReadExcludeCalendars, CopyMember<&JobSpec::exclude_calendars>},
};

constexpr absl::Span<const JobField> kTable(kFields);
constexpr std::string_view kFixed[] = {"product", "tag", "etag"};

constexpr FieldSet SetOf(std::string_view name) {
  for (size_t i = 0; i < kTable.size(); ++i) {
    if (kTable[i].name == name) return Bit(i);
  }
  return 0;
}

constexpr std::string_view kNeedsLocal =
    "needs job.cron or job.rule: other timings are no local time";

// What concerns more than one field.
absl::Status CheckWhole(const JobSpec& spec) {
  if (spec.start_time.has_value() && spec.end_time.has_value() &&
      *spec.end_time <= *spec.start_time) {
    return errors::FieldInvalid("job.end_time", "must be after job.start_time");
  }
  if (!spec.timing.IsInterval() && spec.interval_mode != core::IntervalMode::kFixedRate) {
    return errors::FieldInvalid("job.interval_mode", "FIXED_DELAY needs job.intervals");
  }
  if (spec.interval_mode == core::IntervalMode::kFixedDelay) {
    constexpr std::string_view kEmpty = "must be empty with FIXED_DELAY, whose times are not known";
    if (!spec.exclude.empty()) return errors::FieldInvalid("job.exclude", kEmpty);
    if (!spec.exclude_calendars.empty()) {
      return errors::FieldInvalid("job.exclude_calendars", kEmpty);
    }
  }
  if (spec.timing.IsPattern()) return absl::OkStatus();
  if (!spec.time_zone.empty()) {
    return errors::FieldInvalid("job.time_zone", kNeedsLocal);
  }
  if (spec.dst != core::DstPolicy()) {
    return errors::FieldInvalid("job.dst_policy", kNeedsLocal);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<JobSpec> ToJobSpec(const v1::Job& job, const std::string& default_product) {
  DUCTAPE_ASSIGN_OR_RETURN(ResourceName name,
                           ToResourceName(job.product(), job.tag(), default_product, "job."));
  JobSpec spec;
  DUCTAPE_RETURN_IF_ERROR(ReadFields(kTable, AllFields(kTable, job), job, &spec));
  DUCTAPE_RETURN_IF_ERROR(CheckWhole(spec));
  spec.product = std::move(name.product);
  spec.tag = std::move(name.tag);
  return spec;
}

absl::StatusOr<JobSpec> ToScheduleSpec(const v1::Job& job, const std::string& default_product) {
  FieldSet fields = 0;
  for (const std::string_view name :
       {"intervals", "cron", "times", "rule", "interval_mode", "start_time", "end_time",
        "time_zone", "dst_policy", "jitter", "exclude", "exclude_calendars"}) {
    fields |= SetOf(name);
  }
  JobSpec spec;
  DUCTAPE_ASSIGN_OR_RETURN(spec.product,
                           ResolveProduct("job.product", job.product(), default_product));
  spec.tag = job.tag();
  DUCTAPE_RETURN_IF_ERROR(ReadFields(kTable, OneOfEachGroup(kTable, fields, job), job, &spec));
  DUCTAPE_RETURN_IF_ERROR(CheckWhole(spec));
  return spec;
}

absl::StatusOr<JobPatch> JobPatch::Make(const v1::Job& job,
                                        const google::protobuf::FieldMask& mask) {
  JobPatch patch;
  DUCTAPE_ASSIGN_OR_RETURN(patch.fields_, SelectFields(kTable, kFixed, mask, job));
  DUCTAPE_RETURN_IF_ERROR(ReadFields(kTable, patch.fields_, job, &patch.values_));
  return patch;
}

absl::Status JobPatch::Apply(JobSpec* spec) const {
  CopyFields(kTable, fields_, values_, spec);
  // What belongs to one kind of timing goes with it when another takes its place.
  if (!spec->timing.IsInterval() && (fields_ & SetOf("interval_mode")) == 0) {
    spec->interval_mode = core::IntervalMode::kFixedRate;
  }
  if (!spec->timing.IsPattern()) {
    if ((fields_ & SetOf("time_zone")) == 0) spec->time_zone.clear();
    if ((fields_ & SetOf("dst_policy")) == 0) spec->dst = core::DstPolicy();
  }
  return CheckWhole(*spec);
}

bool JobPatch::SetsStartTime() const { return (fields_ & SetOf("start_time")) != 0; }

}  // namespace server
