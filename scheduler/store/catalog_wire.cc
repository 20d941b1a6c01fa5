#include "scheduler/store/catalog_wire.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/base/errors.h"
#include "scheduler/store/pairs_wire.h"
#include "scheduler/store/record_wire.h"
#include "scheduler/store/target_wire.h"

namespace scheduler::store::wire {
namespace {

// Constants of the format: the values that are left out.
constexpr int32_t kOverlapLimit = 100;
constexpr int64_t kCatchupWindow = 3'600'000;
constexpr int32_t kCatchupLimit = 1000;
constexpr int32_t kHistoryLimit = 100;

template <typename T>
T Or(T value, T otherwise) {
  return value == 0 ? otherwise : value;
}

void WriteTimes(const std::vector<core::Millis>& from, pb::Times* to) {
  core::Millis last = 0;
  for (const core::Millis at : from) {
    to->add_at_offset(Minus(at, last));
    last = at;
  }
}

std::vector<core::Millis> ReadTimes(const pb::Times& from) {
  std::vector<core::Millis> to;
  core::Millis last = 0;
  to.reserve(from.at_offset_size());
  for (const int64_t offset : from.at_offset()) {
    last = Plus(last, offset);
    to.push_back(last);
  }
  return to;
}

void WriteTiming(const core::JobSpec& from, pb::JobSpec* to) {
  if (from.timing.IsInterval()) {
    to->set_interval(from.timing.interval);
  } else if (!from.timing.times.empty()) {
    WriteTimes(from.timing.times, to->mutable_times());
  } else if (!from.timing.cron.empty()) {
    to->set_cron(from.timing.cron);
  } else {
    to->set_rule(from.timing.rule);
  }
  to->set_time_zone(from.time_zone);
  if (from.dst.gap != core::DstGap::kRunAfter) {
    to->set_dst_gap(static_cast<pb::JobSpec::DstGap>(from.dst.gap));
  }
  if (from.dst.fold != core::DstFold::kFirst) {
    to->set_dst_fold(static_cast<pb::JobSpec::DstFold>(from.dst.fold));
  }
  to->set_jitter(from.jitter);
  if (!from.exclude.empty()) WriteTimes(from.exclude, to->mutable_exclude());
  WriteTexts(from.exclude_calendars, to->mutable_exclude_calendars());
}

absl::Status ReadTiming(const pb::JobSpec& from, core::JobSpec* to) {
  switch (from.timing_case()) {
    case pb::JobSpec::kInterval:
      to->timing.interval = from.interval();
      break;
    case pb::JobSpec::kTimes:
      to->timing.times = ReadTimes(from.times());
      break;
    case pb::JobSpec::kCron:
      to->timing.cron = from.cron();
      break;
    case pb::JobSpec::kRule:
      to->timing.rule = from.rule();
      break;
    case pb::JobSpec::TIMING_NOT_SET:
      return base::errors::StoreCorrupt("job", "no timing");
  }
  to->time_zone = from.time_zone();
  to->dst.gap = static_cast<core::DstGap>(Or<int>(from.dst_gap(), 1));
  to->dst.fold = static_cast<core::DstFold>(Or<int>(from.dst_fold(), 1));
  to->jitter = from.jitter();
  to->exclude = ReadTimes(from.exclude());
  to->exclude_calendars = ReadTexts(from.exclude_calendars());
  return absl::OkStatus();
}

void WritePolicies(const core::JobSpec& from, pb::JobSpec* to) {
  if (from.overlap.mode != core::OverlapMode::kSkip) {
    to->set_overlap_mode(static_cast<pb::JobSpec::OverlapMode>(from.overlap.mode));
  }
  if (from.overlap.limit != kOverlapLimit) to->set_overlap_limit(from.overlap.limit);
  if (from.catchup.mode != core::CatchupMode::kLatest) {
    to->set_catchup_mode(static_cast<pb::JobSpec::CatchupMode>(from.catchup.mode));
  }
  if (from.catchup.window != kCatchupWindow) to->set_catchup_window(from.catchup.window);
  if (from.catchup.limit != kCatchupLimit) to->set_catchup_limit(from.catchup.limit);
  if (from.retry.has_value()) Write(*from.retry, to->mutable_retry());
  to->set_attempt_timeout(from.attempt_timeout);
  if (from.history_limit != kHistoryLimit) to->set_history_limit(from.history_limit);
}

void ReadPolicies(const pb::JobSpec& from, core::JobSpec* to) {
  to->overlap.mode = static_cast<core::OverlapMode>(Or<int>(from.overlap_mode(), 1));
  to->overlap.limit = from.has_overlap_limit() ? from.overlap_limit() : kOverlapLimit;
  to->catchup.mode = static_cast<core::CatchupMode>(Or<int>(from.catchup_mode(), 1));
  to->catchup.window = from.has_catchup_window() ? from.catchup_window() : kCatchupWindow;
  to->catchup.limit = from.has_catchup_limit() ? from.catchup_limit() : kCatchupLimit;
  if (from.has_retry()) to->retry = Read(from.retry());
  to->attempt_timeout = from.attempt_timeout();
  to->history_limit = from.has_history_limit() ? from.history_limit() : kHistoryLimit;
}

}  // namespace

void Write(const core::RetryPolicy& from, pb::RetryPolicy* to) {
  if (from.max_retries.has_value()) to->set_max_retries(*from.max_retries);
  to->set_initial_backoff(from.initial_backoff);
  to->set_max_backoff(from.max_backoff);
  to->set_multiplier(from.multiplier);
  to->set_max_elapsed(from.max_elapsed);
  WriteTexts(from.retryable_codes, to->mutable_retryable_codes());
  WriteTexts(from.non_retryable_codes, to->mutable_non_retryable_codes());
}

core::RetryPolicy Read(const pb::RetryPolicy& from) {
  core::RetryPolicy to;
  if (from.has_max_retries()) to.max_retries = from.max_retries();
  to.initial_backoff = from.initial_backoff();
  to.max_backoff = from.max_backoff();
  to.multiplier = from.multiplier();
  to.max_elapsed = from.max_elapsed();
  to.retryable_codes = ReadTexts(from.retryable_codes());
  to.non_retryable_codes = ReadTexts(from.non_retryable_codes());
  return to;
}

uint32_t MinReaderOf(const core::JobSpec& spec) {
  if (!spec.exclude_calendars.empty()) return 3;
  return spec.timing.IsPattern() || !spec.exclude.empty() || spec.jitter != 0 ? 2 : 0;
}

void Write(const core::JobSpec& from, pb::JobSpec* to) {
  to->set_product(from.product);
  to->set_tag(from.tag);
  to->set_name(from.name);
  to->set_event_type(static_cast<pb::EventType>(from.event.type));
  to->set_event_tag(from.event.tag);
  to->set_executions(from.executions);
  WriteTiming(from, to);
  if (from.interval_mode != core::IntervalMode::kFixedRate) {
    to->set_interval_mode(static_cast<pb::JobSpec::IntervalMode>(from.interval_mode));
  }
  if (from.start_time.has_value()) to->set_start_time(*from.start_time);
  if (from.end_time.has_value()) to->set_end_time(*from.end_time);
  to->set_input_json(from.input_json);
  to->set_env(from.env);
  WriteMap(from.labels, to->mutable_labels());
  WritePolicies(from, to);
}

absl::Status Read(const pb::JobSpec& from, core::JobSpec* to) {
  if (!IsEventType(from.event_type()) || !pb::JobSpec::IntervalMode_IsValid(from.interval_mode()) ||
      !pb::JobSpec::OverlapMode_IsValid(from.overlap_mode()) ||
      !pb::JobSpec::CatchupMode_IsValid(from.catchup_mode()) ||
      !pb::JobSpec::DstGap_IsValid(from.dst_gap()) ||
      !pb::JobSpec::DstFold_IsValid(from.dst_fold())) {
    return base::errors::StoreCorrupt("job", "unknown enum value");
  }
  to->product = from.product();
  to->tag = from.tag();
  to->name = from.name();
  to->event.type = static_cast<core::EventType>(from.event_type());
  to->event.tag = from.event_tag();
  to->executions = from.executions();
  if (absl::Status status = ReadTiming(from, to); !status.ok()) return status;
  to->interval_mode = static_cast<core::IntervalMode>(Or<int>(from.interval_mode(), 1));
  if (from.has_start_time()) to->start_time = from.start_time();
  if (from.has_end_time()) to->end_time = from.end_time();
  to->input_json = from.input_json();
  to->env = from.env();
  to->labels = ReadMap(from.labels());
  ReadPolicies(from, to);
  return absl::OkStatus();
}

uint32_t MinReaderOf(const core::Target& target) {
  // Older code would take the URL for a whole one, and does not know the other targets.
  if (core::ConnectionsOf(target).empty()) return 0;
  return std::holds_alternative<core::GrpcTarget>(target) ? 5 : 4;
}

void Write(const core::Event& from, pb::Event* to) {
  if (const uint32_t reader = MinReaderOf(from.target); reader != 0) to->set_min_reader(reader);
  to->set_uid(from.uid);
  to->set_generation(from.generation);
  to->set_create_time(from.create_time);
  to->set_update_offset(Minus(from.update_time, from.create_time));
  to->set_product(from.product);
  to->set_event_type(static_cast<pb::EventType>(from.key.type));
  to->set_tag(from.key.tag);
  to->set_name(from.name);
  Write(from.target, to);
  if (from.retry.has_value()) Write(*from.retry, to->mutable_retry());
  to->set_attempt_timeout(from.attempt_timeout);
  to->set_max_in_flight(from.limits.max_in_flight);
  to->set_max_per_second(from.limits.max_per_second);
  WriteMap(from.labels, to->mutable_labels());
}

absl::Status Read(const pb::Event& from, core::Event* to) {
  if (!IsEventType(from.event_type())) {
    return base::errors::StoreCorrupt("event", "unknown event type");
  }
  to->uid = from.uid();
  to->generation = from.generation();
  to->create_time = from.create_time();
  to->update_time = Plus(from.create_time(), from.update_offset());
  to->product = from.product();
  to->key.type = static_cast<core::EventType>(from.event_type());
  to->key.tag = from.tag();
  to->name = from.name();
  if (from.has_retry()) to->retry = Read(from.retry());
  to->attempt_timeout = from.attempt_timeout();
  to->limits.max_in_flight = from.max_in_flight();
  to->limits.max_per_second = from.max_per_second();
  to->labels = ReadMap(from.labels());
  return Read(from, &to->target);
}

void Write(const core::CalendarSpec& from, pb::Calendar* to) {
  to->set_product(from.product);
  to->set_tag(from.tag);
  to->set_name(from.name);
  to->set_time_zone(from.time_zone);
  const auto number = [](absl::CivilDay day) { return day - absl::CivilDay(); };
  for (const absl::CivilDay day : from.dates) to->add_date(number(day));
  for (const core::DateRange& range : from.date_ranges) {
    to->add_range_first(number(range.first));
    to->add_range_last(number(range.last));
  }
  for (const core::YearlyDate& date : from.yearly_dates) {
    to->add_yearly_date(static_cast<uint32_t>(date.month * 100 + date.day));
  }
  for (const core::WeeklyHours& hours : from.weekly_hours) {
    pb::WeeklyHours* added = to->add_weekly_hours();
    added->set_weekdays(hours.weekdays);
    added->set_start_minute(hours.start_minute);
    added->set_end_minute(hours.end_minute);
  }
  to->set_icalendar(from.icalendar);
  WriteMap(from.labels, to->mutable_labels());
}

absl::Status Read(const pb::Calendar& from, core::CalendarSpec* to) {
  to->product = from.product();
  to->tag = from.tag();
  to->name = from.name();
  to->time_zone = from.time_zone();
  if (from.range_first_size() != from.range_last_size()) {
    return base::errors::StoreCorrupt("calendar", "ranges without an end");
  }
  for (const int64_t day : from.date()) to->dates.push_back(absl::CivilDay() + day);
  for (int i = 0; i < from.range_first_size(); ++i) {
    to->date_ranges.push_back(
        {absl::CivilDay() + from.range_first(i), absl::CivilDay() + from.range_last(i)});
  }
  for (const uint32_t date : from.yearly_date()) {
    to->yearly_dates.push_back({static_cast<int>(date / 100), static_cast<int>(date % 100)});
  }
  for (const pb::WeeklyHours& hours : from.weekly_hours()) {
    to->weekly_hours.push_back(
        {static_cast<uint8_t>(hours.weekdays()), hours.start_minute(), hours.end_minute()});
  }
  to->icalendar = from.icalendar();
  to->labels = ReadMap(from.labels());
  return absl::OkStatus();
}

void Write(const core::JobDefined& from, pb::JobDefined* to) {
  to->set_uid(from.uid);
  to->set_is_new(from.is_new);
  to->set_generation(from.generation);
  to->set_state(static_cast<pb::JobState>(from.state));
  to->set_start_time(from.start_time);
  to->set_cursor_offset(Minus(from.cursor, from.start_time));
  to->set_at_offset(Minus(from.at, from.start_time));
  Write(from.spec, to->mutable_spec());
  to->set_input_on_disk(from.input_on_disk);
  if (from.former != nullptr) Write(*from.former, to->mutable_former());
}

absl::Status Read(const pb::JobDefined& from, core::JobDefined* to) {
  if (!IsJobState(from.state()) || from.uid() == 0) {
    return base::errors::StoreCorrupt("job definition", "no uid or an unknown state");
  }
  to->uid = from.uid();
  to->is_new = from.is_new();
  to->generation = from.generation();
  to->state = static_cast<core::JobState>(from.state());
  to->start_time = from.start_time();
  to->cursor = Plus(from.start_time(), from.cursor_offset());
  to->at = Plus(from.start_time(), from.at_offset());
  to->input_on_disk = from.input_on_disk();
  if (from.has_former()) {
    auto former = std::make_shared<core::JobSpec>();
    if (absl::Status status = Read(from.former(), former.get()); !status.ok()) return status;
    to->former = std::move(former);
  }
  return Read(from.spec(), &to->spec);
}

uint32_t MinReaderOf(const core::Amendments& amendments) { return amendments.empty() ? 0 : 3; }

void Write(const core::Amendments& from, pb::Amendments* to) {
  if (!from.skipped.empty()) WriteTimes(from.skipped, to->mutable_skipped());
  if (!from.backfill.has_value()) return;
  const core::Backfill& backfill = *from.backfill;
  pb::Backfill* out = to->mutable_backfill();
  out->set_start(backfill.start);
  out->set_length(Minus(backfill.end, backfill.start));
  if (backfill.parallel != 1) out->set_parallel(backfill.parallel);
  out->set_total(backfill.total);
  out->set_created(backfill.created);
  out->set_cursor_offset(Minus(backfill.cursor, backfill.start));
  out->set_actor(backfill.actor);
}

core::Amendments Read(const pb::Amendments& from) {
  core::Amendments to;
  to.skipped = ReadTimes(from.skipped());
  if (!from.has_backfill()) return to;
  const pb::Backfill& in = from.backfill();
  core::Backfill& backfill = to.backfill.emplace();
  backfill.start = in.start();
  backfill.end = Plus(in.start(), in.length());
  backfill.parallel = in.has_parallel() ? in.parallel() : 1;
  backfill.total = in.total();
  backfill.created = in.created();
  backfill.cursor = Plus(in.start(), in.cursor_offset());
  backfill.actor = in.actor();
  return to;
}

void Write(const core::ScheduleAmended& from, pb::ScheduleAmended* to) {
  to->set_uid(from.uid);
  Write(from.amendments, to->mutable_amendments());
  to->set_at(from.at);
}

absl::Status Read(const pb::ScheduleAmended& from, core::ScheduleAmended* to) {
  if (from.uid() == 0) return base::errors::StoreCorrupt("schedule amendment", "no uid");
  to->uid = from.uid();
  to->amendments = Read(from.amendments());
  to->at = from.at();
  return absl::OkStatus();
}

}  // namespace scheduler::store::wire
