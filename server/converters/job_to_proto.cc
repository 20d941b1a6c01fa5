#include "server/converters/job_to_proto.h"

#include <algorithm>

#include "scheduler/engine/etag.h"
#include "server/converters/enums.h"
#include "server/converters/json.h"
#include "server/converters/policies.h"
#include "server/converters/time.h"

namespace server {
namespace {

namespace core = scheduler::core;
namespace v1 = ductape::jobs::v1;

void AddTimes(const std::vector<Millis>& times,
              google::protobuf::RepeatedPtrField<google::protobuf::Timestamp>* out) {
  out->Reserve(static_cast<int>(times.size()));
  for (const Millis time : times) SetTimestamp(time, out->Add());
}

void TimingToProto(const core::JobSpec& spec, v1::Job* out) {
  if (spec.timing.IsInterval()) {
    out->set_intervals(spec.timing.interval);
    out->set_interval_mode(spec.interval_mode == core::IntervalMode::kFixedDelay
                               ? v1::Job::FIXED_DELAY
                               : v1::Job::FIXED_RATE);
  } else if (!spec.timing.times.empty()) {
    AddTimes(spec.timing.times, out->mutable_times()->mutable_at());
  } else {
    if (spec.timing.cron.empty()) {
      out->set_rule(spec.timing.rule);
    } else {
      out->set_cron(spec.timing.cron);
    }
    out->set_time_zone(spec.time_zone);
    DstPolicyToProto(spec.dst, out->mutable_dst_policy());
  }
  if (spec.jitter > 0) SetDuration(spec.jitter, out->mutable_jitter());
  AddTimes(spec.exclude, out->mutable_exclude());
  out->mutable_exclude_calendars()->Assign(spec.exclude_calendars.begin(),
                                           spec.exclude_calendars.end());
  if (spec.start_time.has_value()) SetTimestamp(*spec.start_time, out->mutable_start_time());
  if (spec.end_time.has_value()) SetTimestamp(*spec.end_time, out->mutable_end_time());
}

void SpecToProto(const core::JobSpec& spec, bool with_input, v1::Job* out) {
  out->set_product(spec.product);
  out->set_tag(spec.tag);
  out->set_name(spec.name);
  out->set_event_type(EventTypeToProto(spec.event.type));
  out->set_event_tag(spec.event.tag);
  out->set_executions(spec.executions);
  TimingToProto(spec, out);
  if (with_input && !spec.input_json.empty() &&
      !FromJson(spec.input_json, out->mutable_input()).ok()) {
    out->clear_input();
  }
  out->set_env(spec.env);
  if (!spec.labels.empty()) out->mutable_labels()->insert(spec.labels.begin(), spec.labels.end());
  OverlapPolicyToProto(spec.overlap, out->mutable_overlap_policy());
  CatchupPolicyToProto(spec.catchup, out->mutable_catchup_policy());
  if (spec.retry.has_value()) RetryPolicyToProto(*spec.retry, out->mutable_retry_policy());
  if (spec.attempt_timeout > 0) SetDuration(spec.attempt_timeout, out->mutable_attempt_timeout());
  out->set_history_limit(spec.history_limit);
}

void StatsToProto(const core::JobStats& stats, v1::Job::Stats* out) {
  out->set_completed(stats.completed);
  out->set_failed(stats.failed);
  out->set_cancelled(stats.cancelled);
  out->set_skipped(stats.skipped);
  out->set_missed(stats.missed);
  out->set_retried(stats.retried);
  out->set_consecutive_failures(stats.consecutive_failures);
}

void BackfillToProto(const core::Backfill& backfill, v1::Job::Backfill* out) {
  SetTimestamp(backfill.start, out->mutable_start_time());
  SetTimestamp(backfill.end, out->mutable_end_time());
  out->set_total(backfill.total);
  out->set_created(backfill.created);
  if (backfill.created > 0) SetTimestamp(backfill.cursor, out->mutable_last_scheduled_time());
}

void StatusToProto(const core::JobStatus& status, v1::Job* out) {
  out->set_uid(core::FormatUid(status.uid));
  out->set_generation(status.generation);
  out->set_etag(scheduler::engine::EtagOf(status));
  out->set_state(static_cast<v1::Job::State>(status.state));
  out->set_state_reason(status.state_reason);
  out->set_pause_note(status.pause_note);
  out->set_execution_count(status.execution_count);
  StatsToProto(status.stats, out->mutable_stats());
  if (status.next_run_time.has_value()) {
    SetTimestamp(*status.next_run_time, out->mutable_next_run_time());
  }
  for (const Millis time : status.skipped_times) SetTimestamp(time, out->add_skipped_times());
  if (status.backfill.has_value()) BackfillToProto(*status.backfill, out->mutable_backfill());
  const size_t shown = std::min<size_t>(status.active_numbers.size(), kMaxActiveRunIds);
  for (size_t i = 0; i < shown; ++i) {
    out->add_active_run_ids(core::FormatRunId({status.uid, status.active_numbers[i]}));
  }
  out->set_overdue(status.overdue_since != 0);
  for (const core::Condition& condition : status.conditions) {
    v1::Job::Condition* added = out->add_conditions();
    added->set_type(condition.type);
    added->set_message(condition.message);
    SetTimestamp(condition.since, added->mutable_since());
  }
}

}  // namespace

void JobToProto(const scheduler::engine::JobView& view, bool with_input, v1::Job* out) {
  SpecToProto(view.job.spec, with_input, out);
  StatusToProto(view.status, out);
  SetTimestamp(view.job.create_time, out->mutable_create_time());
  SetTimestamp(view.job.update_time, out->mutable_update_time());
}

}  // namespace server
